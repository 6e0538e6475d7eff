import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { entryIn, type PageOutcome } from '../../huawei-cloud/live/page';
import type { RelayTask } from '../../huawei-cloud/live/relayTasks';
import type { Stream } from '../../huawei-cloud/live/streams';
import { isBefore } from '../HuaweiCloudLive/relayTask/filters';
import { SIMPLE_FIELDS as SIMPLE_TASK_FIELDS } from '../HuaweiCloudLive/relayTask/taskFields';
import { SIMPLE_FIELDS as SIMPLE_STREAM_FIELDS } from '../HuaweiCloudLive/stream/getAll';
import type { Entry, LookUp, Memory, Remembered } from './changes';
import { readStreamConditions, readTaskConditions, type FilterReader } from './filters';

/** The fields of a task or stream, as the API names them. */
export type Fields = Entry['fields'];

export interface ListRequest {
	/** The ingest domain of streams. */
	domain: string;
	/** Milliseconds since the epoch. */
	now: number;
	before: Memory | undefined;
}

/** A list to return one entry of. */
export interface SampleRequest extends ListRequest {
	limit: number;
	matches: (fields: Fields) => boolean;
}

/** A list that is read with every poll. */
export interface Watch {
	/** Its entries, for messages. */
	name: string;
	list(live: LiveApi, request: ListRequest | SampleRequest): Promise<ListOutcome<Entry>>;
	/**
	 * Looks up one entry that a list lacks.
	 * @returns undefined when the look-up failed
	 */
	lookUp(live: LiveApi, id: string, request: ListRequest): Promise<LookUp | undefined>;
	/** The fields of an entry that is gone; undefined when no entry can have this ID. */
	fieldsOf(id: string, remembered: Remembered, domain: string): Fields | undefined;
	/** Names of the fields that are remembered beside the value. */
	details: readonly string[];
	/** The fields that Simplify keeps. */
	simpleFields: readonly string[];
	readFilters: FilterReader;
	/** Whether a change that leads to this entry can be an event. */
	isReportable(entry: Entry): boolean;
	/** Whether the status is compared. */
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

/** The value of a task whose end time has not passed. */
const NOT_ENDED = '-';

/** Bounds what n8n stores for each task: a destination URL can have 2048 characters. */
const MAX_DETAIL_LENGTH = 512;

interface TaskWatch {
	name?: string;
	valueOf: (task: RelayTask, request: ListRequest) => string;
	/** The field that says when a task came to be what is watched. */
	since: string;
	details?: readonly string[];
	isReportable?: Watch['isReportable'];
	comparesStatus: boolean;
}

function watchTasks({
	name = 'relay tasks',
	valueOf,
	since,
	details = [],
	isReportable = () => true,
	comparesStatus,
}: TaskWatch): Watch {
	const toEntry =
		(request: ListRequest) =>
		(task: RelayTask): Entry => ({
			id: task.task_id,
			value: valueOf(task, request),
			since: timeOf(task[since]),
			details: details.map((name) => textOf(task[name]).slice(0, MAX_DETAIL_LENGTH)),
			fields: task,
		});
	return {
		name,
		async list({ relayTasks }, request) {
			const { limit, matches } = 'limit' in request ? request : ALL;
			const convert = toEntry(request);
			const isSample = matches && ((task: RelayTask) => matches(task) && isReportable(convert(task)));
			const filter = { taskId: undefined, region: undefined, matches: isSample };
			return mapEntries(await relayTasks.list(filter, limit, SETTINGS), convert);
		},
		async lookUp({ relayTasks }, id, request) {
			const outcome = await relayTasks.page({ task_id: id }, SETTINGS);
			return answerIn(outcome, ({ task_id }) => task_id === id, toEntry(request));
		},
		fieldsOf: (task_id, remembered) => ({
			task_id,
			...Object.fromEntries(
				details.map((name, index) => [name, remembered.details[index]]).filter(([, text]) => text !== ''),
			),
		}),
		details,
		simpleFields: SIMPLE_TASK_FIELDS,
		readFilters: readTaskConditions,
		isReportable,
		comparesStatus,
		isOfDomain: false,
	};
}

const status = {
	valueOf: (task: RelayTask) => textOf(task.status),
	since: 'create_time',
	comparesStatus: true,
};

/** All relay tasks, with their status. */
export const tasks = watchTasks(status);

/** The same, with what is worth knowing of a task that is gone. */
export const tasksUntilGone = watchTasks({
	...status,
	details: ['source_type', 'domain', 'app_name', 'stream_name', 'destination_url'],
});

/** All relay tasks, with their end time once it has passed. */
export const taskEnds = watchTasks({
	name: 'relay tasks past their end time',
	valueOf: pastEndOf,
	since: 'end_time',
	isReportable: ({ value }) => value !== NOT_ENDED && value !== '',
	comparesStatus: false,
});

/** The online streams of one domain. There is nothing of them to compare. */
export const onlineStreams: Watch = {
	name: 'online streams',
	async list({ streams }, request) {
		const { limit, matches } = 'limit' in request ? request : ALL;
		const filter = { ...ALL_STREAMS, domain: request.domain, matches };
		return mapEntries(await streams.listOnline(filter, limit, SETTINGS), toStreamEntry);
	},
	async lookUp({ streams }, id, { domain }) {
		const [app_name = '', stream_name = ''] = namesIn(id);
		const names = { domain, app_name, stream_name };
		const outcome = await streams.pageOnline(names, { start: 0, size: 1 }, SETTINGS);
		return answerIn(outcome, (stream) => idOf(stream) === id, toStreamEntry);
	},
	fieldsOf(id, _remembered, domain) {
		const [app_name, stream_name] = namesIn(id);
		return stream_name === undefined ? undefined : { domain, app_name, stream_name };
	},
	details: [],
	simpleFields: SIMPLE_STREAM_FIELDS,
	readFilters: readStreamConditions,
	isReportable: () => true,
	comparesStatus: false,
	isOfDomain: true,
};

const ALL = { limit: undefined, matches: undefined };
const ALL_STREAMS = { app_name: undefined, stream_name: undefined };

function toStreamEntry(stream: Stream): Entry {
	return { id: idOf(stream), value: '', since: timeOf(stream.start_time), details: [], fields: stream };
}

function idOf({ app_name, stream_name }: Stream): string {
	return JSON.stringify([app_name, stream_name]);
}

/** The names of app and stream in the ID of a stream; none when it is no such ID. */
function namesIn(id: string): string[] {
	try {
		const names: unknown = JSON.parse(id);
		const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
		return texts.length === 2 && JSON.stringify(texts) === id ? texts : [];
	} catch {
		return [];
	}
}

/** Free text, so it may as well be a number. */
function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** "No time" may be written as 0, or as the year 1. */
function timeOf(value: unknown): number | undefined {
	return isBefore(value, Infinity) ? Date.parse(String(value)) : undefined;
}

/**
 * The end time of a task once it has passed: the same for the same time, however it is written. One that was passed stays so
 * when the clock is set back or the end time is not listed for a while: else it would be reported again.
 */
function pastEndOf({ task_id, end_time }: RelayTask, { now, before }: ListRequest): string {
	const known = before?.entries.get(task_id)?.value;
	const end = timeOf(end_time);
	if (end === undefined) return known === undefined ? NOT_ENDED : '';
	const text = new Date(end).toISOString();
	return end < now || known === text ? text : NOT_ENDED;
}

function answerIn<Item>(
	outcome: PageOutcome<Item>,
	isTheOne: (item: Item) => boolean,
	toEntry: (item: Item) => Entry,
): LookUp | undefined {
	if (outcome.kind === 'error') return undefined;
	const answer = entryIn(outcome, isTheOne);
	return typeof answer === 'string' ? answer : toEntry(answer.entry);
}

function mapEntries<From, To>(outcome: ListOutcome<From>, convert: (entry: From) => To): ListOutcome<To> {
	if (outcome.kind !== 'success') return outcome;
	return { ...outcome, entries: outcome.entries.map(convert) };
}
