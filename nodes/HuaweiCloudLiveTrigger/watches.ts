import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import { CALLS } from '../../huawei-cloud/live/calls';
import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { entryIn, type LookUp, type PageOutcome } from '../../huawei-cloud/live/page';
import type { Fields } from '../shared/objects';
import { isBefore, type Condition } from '../shared/filters';
import type { Entry, Memory, Remembered } from './changes';
import { idOf, type Columns } from './memory';

/** A list that is read with every poll. */
export interface Watch extends Columns {
	/** Its entries, for messages. */
	name: string;
	/** The field with the time when an entry began or ends. */
	timeField: string;
	/** True if an entry counts only once its time has passed. */
	onlyPast?: true;
	/** Reads the list: all of it, or the first entry that matches `sample`. The domain is the streams'; empty for tasks. */
	list(live: LiveApi, domain: string, sample?: Condition): Promise<ListOutcome<Fields>>;
	/** Reads the page that is filtered for a missing entry. */
	find(live: LiveApi, missing: Remembered): Promise<PageOutcome<Fields>>;
	isPerDomain?: true;
}

const SETTINGS: CallSettings = {
	maxRetries: 3,
	timeout: 30_000,
	advice: {
		throttled: 'The next poll tries again. If this happens often, poll less often.',
		timeout:
			'The next poll tries again. If this happens often, check the network between n8n and Huawei Cloud.',
	},
};

/** All relay tasks, with their status. */
export const tasks: Watch = {
	name: 'relay tasks',
	keys: ['task_id'],
	details: ['status'],
	timeField: 'create_time',
	list: async ({ relayTasks }, _domain, matches) =>
		await relayTasks.list({ matches }, matches && 1, SETTINGS),
	find: async (live, { task_id }) => await live.perform(CALLS.listTasks, { task_id }, SETTINGS),
};

/** All relay tasks, with the fields to report about a deleted one. */
export const tasksUntilDeleted: Watch = {
	...tasks,
	details: ['status', 'source_type', 'domain', 'app_name', 'stream_name', 'destination_url'],
};

/** Relay tasks past their end time. A new end time makes another entry. */
export const taskEnds: Watch = {
	...tasks,
	name: 'relay tasks past their end time',
	keys: ['task_id', 'end_time'],
	details: [],
	timeField: 'end_time',
	onlyPast: true,
};

/** The online streams of one domain. They have no field to compare. */
export const onlineStreams: Watch = {
	name: 'online streams',
	keys: ['domain', 'app_name', 'stream_name'],
	details: [],
	timeField: 'start_time',
	list: async ({ streams }, domain, matches) =>
		await streams.listOnline({ domain, matches }, matches && 1, SETTINGS),
	find: async (live, { domain: publish_domain = '', app_name: app, stream_name: stream }) =>
		await live.perform(CALLS.listOnline, { publish_domain, app, stream, offset: 0, limit: 1 }, SETTINGS),
	isPerDomain: true,
};

/** A missing entry in the page that was filtered for it. With another time, it is still the same. */
export function findIn(page: PageOutcome<Fields>, watch: Watch, missing: Remembered): LookUp {
	const sameKeys = watch.keys.filter((key) => key !== watch.timeField);
	return entryIn(page, watch.name, (fields) => sameKeys.every((key) => fields[key] === missing[key]));
}

/** An entry of a watched list. @param fields redacted: filters decide on them, and n8n stores some where people see them */
export function toEntry(watch: Watch, fields: Fields): Entry {
	const { keys, details, timeField } = watch;
	const remembered = Object.fromEntries(
		[...keys, ...details].map((name) => [name, textOf(name, fields[name]).slice(0, MAX_LENGTH)]),
	);
	return { id: idOf(watch, remembered), time: timeOf(fields[timeField]), remembered, fields };
}

/** True if an entry counts. One that counted once still does when the clock is set back, or it would be new again. */
export function isWatched({ onlyPast }: Watch, { id, time }: Entry, now: number, before?: Memory): boolean {
	return !onlyPast || (time !== undefined && (time < now || before?.entries.has(id) === true));
}

/** Bounds what n8n stores for each task: a destination URL can have 2048 characters. */
const MAX_LENGTH = 512;

/** Free text, so it may also be a number. End times are normalized: the same time may be written in several ways. */
function textOf(name: string, value: unknown): string {
	const time = name === 'end_time' ? timeOf(value) : undefined;
	if (time !== undefined) return new Date(time).toISOString();
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** "No time" may be written as 0, or as the year 1. */
function timeOf(value: unknown): number | undefined {
	return isBefore(value, Infinity) ? Date.parse(String(value)) : undefined;
}
