import { LIVE_RELAY, VOD_RELAY, type RelayTask, type TaskFilter } from '../../huawei-cloud/live/relayTasks';
import { readDuration } from './duration';
import { InputError } from './inputError';
import { cameToNothing, readChoice, readTime, type LocalTimeReader } from './readers';
import { readTaskId } from './taskId';

/**
 * Reads the filters of Get Many. The API can filter by ID; the others are conditions for the tasks that it returns.
 * @param now milliseconds since the epoch
 * @throws InputError naming the filter that can't be read
 */
export function readTaskFilter(
	filters: Readonly<Record<string, unknown>>,
	now: number,
	localTime: LocalTimeReader,
): Omit<TaskFilter, 'region'> {
	const conditions = Object.entries(filters).flatMap(([name, value]) => {
		const readCondition = CONDITIONS.get(name);
		return readCondition ? [readCondition(value, now, localTime)] : [];
	});
	return {
		taskId: 'taskId' in filters ? readTaskId(filters.taskId) : undefined,
		...(conditions.length > 0 && { matches: (task) => conditions.every((condition) => condition(task)) }),
	};
}

type Condition = (task: RelayTask) => boolean;
type ReadCondition = (value: unknown, now: number, localTime: LocalTimeReader) => Condition;

/** The condition of each filter, from its value. The filter by ID is not among them: the API applies it. */
const CONDITIONS = new Map<string, ReadCondition>([
	['status', statusIs],
	['sourceType', sourceTypeIs],
	['target', targetContains],
	[
		'endedBefore',
		(value, _now, localTime) => before('end_time', readBound('Ended Before', value, localTime)),
	],
	[
		'createdBefore',
		(value, _now, localTime) => before('create_time', readBound('Created Before', value, localTime)),
	],
	['endedMoreThan', (value, now) => before('end_time', now - readAge('Ended More Than … Ago', value))],
	['createdMoreThan', (value, now) => before('create_time', now - readAge('Created More Than … Ago', value))],
]);

function statusIs(value: unknown): Condition {
	const status = readFilterText('Status', value);
	return (task) => typeof task.status === 'string' && task.status.toLowerCase() === status;
}

function sourceTypeIs(value: unknown): Condition {
	const sourceType = readChoice('Source Type filter', value, [LIVE_RELAY, VOD_RELAY]);
	return (task) => task.source_type === sourceType;
}

function targetContains(value: unknown): Condition {
	const target = readFilterText('Target Contains', value);
	return ({ stream_name, domain, destination_url }) =>
		[stream_name, domain, destination_url].some((one) =>
			String(one ?? '')
				.toLowerCase()
				.includes(target),
		);
}

function before(field: 'end_time' | 'create_time', bound: number): Condition {
	return (task) => isBefore(task[field], bound);
}

function readAge(label: string, value: unknown): number {
	return readDuration(`${label} filter`, value, 'ago');
}

function readFilterText(label: string, value: unknown): string {
	if (typeof value === 'string') return value.trim().toLowerCase();
	throw new InputError(`The ${label} filter is not text.`, 'Enter text, or remove the filter.');
}

function readBound(label: string, value: unknown, localTime: LocalTimeReader): number {
	const bound = readTime(`${label} filter`, value, localTime);
	if (bound === undefined) throw cameToNothing(`${label} filter`);
	return bound;
}

/** True if a task has this time and it is before another. "No time" may be written as 0, or as the year 1. */
export function isBefore(time: unknown, bound: number): boolean {
	if (typeof time !== 'string' || !/^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time)) return false;
	return Date.parse(time) < bound;
}
