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
	const [domain, appName, streamName] = namesOf(operation);
	return [
		domain,
		{
			...appName,
			required: true,
			description: 'The part of the push URL between the domain and the stream name',
		},
		{
			...streamName,
			required: true,
			description: 'The last part of the push URL, without its arguments',
		},
	];
}

/** What narrows a list of streams. */
export function streamFilterFields(operation: string): INodeProperties[] {
	const [domain, appName, streamName] = namesOf(operation);
	return [
		domain,
		{ ...appName, description: 'Only streams of this app. Leave empty for all.' },
		{ ...streamName, description: 'Only streams with this name. Leave empty for all.' },
	];
}

function namesOf(
	operation: string,
): [domain: INodeProperties, appName: INodeProperties, streamName: INodeProperties] {
	const displayOptions = { show: { resource: [STREAM], operation: [operation] } };
	const text = { type: 'string', default: '', displayOptions } as const;
	return [
		domainField(displayOptions),
		{ displayName: 'App Name', name: 'appName', placeholder: 'e.g. live', ...text },
		{ displayName: 'Stream Name', name: 'streamName', placeholder: 'e.g. camera-3', ...text },
	];
}
