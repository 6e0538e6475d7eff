import type { IDataObject } from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import type { RelayTask } from '../../huawei-cloud/live/relayTasks';
import { isBefore } from '../HuaweiCloudLive/relayTask/filters';
import type { Entries } from './changes';

/** An entry of a list that is watched. */
export interface WatchedEntry {
	id: string;
	/** What of it is compared from poll to poll; empty when that is not known. */
	value: string;
	/** As Huawei Cloud lists it. */
	fields: Readonly<Record<string, unknown>>;
}

export interface ListRequest {
	/** Of streams: their ingest domain. */
	domain: string | undefined;
	/** Milliseconds since the epoch. */
	now: number;
	/** The most entries to list; undefined: all. */
	limit: number | undefined;
	/** What is remembered of the list before. */
	before: Entries;
}

/** A list that is read again and again. */
export interface Watch {
	/** What it lists, for messages. */
	name: string;
	list(live: LiveApi, request: ListRequest): Promise<ListOutcome<WatchedEntry>>;
	/**
	 * Asks for one entry that a list lacks.
	 * @returns whether it is there; undefined when that cannot be known
	 */
	has(live: LiveApi, id: string, request: ListRequest): Promise<boolean | undefined>;
	/** What is known of an entry that is no longer listed; undefined when it has no such ID. */
	fieldsOf(id: string, domain: string | undefined): IDataObject | undefined;
	/** Whether the value that is compared is the status. */
	comparesStatus: boolean;
	/** Whether it is a list of one ingest domain. */
	isOfDomain: boolean;
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

/** Relay tasks: all of them with their status, or those past their end time, with that. */
export const relayTasks = {
	all: {
		name: 'relay tasks',
		list: async (live, { limit }) => await listTasks(live, limit, statusOf),
		has: async (live, id) => await hasTask(live, id, () => true),
		fieldsOf: (task_id) => ({ task_id }),
		comparesStatus: true,
		isOfDomain: false,
	},
	pastEnd: {
		name: 'relay tasks past their end time',
		list: async (live, request) =>
			await listTasks(live, request.limit, endOf, (task) => isPastEnd(task, request)),
		has: async (live, id, request) => await hasTask(live, id, (task) => isPastEnd(task, request)),
		fieldsOf: (task_id) => ({ task_id }),
		comparesStatus: false,
		isOfDomain: false,
	},
} as const satisfies Record<string, Watch>;

/** The online streams of one domain. There is nothing of them to compare. */
export const onlineStreams: Watch = {
	name: 'online streams',
	async list(live, { domain = '', limit }) {
		const outcome = await live.streams.listOnline({ ...ALL_STREAMS, domain }, limit, SETTINGS);
		return mapEntries(outcome, (stream) => ({
			id: JSON.stringify([stream.app_name, stream.stream_name]),
			value: '',
			fields: stream,
		}));
	},
	async has(live, id, { domain = '' }) {
		const outcome = await live.streams.listOnline({ ...ALL_STREAMS, ...namesIn(id), domain }, 1, SETTINGS);
		if (outcome.kind !== 'success') return undefined;
		return outcome.entries.length > 0 || (outcome.isComplete ? false : undefined);
	},
	fieldsOf(id, domain) {
		const names = namesIn(id);
		return names && { domain, ...names };
	},
	comparesStatus: false,
	isOfDomain: true,
};

const ALL_STREAMS = { app_name: undefined, stream_name: undefined };

function namesIn(id: string): { app_name: string; stream_name: string } | undefined {
	const names = parseArray(id);
	const [app_name, stream_name] = names;
	if (typeof app_name !== 'string' || typeof stream_name !== 'string') return undefined;
	return names.length === 2 ? { app_name, stream_name } : undefined;
}

function parseArray(text: string): unknown[] {
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value) ? value : [];
	} catch {
		return [];
	}
}

async function hasTask(
	live: LiveApi,
	taskId: string,
	matches: (task: RelayTask) => boolean,
): Promise<boolean | undefined> {
	const outcome = await live.relayTasks.get({ taskId, region: undefined }, SETTINGS);
	if (outcome.kind === 'success') return outcome.entries.some(matches);
	return outcome.kind === 'notFound' ? false : undefined;
}

/** One whose end has been reported stays past it, even when the clock is set back: else it would be reported again. */
function isPastEnd(task: RelayTask, { now, before }: ListRequest): boolean {
	return (
		isBefore(task.end_time, now) ||
		(isBefore(task.end_time, Infinity) && before.get(task.task_id) === endOf(task))
	);
}

async function listTasks(
	live: LiveApi,
	limit: number | undefined,
	valueOf: (task: RelayTask) => string,
	matches?: (task: RelayTask) => boolean,
): Promise<ListOutcome<WatchedEntry>> {
	const outcome = await live.relayTasks.list(
		{ taskId: undefined, region: undefined, matches },
		limit,
		SETTINGS,
	);
	return mapEntries(outcome, (task) => ({ id: task.task_id, value: valueOf(task), fields: task }));
}

/** Free text, so it may as well be a number. */
function statusOf({ status }: RelayTask): string {
	return typeof status === 'string' || typeof status === 'number' ? String(status) : '';
}

/** The same for the same time, however it is written. */
function endOf({ end_time }: RelayTask): string {
	return new Date(String(end_time)).toISOString();
}

function mapEntries<From, To>(outcome: ListOutcome<From>, convert: (entry: From) => To): ListOutcome<To> {
	if (outcome.kind !== 'success') return outcome;
	return { ...outcome, entries: outcome.entries.map(convert) };
}
