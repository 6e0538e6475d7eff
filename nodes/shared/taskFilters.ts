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
		const condition = conditionOf(name, value, now, localTime);
		return condition ? [condition] : [];
	});
	return {
		taskId: 'taskId' in filters ? readTaskId(filters.taskId) : undefined,
		...(conditions.length > 0 && { matches: (task) => conditions.every((condition) => condition(task)) }),
	};
}

function conditionOf(
	name: string,
	value: unknown,
	now: number,
	localTime: LocalTimeReader,
): ((task: RelayTask) => boolean) | undefined {
	switch (name) {
		case 'status': {
			const status = readFilterText('Status', value);
			return (task) => typeof task.status === 'string' && task.status.toLowerCase() === status;
		}
		case 'sourceType': {
			const sourceType = readChoice('filter Source Type', value, [LIVE_RELAY, VOD_RELAY]);
			return (task) => task.source_type === sourceType;
		}
		case 'target': {
			const target = readFilterText('Target Contains', value);
			return ({ stream_name, domain, destination_url }) =>
				[stream_name, domain, destination_url].some((one) =>
					String(one ?? '')
						.toLowerCase()
						.includes(target),
				);
		}
		case 'endedBefore': {
			const bound = readBound('Ended Before', value, localTime);
			return (task) => isBefore(task.end_time, bound);
		}
		case 'createdBefore': {
			const bound = readBound('Created Before', value, localTime);
			return (task) => isBefore(task.create_time, bound);
		}
		case 'endedMoreThan': {
			const bound = now - readDuration('filter Ended More Than … Ago', value, 'ago');
			return (task) => isBefore(task.end_time, bound);
		}
		case 'createdMoreThan': {
			const bound = now - readDuration('filter Created More Than … Ago', value, 'ago');
			return (task) => isBefore(task.create_time, bound);
		}
		default:
			// Applied by the API.
			return undefined;
	}
}

function readFilterText(label: string, value: unknown): string {
	if (typeof value === 'string') return value.trim().toLowerCase();
	throw new InputError(`The filter ${label} is not text.`, 'Enter text, or remove the filter.');
}

function readBound(label: string, value: unknown, localTime: LocalTimeReader): number {
	const bound = readTime(`filter ${label}`, value, localTime);
	if (bound === undefined) throw cameToNothing(`filter ${label}`);
	return bound;
}

/** True if a task has this time and it is before another. "No time" may be written as 0, or as the year 1. */
export function isBefore(time: unknown, bound: number): boolean {
	if (typeof time !== 'string' || !/^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time)) return false;
	return Date.parse(time) < bound;
}
