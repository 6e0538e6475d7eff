import type { INodeProperties } from 'n8n-workflow';

export const RESOURCE = 'relayTask';

export const DEFAULT_MAX_CONCURRENCY = 10;
export const DEFAULT_MAX_RETRIES = 3;
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The task that an operation is about. */
export function taskIdField(operation: string): INodeProperties {
	return {
		displayName: 'Task',
		name: 'taskId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		required: true,
		description: 'The relay task. Map the task ID from the input, or enter one.',
		displayOptions: { show: { resource: [RESOURCE], operation: [operation] } },
		modes: [
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69',
				hint: 'The task_id that Huawei Cloud Live gave the task when it was created',
			},
		],
	};
}

/** The region of the task, which is not the credential's: that one only picks the host. */
export function regionField(operation: string): INodeProperties {
	return {
		displayName: 'Task Region',
		name: 'region',
		type: 'string',
		default: '',
		placeholder: 'e.g. cn-north-4',
		description:
			'The region that the task runs in. Leave it empty to let Huawei Cloud use the home region of the project.',
		displayOptions: { show: { resource: [RESOURCE], operation: [operation] } },
	};
}

/** The options that every operation has. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: { resource: [RESOURCE] } },
	options: [
		{
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
			default: DEFAULT_MAX_CONCURRENCY,
			description:
				'How many items are worked on at the same time (1 to 100). The setting of the first item counts for the whole run.',
		},
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 10, numberPrecision: 0 },
			default: DEFAULT_MAX_RETRIES,
			description:
				'How often a call is repeated after a network error, a timeout, throttling or a server error (0 to 10)',
		},
		{
			displayName: 'Timeout (Ms)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 300_000, numberPrecision: 0 },
			default: DEFAULT_TIMEOUT_MS,
			description:
				'How many milliseconds one attempt may take, from connecting to the last byte of the answer (1 to 300000)',
		},
	],
};
