import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { KNOWN_REGIONS_TEXT } from '../../../huawei-cloud/identity/regions';
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from '../../shared/parameters';
import { keyedText } from '../../shared/fields';
import type { Resource } from '../operations/operation';

export const RELAY_TASK = 'relayTask';

/** The task that an operation works on. */
export const TASK_ID: INodeProperties = {
	displayName: 'Task',
	name: 'taskId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The relay task. Choose one from the list, or map its ID from the input.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a relay task…',
			typeOptions: { searchListMethod: 'searchRelayTasks', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69',
			hint: 'The task_id that Huawei Cloud Live returned when the task was created',
		},
	],
};

/**
 * The expression for the line below the node's name on the canvas, such as "Relay Task: Delete". Not the action: n8n names
 * the node after that.
 */
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
		default: RELAY_TASK,
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
		properties.map((property) => showFor(property, { resource: [option.value], operation: [value] })),
	);
}

/** The options of all operations: those that each of them has, and those that only some have. */
export function optionsField(resources: readonly Resource[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: { resource: resources.map(({ option }) => option.value) } },
		options: [...resources.flatMap(operationOptions), regionOption, ...commonOptions],
	};
}

function operationOptions({ option, operations }: Resource): INodeProperties[] {
	return operations.flatMap(({ option: { value }, options = [] }) =>
		options.map((field) => showFor(field, { '/resource': [option.value], '/operation': [value] })),
	);
}

/** A property that is shown under further conditions. */
function showFor(property: INodeProperties, show: Record<string, string[]>): INodeProperties {
	const { displayOptions } = property;
	return { ...property, displayOptions: { ...displayOptions, show: { ...show, ...displayOptions?.show } } };
}

/** The region of the task, not of the credential: the latter only determines the host. */
const regionOption: INodeProperties = {
	displayName: 'Task Region',
	name: 'region',
	type: 'string',
	default: '',
	placeholder: 'e.g. cn-north-4, ap-southeast-3, sa-brazil-1',
	description: `The code of the region that the task runs in. If empty, Huawei Cloud uses a default that it does not document. Known regions: ${KNOWN_REGIONS_TEXT}.`,
	displayOptions: { show: { '/resource': [RELAY_TASK] }, hide: { '/operation': ['update'] } },
};

const commonOptions: INodeProperties[] = [
	{
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
		default: DEFAULT_MAX_CONCURRENCY,
		description:
			'How many items to process at the same time (1 to 100). The value of the first item applies to the whole run.',
	},
	{
		displayName: 'Max Requests per Minute',
		name: 'maxRequestsPerMinute',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100_000, numberPrecision: 0 },
		// Filled in when the option is added; without the option, there is no such limit.
		default: 300,
		description:
			'How many requests this run may send per minute (1 to 100000). By default, the node learns the limit of Huawei Cloud. Set it if other programs use the same project. The value of the first item applies to the whole run.',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10, numberPrecision: 0 },
		default: DEFAULT_MAX_RETRIES,
		description:
			'How many times to retry a request after a network error, a timeout or a server error (0 to 10)',
	},
	{
		displayName: 'Timeout (Ms)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 300_000, numberPrecision: 0 },
		default: DEFAULT_TIMEOUT_MS,
		description:
			'How many milliseconds one attempt may take, from connecting to the last byte of the response (1 to 300000)',
	},
];
