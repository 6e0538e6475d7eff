import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

export const STREAM = 'stream';

/** The ingest domain of one stream, or of those to list. */
export function domainField(displayOptions: IDisplayOptions): INodeProperties {
	return {
		displayName: 'Domain',
		name: 'domain',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The ingest domain that the stream is pushed to',
		displayOptions,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select an ingest domain…',
				typeOptions: { searchListMethod: 'searchIngestDomains', searchable: true },
			},
			{
				displayName: 'By Name',
				name: 'name',
				type: 'string',
				placeholder: 'e.g. push.example.com',
			},
		],
	};
}

/** What names the one stream that an operation works on. */
export function streamFields(operation: string): INodeProperties[] {
	const displayOptions = { show: { resource: [STREAM], operation: [operation] } };
	return [
		domainField(displayOptions),
		{
			displayName: 'App Name',
			name: 'appName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. live',
			description: 'The part of the push URL between the domain and the stream name',
			displayOptions,
		},
		{
			displayName: 'Stream Name',
			name: 'streamName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. camera-3',
			description: 'The last part of the push URL, without its arguments',
			displayOptions,
		},
	];
}

/** What narrows a list of streams. */
export function streamFilterFields(operation: string): INodeProperties[] {
	const displayOptions = { show: { resource: [STREAM], operation: [operation] } };
	return [
		domainField(displayOptions),
		{
			displayName: 'App Name',
			name: 'appName',
			type: 'string',
			default: '',
			placeholder: 'e.g. live',
			description: 'Only streams of this app. Leave empty for all.',
			displayOptions,
		},
		{
			displayName: 'Stream Name',
			name: 'streamName',
			type: 'string',
			default: '',
			placeholder: 'e.g. camera-3',
			description: 'Only streams with this name. Leave empty for all.',
			displayOptions,
		},
	];
}
