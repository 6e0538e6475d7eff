import { LIVE_RELAY, VOD_RELAY } from '../../huawei-cloud/live/relayTasks';
import type { Collection } from './collection';
import { duration } from './duration';
import type { Fields } from './objects';
import { oneOf, text, type Reader } from './readers';
import { readTaskId } from './identifiers';

type Condition = (task: Fields) => boolean;

/**
 * Reads filters for tasks. The API can filter by ID; the others are conditions for the tasks that it returns.
 * @param now milliseconds since the epoch
 * @throws InputError naming the filter that can't be read
 */
export function readTaskFilter(
	filters: Collection,
	now: number,
	time: Reader<number>,
): { taskId: string | undefined; matches?: Condition } {
	const ago: Reader<number> = (label, value) => now - duration('ago')(label, value);
	const conditions = [
		filters.read('status', statusIs),
		filters.read('sourceType', sourceTypeIs),
		filters.read('target', targetContains),
		filters.read('endedBefore', before('end_time', time)),
		filters.read('endedMoreThan', before('end_time', ago)),
		filters.read('createdBefore', before('create_time', time)),
		filters.read('createdMoreThan', before('create_time', ago)),
	].filter((condition) => condition !== undefined);
	return {
		taskId: filters.read('taskId', readTaskId),
		...(conditions.length > 0 && { matches: (task) => conditions.every((condition) => condition(task)) }),
	};
}

const readFilterText = text(2048);

function statusIs(label: string, value: unknown): Condition {
	const wanted = readFilterText(label, value).toLowerCase();
	return ({ status }) => typeof status === 'string' && status.toLowerCase() === wanted;
}

function sourceTypeIs(label: string, value: unknown): Condition {
	const wanted = oneOf([LIVE_RELAY, VOD_RELAY])(label, value);
	return ({ source_type }) => source_type === wanted;
}

function targetContains(label: string, value: unknown): Condition {
	const wanted = readFilterText(label, value).toLowerCase();
	return ({ stream_name, domain, destination_url }) =>
		[stream_name, domain, destination_url].some((part) =>
			String(part ?? '')
				.toLowerCase()
				.includes(wanted),
		);
}

function before(field: 'end_time' | 'create_time', readBound: Reader<number>): Reader<Condition> {
	return (label, value) => {
		const bound = readBound(label, value);
		return (task) => isBefore(task[field], bound);
	};
}

/** True if a task has this time and it is before another. "No time" may be written as 0, or as the year 1. */
export function isBefore(time: unknown, bound: number): boolean {
	if (typeof time !== 'string' || !/^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time)) return false;
	return Date.parse(time) < bound;
}
