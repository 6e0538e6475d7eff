import { flagField } from './field';
import { pick, type Fields } from './objects';
import type { ItemParameters } from './parameters';

export const SIMPLE_TASK_FIELDS = [
	'task_id',
	'status',
	'source_type',
	'source_urls',
	'domain',
	'app_name',
	'stream_name',
	'destination_url',
	'start_time',
	'end_time',
];

export const SIMPLE_STREAM_FIELDS = [
	'domain',
	'app_name',
	'stream_name',
	'start_time',
	'resolution',
	'video_bitrate',
	'audio_bitrate',
	'client_ip',
];

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
	if (!parameters.read(SIMPLIFY)) return (fields) => fields;
	return (fields) => pick(fields, names);
}
