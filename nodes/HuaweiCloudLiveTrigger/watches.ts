import type { IDataObject } from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import type { RelayTask } from '../../huawei-cloud/live/relayTasks';
import { isBefore } from '../HuaweiCloudLive/relayTask/filters';

/** An entry of a list that is watched. */
export interface WatchedEntry {
	id: string;
	/** What of it is compared from poll to poll; empty when that is not known. */
	value: string;
	/** As Huawei Cloud lists it. */
	fields: Readonly<Record<string, unknown>>;
}

/** What could be listed. */
export interface ListedEntries {
	entries: WatchedEntry[];
	/** False when some may be missing. */
	isComplete: boolean;
}

export interface ListRequest {
	/** Of streams: their ingest domain. */
	domain: string | undefined;
	/** Milliseconds since the epoch. */
	now: number;
	/** The most entries to list; undefined: all. */
	limit: number | undefined;
}

/** A list that is read again and again. */
export interface Watch {
	/** What it lists, for messages. */
	name: string;
	list(live: LiveApi, request: ListRequest): Promise<ListOutcome<WatchedEntry>>;
	/** What is known of an entry that is no longer listed. */
	fieldsOf(id: string, domain: string | undefined): IDataObject;
	/** Whether the value that is compared is the status. */
	comparesStatus: boolean;
	/** Whether it is a list of one ingest domain. */
	isOfDomain: boolean;
}

const SETTINGS: CallSettings = { maxRetries: 3, timeout: 30_000 };

/** Relay tasks: all of them with their status, or those past their end time, with that. */
export const relayTasks = {
	all: {
		name: 'relay tasks',
		list: async (live, { limit }) => await listTasks(live, limit, statusOf),
		fieldsOf: (task_id) => ({ task_id }),
		comparesStatus: true,
		isOfDomain: false,
	},
	pastEnd: {
		name: 'relay tasks past their end time',
		list: async (live, { limit, now }) =>
			await listTasks(live, limit, endOf, ({ end_time }) => isBefore(end_time, now)),
		fieldsOf: (task_id) => ({ task_id }),
		comparesStatus: false,
		isOfDomain: false,
	},
} as const satisfies Record<string, Watch>;

/** The online streams of one domain. There is nothing of them to compare. */
export const onlineStreams: Watch = {
	name: 'online streams',
	async list(live, { domain = '', limit }) {
		const filter = { domain, app_name: undefined, stream_name: undefined };
		const outcome = await live.streams.listOnline(filter, limit, SETTINGS);
		return mapEntries(outcome, (stream) => ({
			id: JSON.stringify([stream.app_name, stream.stream_name]),
			value: '',
			fields: stream,
		}));
	},
	fieldsOf(id, domain) {
		const [app_name, stream_name]: [string, string] = JSON.parse(id);
		return { domain, app_name, stream_name };
	},
	comparesStatus: false,
	isOfDomain: true,
};

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
