/** The node's form, made of its operations. */

import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { keyedText } from '../../shared/fields';
import type { Resource } from '../operations/operation';

/** The expression for the canvas subtitle, such as "Relay Task: Delete". Not the action: n8n names the node after that. */
export function subtitleOf(resources: readonly Resource[]): string {
	const subtitles = resources.flatMap(({ option: { value, name }, operations }) =>
		operations.map(({ option }) => [`${value}.${option.value}`, `${name}: ${option.name}`] as const),
	);
	return keyedText(subtitles, '$parameter["resource"] + "." + $parameter["operation"]', 'Custom API call');
}

export function resourceField(resources: readonly Resource[]): INodeProperties {
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ option }) => option),
		default: 'relayTask',
	};
}

/** The list of a resource's operations: one field for the node, and one for the tool if that starts with another one. */
export function operationFields(resource: Resource): INodeProperties[] {
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
export function operationProperties({ option, operations }: Resource): INodeProperties[] {
	return operations.flatMap(({ option: { value }, properties }) =>
		properties.map(({ displayOptions, ...property }) => {
			const show = { resource: [option.value], operation: [value], ...displayOptions?.show };
			return { ...property, displayOptions: { ...displayOptions, show } };
		}),
	);
}
