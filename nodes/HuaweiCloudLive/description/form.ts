/** The node's form, made of its operations. */

import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { withExpression } from '../../shared/field';
import { keyedText } from '../../shared/fields';
import { OPTIONS } from '../input/options';
import { resources } from '../operations/index';
import type { Resource } from '../operations/operation';

/** The expression for the canvas subtitle, such as "Relay Task: Delete". Not the action: n8n names the node after that. */
export const subtitle = keyedText(
	resources.flatMap(({ option: { value, name }, operations }) =>
		operations.map(({ option }) => [`${value}.${option.value}`, `${name}: ${option.name}`] as const),
	),
	'$parameter["resource"] + "." + $parameter["operation"]',
	'Custom API call',
);

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ option }) => option),
		default: 'relayTask',
	},
	...resources.flatMap(operationFields),
	...resources.flatMap(operationProperties),
	...withExpression(OPTIONS),
];

/** The list of a resource's operations: one field for the node, and one for the tool if that starts with another one. */
function operationFields(resource: Resource): INodeProperties[] {
	const { option, operations, defaultOperation, defaultToolOperation } = resource;
	const show = { resource: [option.value] };
	const field = (value: string, displayOptions: IDisplayOptions): INodeProperties => ({
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions,
		options: operations.map((operation) => operation.option),
		default: value,
	});
	if (defaultToolOperation === undefined) return [field(defaultOperation, { show })];
	return [
		field(defaultOperation, { show, hide: { '@tool': [true] } }),
		field(defaultToolOperation, { show: { ...show, '@tool': [true] } }),
	];
}

/** The parameters of a resource's operations, each shown for its own operation only. */
function operationProperties({ option, operations }: Resource): INodeProperties[] {
	return operations.flatMap(({ option: { value }, form }) =>
		form.flatMap(withExpression).map(({ displayOptions, ...property }) => {
			const show = { resource: [option.value], operation: [value], ...displayOptions?.show };
			return { ...property, displayOptions: { ...displayOptions, show } };
		}),
	);
}
