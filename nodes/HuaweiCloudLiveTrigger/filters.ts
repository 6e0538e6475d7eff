import type { INodeProperties } from 'n8n-workflow';

import { sourceTypeFilter, statusFilter, targetFilter } from '../shared/fields';
import { readTaskFilter } from '../shared/taskFilters';
import type { Collection } from '../shared/collection';
import type { Reader } from '../shared/readers';
import { readAppName, readStreamName } from '../shared/identifiers';

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
	filters: Collection,
	now: number,
	time: Reader<number>,
) => (fields: Fields) => boolean;

export const readTaskConditions: FilterReader = (filters, now, time) => {
	const { matches = () => true } = readTaskFilter(filters, now, time);
	return (fields) => matches({ ...fields, task_id: String(fields.task_id) });
};

export const readStreamConditions: FilterReader = (filters) => {
	const app = filters.read('appName', readAppName);
	const stream = filters.read('streamName', readStreamName);
	return ({ app_name, stream_name }) =>
		(app === undefined || app === app_name) && (stream === undefined || stream === stream_name);
};

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
		name: 'appName',
		type: 'string',
		default: '',
		placeholder: 'e.g. live',
		description: 'Only events of streams of this app',
	},
	{
		displayName: 'Stream Name',
		name: 'streamName',
		type: 'string',
		default: '',
		placeholder: 'e.g. camera-3',
		description: 'Only events of streams with this name',
	},
];
