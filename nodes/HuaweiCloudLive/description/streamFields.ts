import type { INodeProperties } from 'n8n-workflow';

import { domainField } from '../../shared/domainField';

export const STREAM = 'stream';

/** The fields that identify a stream. */
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

/** Filters of a list of streams. */
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
