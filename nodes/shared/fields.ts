/** Form fields that both nodes have. */

import type { Field } from './field';
import { readDomain } from './identifiers';

export const DOMAIN: Field<string> = {
	property: {
		displayName: 'Domain',
		name: 'domain',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The ingest domain that the stream is pushed to',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select an ingest domain…',
				typeOptions: { searchListMethod: 'searchIngestDomains', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. push.example.com' },
		],
	},
	read: readDomain,
};

export const APP_NAME = { displayName: 'App Name', name: 'appName', placeholder: 'e.g. live' };
export const STREAM_NAME = { displayName: 'Stream Name', name: 'streamName', placeholder: 'e.g. camera-3' };

/** An expression that returns the text for a key, which is an expression without its braces, or else `otherwise`. */
export function keyedText(
	texts: ReadonlyArray<readonly [string, string]>,
	key: string,
	otherwise: string,
): string {
	const table = JSON.stringify(Object.fromEntries(texts));
	return `={{ (${table})[${key}] || ${JSON.stringify(otherwise)} }}`;
}
