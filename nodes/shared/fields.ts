/** Form fields that both nodes have. */

import { flagField, type Field } from './field';
import { readDomain } from './identifiers';
import { pick, type Fields } from './objects';
import type { ItemParameters } from './parameters';

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

const STREAM_NAMES = ['domain', 'app_name', 'stream_name'];
/** The fields of a task that say where it pushes to. */
export const TARGET_FIELDS = [...STREAM_NAMES, 'destination_url'];

const SOURCE = ['source_type', 'source_urls'];
const WHEN = ['start_time', 'end_time'];
export const SIMPLE_TASK_FIELDS = ['task_id', 'status', ...SOURCE, ...TARGET_FIELDS, ...WHEN];

const MEDIA = ['resolution', 'video_bitrate', 'audio_bitrate'];
export const SIMPLE_STREAM_FIELDS = [...STREAM_NAMES, 'start_time', ...MEDIA, 'client_ip'];

export const SIMPLIFY = flagField({
	displayName: 'Simplify',
	name: 'simplify',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

/** Keeps only the fields with these names when Simplify is on. Throws an InputError when it is neither true nor false. */
export function readSimplify(
	parameters: ItemParameters,
	names: readonly string[],
): (fields: Fields) => Fields {
	return parameters.read(SIMPLIFY) ? (fields) => pick(fields, names) : (fields) => fields;
}
