import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { ListOutcome } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { entryIn, type PageOutcome } from '../../huawei-cloud/live/page';
import type { RelayTask } from '../../huawei-cloud/live/relayTasks';
import type { Stream } from '../../huawei-cloud/live/streams';
import { isBefore } from '../shared/taskFilters';
import { SIMPLE_STREAM_FIELDS, SIMPLE_TASK_FIELDS } from '../shared/simplify';
import type { Entry, LookUp, Memory, Remembered } from './changes';
import { readStreamConditions, readTaskConditions, type Fields, type FilterReader } from './filters';

export interface ListRequest {
	/** The ingest domain of streams; empty for tasks. */
	domain: string;
	/** Milliseconds since the epoch. */
	now: number;
	before?: Memory | undefined;
	/** The maximum number of entries; undefined: all. */
	limit?: number;
	/** Undefined: all entries are wanted. */
	matches?: (fields: Fields) => boolean;
}

/** A list that is read with every poll. */
export interface Watch {
	/** Its entries, for messages. */
	name: string;
	list(live: LiveApi, request: ListRequest): Promise<ListOutcome<Entry>>;
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
	/** True if it is a list of one ingest domain. */
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

/** Bounds what n8n stores for each task: a destination URL can have 2048 characters. */
const MAX_DETAIL_LENGTH = 512;

const ALL_OF_TASKS = {
	details: [],
	simpleFields: SIMPLE_TASK_FIELDS,
	readFilters: readTaskConditions,
	isOfDomain: false,
};

/** All relay tasks, with their status. */
export const tasks = watchTasks([]);

/** The same, with what is worth knowing of a task that is gone. */
export const tasksUntilGone = watchTasks([
	'source_type',
	'domain',
	'app_name',
	'stream_name',
	'destination_url',
]);

function watchTasks(details: readonly string[]): Watch {
	const toEntry = (task: RelayTask): Entry => ({
		id: task.task_id,
		value: textOf(task.status),
		since: timeOf(task.create_time),
		details: details.map((name) => textOf(task[name]).slice(0, MAX_DETAIL_LENGTH)),
		fields: task,
	});
	return {
		...ALL_OF_TASKS,
		name: 'relay tasks',
		list: async (live, { limit, matches }) => mapEntries(await listTasks(live, limit, matches), toEntry),
		lookUp: async (live, id) => await lookUpTask(live, id, toEntry),
		fieldsOf(task_id, remembered) {
			const known = details.map((name, index) => [name, remembered.details[index]]);
			return { task_id, ...Object.fromEntries(known.filter(([, text]) => text !== '')) };
		},
		details,
	};
}

/** Relay tasks past their end time. A new end time makes another entry. */
export const taskEnds: Watch = {
	...ALL_OF_TASKS,
	name: 'relay tasks past their end time',
	async list(live, request) {
		const { limit, matches = () => true } = request;
		const hasEnded = (task: RelayTask) => matches(task) && isPastEnd(task, request);
		return mapEntries(await listTasks(live, limit, hasEnded), toTaskEnd);
	},
	async lookUp(live, id) {
		const [taskId = ''] = textsIn(id);
		const answer = await lookUpTask(live, taskId, toTaskEnd);
		if (typeof answer !== 'object' || answer.id === id) return answer;
		return answer.since === undefined ? 'unknown' : 'absent';
	},
	fieldsOf(id) {
		const [task_id] = textsIn(id);
		return task_id === undefined ? undefined : { task_id };
	},
};

/** The online streams of one domain. There is nothing of them to compare. */
export const onlineStreams: Watch = {
	name: 'online streams',
	async list({ streams }, { domain, limit, matches }) {
		const filter = { domain, app_name: undefined, stream_name: undefined, matches };
		return mapEntries(await streams.listOnline(filter, limit, SETTINGS), toStreamEntry);
	},
	async lookUp({ streams }, id, { domain }) {
		const [app_name = '', stream_name = ''] = textsIn(id);
		const outcome = await streams.pageOnline(
			{ domain, app_name, stream_name },
			{ start: 0, size: 1 },
			SETTINGS,
		);
		return answerIn(outcome, toStreamEntry, (stream) => toStreamEntry(stream).id === id);
	},
	fieldsOf(id, _remembered, domain) {
		const [app_name, stream_name] = textsIn(id);
		return stream_name === undefined ? undefined : { domain, app_name, stream_name };
	},
	details: [],
	simpleFields: SIMPLE_STREAM_FIELDS,
	readFilters: readStreamConditions,
	isOfDomain: true,
};

function toStreamEntry(stream: Stream): Entry {
	const id = JSON.stringify([stream.app_name, stream.stream_name]);
	return { id, value: '', since: timeOf(stream.start_time), details: [], fields: stream };
}

function toTaskEnd(task: RelayTask): Entry {
	const since = timeOf(task.end_time);
	// The same for the same time, however it is written.
	const id = JSON.stringify([task.task_id, since === undefined ? '' : new Date(since).toISOString()]);
	return { id, value: '', since, details: [], fields: task };
}

/** One whose end has passed stays so when the clock is set back: else it would be reported again. */
function isPastEnd(task: RelayTask, { now, before }: ListRequest): boolean {
	const { id, since } = toTaskEnd(task);
	return since !== undefined && (since < now || before?.entries.has(id) === true);
}

/** The two texts in an ID that is made of them; none when it is no such ID. */
function textsIn(id: string): string[] {
	try {
		const values: unknown = JSON.parse(id);
		const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
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

async function listTasks(
	{ relayTasks }: LiveApi,
	limit: number | undefined,
	matches: ((task: RelayTask) => boolean) | undefined,
): Promise<ListOutcome<RelayTask>> {
	return await relayTasks.list({ taskId: undefined, region: undefined, matches }, limit, SETTINGS);
}

async function lookUpTask({ relayTasks }: LiveApi, taskId: string, toEntry: (task: RelayTask) => Entry) {
	const outcome = await relayTasks.page({ task_id: taskId }, SETTINGS);
	return answerIn(outcome, toEntry, ({ task_id }) => task_id === taskId);
}

function answerIn<Item>(
	outcome: PageOutcome<Item>,
	toEntry: (item: Item) => Entry,
	isTheOne: (item: Item) => boolean,
): LookUp | undefined {
	if (outcome.kind === 'error') return undefined;
	const answer = entryIn(outcome, isTheOne);
	return typeof answer === 'string' ? answer : toEntry(answer.entry);
}

function mapEntries<From, To>(outcome: ListOutcome<From>, convert: (entry: From) => To): ListOutcome<To> {
	if (outcome.kind !== 'success') return outcome;
	return { ...outcome, entries: outcome.entries.map(convert) };
}
