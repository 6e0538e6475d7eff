import type { INodeProperties } from 'n8n-workflow';

import { sourceTypeFilter, statusFilter, targetFilter } from '../shared/taskFilterFields';
import { readTaskFilter } from '../shared/taskFilters';
import { exact, MAX_APP_LENGTH, MAX_STREAM_LENGTH } from '../shared/streamNames';
import type { LocalTimeReader } from '../shared/readers';
import { readNeeded } from '../shared/readers';

/** Filters apply to events, never to what is compared: a task that starts to match is not new. */

/** The fields of a task or stream, as the API names them. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the filters that were added.
 * @param now milliseconds since the epoch
 * @returns whether a task or stream passes all of them
 * @throws InputError naming the filter that can't be read
 */
export type FilterReader = (
	filters: Fields,
	now: number,
	localTime: LocalTimeReader,
) => (fields: Fields) => boolean;

export const readTaskConditions: FilterReader = (filters, now, localTime) => {
	const { matches = () => true } = readTaskFilter(filters, now, localTime);
	return (fields) => matches({ ...fields, task_id: String(fields.task_id) });
};

export const readStreamConditions: FilterReader = (filters) => {
	const names = [
		...(APP in filters ? [['app_name', readName('App Name', filters[APP], MAX_APP_LENGTH)]] : []),
		...(STREAM in filters
			? [['stream_name', readName('Stream Name', filters[STREAM], MAX_STREAM_LENGTH)]]
			: []),
	];
	return (fields) => names.every(([field = '', name]) => fields[field] === name);
};

function readName(label: string, value: unknown, maxLength: number): string {
	return exact(label, readNeeded(`${label} filter`, value, maxLength, 'Enter a name, or remove the filter.'));
}

const APP = 'appName';
const STREAM = 'streamName';

const SOURCE = 'Only events of tasks that pull from this';

export const taskFilterFields: INodeProperties[] = [
	{ ...sourceTypeFilter, description: SOURCE },
	{
		...statusFilter,
		description:
			'Only events after which the task has this status; for Relay Task Gone, the last one known. The possible values are not documented.',
	},
	targetFilter,
];

export const streamFilterFields: INodeProperties[] = [
	{
		displayName: 'App Name',
		name: APP,
		type: 'string',
		default: '',
		placeholder: 'e.g. live',
		description: 'Only events of streams of this app',
	},
	{
		displayName: 'Stream Name',
		name: STREAM,
		type: 'string',
		default: '',
		placeholder: 'e.g. camera-3',
		description: 'Only events of streams with this name',
	},
];
