import type { ApiCall, CallSettings } from '../call/apiCall';
import type { Client } from '../call/client';
import type { Problem } from '../call/errorTable';
import {
	holdsAny,
	summaryOf,
	type Failure,
	type NotFound,
	type Outcome,
	type Success,
} from '../call/outcome';
import { encodeQuery, type HttpMethod } from '../http/http';
import { isObject, type ApiResponse, type JsonObject } from '../http/response';
import type { Credential } from '../identity/credential';

/** A task as the API returns it: all other fields are optional, and `status` is free text. */
export type RelayTask = JsonObject & { task_id: string };

export interface TaskRef {
	taskId: string;
	/** Where the task runs; undefined: not sent. */
	region: string | undefined;
}

/** The source types, as the API calls them: a live stream, or files that are played in a loop. */
export const LIVE_RELAY = 'PullLivePushLive';
export const VOD_RELAY = 'PullVodPushLive';

export const VOD_REFRESH_TYPES = [
	'immediate_new_source',
	'continue_from_file_start',
	'continue_from_break_point',
] as const;

export const CALLBACK_EVENTS = [
	'TaskStart',
	'TaskExit',
	'VodSourceFileStart',
	'VodSourceFileFinish',
	'ResetTaskConfig',
	'TaskAlarm',
] as const;

/** Fields that can be set on creation and changed by an update. What is undefined is not sent. */
interface ChangeableFields {
	/** `2006-01-02T15:04:05Z`, as are all times. */
	start_time: string | undefined;
	end_time: string | undefined;
	/** A number of rounds, or `-1`. */
	vod_loop_time: string | undefined;
	vod_refresh_type: (typeof VOD_REFRESH_TYPES)[number] | undefined;
	vod_start_video_index: number | undefined;
	/** Seconds. */
	vod_start_video_time: number | undefined;
	callback_events: ReadonlyArray<(typeof CALLBACK_EVENTS)[number]> | undefined;
}

/** Where a task pushes to: a complete URL, or an ingest domain. */
export type Destination =
	| { destination_url: string }
	| { domain: string; app_name: string | undefined; stream_name: string | undefined };

/** A task to create: the body of CreatePullTask. What is undefined is not sent. */
export type NewRelayTask = ChangeableFields &
	Destination & {
		source_type: typeof LIVE_RELAY | typeof VOD_RELAY;
		source_urls: readonly string[];
		region: string | undefined;
		push_args: string | undefined;
		backup_source_type: typeof LIVE_RELAY | undefined;
		backup_source_urls: readonly string[] | undefined;
		callback_url: string | undefined;
	};

/** Changes to a task: the body of ModifyPullTask without the ID. What is undefined stays as it is. */
export type RelayTaskChanges = ChangeableFields & {
	status: 'pause' | 'enable' | undefined;
	source_urls: readonly string[] | undefined;
};

/** Which tasks to list. The API filters by the first two; `matches` is applied to what it returns. */
export interface TaskFilter {
	taskId: string | undefined;
	region: string | undefined;
	/** Undefined: all of them. */
	matches?: ((task: RelayTask) => boolean) | undefined;
}

/** The outcome of listing: the tasks, besides what every outcome reports. */
export type ListOutcome =
	| (Success & {
			tasks: RelayTask[];
			/** False when some may be missing: tasks changed too fast, or the service contradicts itself. */
			isComplete: boolean;
	  })
	| NotFound
	| Failure;

/** The result of reading pages. */
interface PagesRead {
	outcome: Outcome;
	/** False when tasks may have been skipped, because others were created or deleted meanwhile. */
	isGapless: boolean;
	/** False when the pages hold less than the service reports, or an entry can't be parsed. */
	isConsistent: boolean;
}

/** One page of a list. */
export interface TaskPage {
	tasks: RelayTask[];
	/** How many entries it holds, including those without a usable ID. */
	size: number;
	/** Whether it says explicitly which tasks there are, even if there are none. */
	isExplicit: boolean;
	/** The total that the service reports; undefined when it reports none that can be parsed. */
	total: number | undefined;
}

/** The most tasks that the API returns in one page. */
export const PAGE_SIZE = 100;

/** A page of 100 tasks, each with 60 URLs of 2048 characters, comes to about 12 MB. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** How many times all pages are read, if tasks are created or deleted meanwhile. */
const MOST_PASSES = 5;

/** Documented as 10,000 tasks at most. A list ten times as long is taken to be endless. */
const MOST_TASKS = 100_000;

/** How long to wait before each check that a deleted task is gone: a quarter of a minute in total. */
const CONFIRM_WAITS_MS = [0, 500, 1000, 2000, 4000, 8000];

/** The API calls, with the IAM action that each requires, and whether it is idempotent. */
export const CALLS = {
	create: { method: 'POST', permission: 'live:stream:createPullTask', idempotent: false },
	delete: { method: 'DELETE', permission: 'live:stream:deletePullTask', idempotent: true },
	list: { method: 'GET', permission: 'live:stream:listPullTask', idempotent: true },
	update: { method: 'PUT', permission: undefined, idempotent: true },
} as const satisfies Record<
	string,
	{ method: HttpMethod; permission: string | undefined; idempotent: boolean }
>;

/**
 * The relay tasks ("pull stream and push stream tasks") of one project.
 * Source: API reference of Huawei Cloud Live, CreatePullTask, DeletePullTask, ListPullTasks and ModifyPullTask.
 */
export class RelayTasks {
	constructor(
		private readonly client: Client,
		private readonly credential: Credential,
	) {}

	/**
	 * Stops and deletes a task; it need not be stopped first. Safe to repeat: once the task is gone, the response is "not
	 * found", which counts as success after a lost response.
	 */
	async delete({ taskId, region }: TaskRef, settings: CallSettings): Promise<Outcome> {
		return await this.client.perform(
			this.call('delete', {
				query: { region, task_id: taskId },
				invalidHint:
					"Check the Task ID and the Task Region; error_msg holds the service's message. The response may be the same for a task that does not exist: the Confirm option tells the two apart.",
				isExpected: isAbout(taskId),
				notFoundAfterRetryMeansDone: true,
			}),
			settings,
		);
	}

	/**
	 * Deletes a task and checks that it is gone: after "deleted", but also after a lost response, and when the API reports
	 * a failed deletion the same way as a task that does not exist.
	 * @returns an error also when the task is still listed after a quarter of a minute, or can't be looked up
	 */
	async deleteAndConfirm(task: TaskRef, settings: CallSettings): Promise<Outcome> {
		const deleted = await this.delete(task, settings);
		if (deleted.kind === 'success' && deleted.confirmedBy === undefined) {
			return await this.confirm(task, deleted, settings);
		}
		if (deleted.kind !== 'error') return deleted;
		if (!deleted.mayHaveHappened && deleted.category !== 'validation') return deleted;
		const found = await this.untilGone(task, settings, deleted.mayHaveHappened ? CONFIRM_WAITS_MS : [0]);
		// It is gone: deleted by one of our attempts if one may have reached the service; otherwise it never existed.
		if (found.kind === 'notFound') {
			const kind = deleted.mayHaveHappened ? 'success' : 'notFound';
			return { ...summaryOf(deleted), kind, confirmedBy: 'list' };
		}
		if (found.kind === 'success')
			return {
				...deleted,
				hint: deleted.mayHaveHappened ? `The task is still listed. ${deleted.hint}` : EXISTS,
			};
		return deleted;
	}

	private async confirm(task: TaskRef, deleted: Success, settings: CallSettings): Promise<Outcome> {
		const found = await this.untilGone(task, settings, CONFIRM_WAITS_MS);
		if (found.kind === 'notFound') return { ...deleted, confirmedBy: 'list' };
		const inDoubt = { ...summaryOf(deleted), kind: 'error', mayHaveHappened: true } as const;
		if (found.kind === 'error') {
			const { category, message, hint, retryable } = found;
			return {
				...inDoubt,
				category,
				message: `Huawei Cloud accepted the deletion, but it could not be confirmed. ${message}`,
				hint: `${hint} The Confirm option looks the task up.`,
				retryable,
			};
		}
		return {
			...inDoubt,
			category: 'server',
			message: 'Huawei Cloud accepted the deletion, but still lists the task.',
			hint: 'Run this again later. If the error persists, contact Huawei Cloud support with the request_id.',
			retryable: true,
		};
	}

	/** Looks a task up after each of these waits, until it is gone or can't be looked up. */
	private async untilGone(
		task: TaskRef,
		settings: CallSettings,
		waits: readonly number[],
	): Promise<ListOutcome> {
		for (const [index, wait] of waits.entries()) {
			if (wait > 0) await this.client.wait(wait);
			const found = await this.get(task, settings);
			if (found.kind !== 'success' || index === waits.length - 1) return found;
		}
		throw new TypeError('At least one wait is needed');
	}

	/**
	 * Looks a task up. Returns "not found" only when the service leaves no doubt: if the response for one ID holds other
	 * tasks, or reports more than it holds, all tasks are searched.
	 */
	async get({ taskId, region }: TaskRef, settings: CallSettings): Promise<ListOutcome> {
		const outcome = await this.page({ task_id: taskId, region }, settings);
		if (outcome.kind !== 'success') return outcome;
		const { page, ...summary } = outcome;
		const task = page.tasks.find(({ task_id }) => task_id === taskId);
		if (task) return { ...summary, tasks: [task], isComplete: true };
		const isCertain = page.isExplicit && page.size === 0 && (page.total ?? 0) <= 0;
		if (isCertain) return { ...summaryOf(outcome), kind: 'notFound' };

		const matches = ({ task_id }: RelayTask) => task_id === taskId;
		const listed = await this.list({ taskId: undefined, region, matches }, 1, settings);
		if (listed.kind !== 'success' || listed.tasks.length > 0) return listed;
		return listed.isComplete
			? { ...summaryOf(listed), kind: 'notFound' }
			: { ...summaryOf(listed), ...NOT_READ_WHOLE, kind: 'error', mayHaveHappened: false };
	}

	/**
	 * Lists tasks, page by page, until a page brings nothing new. It does not rely on the reported total or on the length
	 * of a page.
	 *
	 * Tasks that are deleted while the pages are read move the others forward, past the next offset. So each page starts
	 * with the end of the one before; if that end is missing, tasks may have been skipped, and all pages are read again with
	 * a larger overlap, a few times at most. No task is listed twice, and none that still exists is missing.
	 * @param limit the most to return; undefined: all
	 * @returns success with no tasks when there are none
	 */
	async list(filter: TaskFilter, limit: number | undefined, settings: CallSettings): Promise<ListOutcome> {
		const all = new Map<string, RelayTask>();
		for (let pass = 1; ; pass++) {
			const found = new Map<string, RelayTask>();
			const overlap = pass === 1 ? 1 : PAGE_SIZE / 2;
			const read = await this.readPages(filter, limit, overlap, found, settings);
			if (read.outcome.kind === 'error') return read.outcome;
			// "Not found" is one of the ways to say that there are none, or no more.
			const listed = { ...summaryOf(read.outcome), kind: 'success' } as const;
			if (read.isGapless) return { ...listed, tasks: [...found.values()], isComplete: read.isConsistent };
			for (const [taskId, task] of found) all.set(taskId, task);
			if (pass === MOST_PASSES) {
				return { ...listed, tasks: [...all.values()].slice(0, limit), isComplete: false };
			}
		}
	}

	/** Reads pages into `found`, until the end or until there are enough tasks. */
	private async readPages(
		{ region, taskId, matches }: TaskFilter,
		limit = Infinity,
		mostOverlap: number,
		found: Map<string, RelayTask>,
		settings: CallSettings,
	): Promise<PagesRead> {
		const isWanted = (task: RelayTask) =>
			// The request asked for this task, but a service that ignores the filter must not return other tasks.
			(taskId === undefined || task.task_id === taskId) && (matches === undefined || matches(task));
		const size = taskId === undefined && matches === undefined ? Math.min(limit, PAGE_SIZE) : PAGE_SIZE;
		const seen = new Set<string>();
		let before: ReadonlySet<string> = seen;
		let offset = 0;
		let overlap = 0;
		let pagesWithoutNews = 0;
		let isGapless = true;
		let isConsistent = true;
		for (;;) {
			const query = { region, task_id: taskId, offset: String(offset), limit: String(size) };
			const outcome = await this.page(query, settings);
			if (outcome.kind !== 'success') {
				return { outcome, isGapless: isGapless && overlap === 0, isConsistent };
			}

			const { page } = outcome;
			isGapless &&= overlap === 0 || page.tasks.some(({ task_id }) => before.has(task_id));
			const news = page.tasks.filter(({ task_id }) => !seen.has(task_id));
			for (const task of news) {
				seen.add(task.task_id);
				if (found.size < limit && isWanted(task)) found.set(task.task_id, task);
			}
			if (found.size >= limit || (taskId !== undefined && found.size > 0)) {
				return { outcome, isGapless: true, isConsistent: true };
			}
			if (seen.size > MOST_TASKS) {
				const endless = {
					...summaryOf(outcome),
					...ENDLESS,
					kind: 'error',
					mayHaveHappened: false,
				} as const;
				return { outcome: endless, isGapless, isConsistent };
			}
			isConsistent &&= page.isExplicit && page.tasks.length === page.size;
			// A whole page of known tasks may be due to tasks that were added meanwhile; a second one is not.
			pagesWithoutNews = news.length > 0 ? 0 : pagesWithoutNews + 1;
			if (page.size === 0 || (pagesWithoutNews === 1 && page.size <= overlap) || pagesWithoutNews === 2) {
				return { outcome, isGapless, isConsistent: isConsistent && (page.total ?? 0) <= seen.size };
			}
			before = new Set(page.tasks.map(({ task_id }) => task_id));
			overlap = Math.min(mostOverlap, Math.floor(page.size / 2));
			offset += page.size - overlap;
		}
	}

	/** One page of the list. */
	async page(
		query: TaskQuery,
		settings: CallSettings,
	): Promise<(Success & { page: TaskPage }) | NotFound | Failure> {
		const outcome = await this.client.perform(
			this.call('list', {
				query,
				isExpected: (response) => readPage(response) !== undefined,
				maxResponseBytes: MAX_PAGE_BYTES,
			}),
			settings,
		);
		if (outcome.kind !== 'success') return outcome;
		return { ...outcome, page: readPage(outcome.response) ?? NO_PAGE };
	}

	/**
	 * Creates a task. Not idempotent, so an attempt that may have reached the service is the last one.
	 * @returns on success, with the ID of the new task
	 */
	async create(
		task: NewRelayTask,
		settings: CallSettings,
	): Promise<(Success & { taskId: string }) | NotFound | Failure> {
		const body = JSON.stringify(task);
		const outcome = await this.client.perform(
			this.call('create', { body, isExpected: holdsAny('task_id') }),
			settings,
		);
		if (outcome.kind === 'success') return { ...outcome, taskId: String(outcome.response.json?.task_id) };
		if (outcome.kind === 'notFound' || !outcome.mayHaveHappened) return outcome;
		return {
			...outcome,
			retryable: false,
			hint: 'The task may have been created anyway: check with Get Many before you create it again.',
		};
	}

	/**
	 * Changes a task whose sources are files. For any other task, the service accepts an update and ignores it, so the task
	 * is looked up first.
	 * @returns the outcome of the update or, when it was not sent, of the look-up
	 */
	async update(taskId: string, changes: RelayTaskChanges, settings: CallSettings): Promise<Outcome> {
		const found = await this.get({ taskId, region: undefined }, settings);
		if (found.kind === 'notFound') return found;
		if (found.kind === 'error') return notLookedUp(found);
		const problem = updateProblem(found.tasks[0]?.source_type);
		if (problem) return { ...summaryOf(found), ...problem, kind: 'error', mayHaveHappened: false };
		const body = JSON.stringify({ task_id: taskId, ...changes });
		return await this.client.perform(this.call('update', { body, isExpected: isAbout(taskId) }), settings);
	}

	private call(
		name: keyof typeof CALLS,
		{ query = {}, ...rest }: Pick<ApiCall, 'isExpected'> & Partial<ApiCall> & { query?: TaskQuery },
	): ApiCall {
		const { liveEndpoint, projectId } = this.credential;
		// All relay-task operations share this URI.
		const path = `/v1/${projectId}/pull/stream/task${encodeQuery(Object.entries(query))}`;
		return { service: 'live', origin: liveEndpoint, path, ...CALLS[name], ...rest };
	}
}

/** A query; what is undefined or empty is left out. */
type TaskQuery = Record<string, string | undefined>;

const EXISTS = 'The task exists: it is in the list of tasks. error_msg says why the request was refused.';

const NOT_READ_WHOLE: Problem = {
	category: 'server',
	message: 'The list of tasks could not be read completely, so it is not known whether the task exists.',
	hint: 'Run this again later. If the error persists, contact Huawei Cloud support with the request_id.',
	retryable: true,
};

const ENDLESS: Problem = {
	category: 'endpoint',
	message: `The list of relay tasks does not end: it has more than ${MOST_TASKS} different tasks.`,
	hint: 'Check the Live endpoint of the credential. To get some of the tasks, set a Limit.',
	retryable: false,
};

/** The failure to look up a task before an update: nothing was changed, and a look-up can be repeated. */
function notLookedUp(failure: Failure): Failure {
	return {
		...failure,
		message: `The task was not updated, since it could not be looked up. ${failure.message}`,
		hint: `${failure.hint} Update looks the task up first, since Huawei Cloud ignores updates of live streams.`,
		mayHaveHappened: false,
	};
}

/** Why a task with this source type can't be updated; undefined if it can. */
function updateProblem(sourceType: unknown): Problem | undefined {
	if (sourceType === VOD_RELAY) return undefined;
	const common = { category: 'validation', retryable: false } as const;
	if (sourceType === LIVE_RELAY) {
		return {
			...common,
			message: 'The task relays a live stream, and Huawei Cloud only updates tasks whose sources are files.',
			hint: 'It goes on unchanged. To stop it, delete it; to change it, delete it and create a new one.',
		};
	}
	return {
		...common,
		message:
			'Huawei Cloud does not say that the sources of the task are files, and it only updates such tasks.',
		hint: 'Look the task up with Get and check its source_type. To stop the task, delete it.',
	};
}

const NO_PAGE: TaskPage = { tasks: [], size: 0, isExplicit: false, total: undefined };

/** Whether a response is about this task. A response about another task belongs to another call. */
function isAbout(taskId: string): (response: ApiResponse) => boolean {
	const isSuccess = holdsAny('task_id', 'request_id');
	return (response) => isSuccess(response) && [undefined, taskId].includes(idOf(response.json?.task_id));
}

/** The page in a response to ListPullTasks; undefined if there is none. "No tasks" may be written in several ways. */
function readPage({ json, errorCode, errorMsg }: ApiResponse): TaskPage | undefined {
	if (json === undefined || errorCode !== null || errorMsg !== null) return undefined;
	if ('error' in json || 'errors' in json) return undefined;
	const total = readTotal(json.total);
	const listed = json.task_infos ?? undefined;
	if (Array.isArray(listed)) {
		const entries: unknown[] = listed;
		const tasks = entries.flatMap((entry) => readTask(entry) ?? []);
		return { tasks, size: entries.length, isExplicit: true, total };
	}
	if (listed !== undefined || (total !== undefined && total !== 0)) return undefined;
	// Without a list, something else must show that the body is the service's own, and it must hold nothing else.
	const holdsMore = Object.keys(json).some((key) => !['task_infos', 'total', 'request_id'].includes(key));
	const isOwn = total === 0 || isText(json.request_id);
	return isOwn && !holdsMore ? { tasks: [], size: 0, isExplicit: total === 0, total } : undefined;
}

function readTotal(value: unknown): number | undefined {
	const total = typeof value === 'string' && value !== '' ? Number(value) : value;
	return typeof total === 'number' && Number.isFinite(total) ? total : undefined;
}

/** A task, with its ID as text. A task without an ID is useless. */
function readTask(value: unknown): RelayTask | undefined {
	const task_id = isObject(value) ? idOf(value.task_id) : undefined;
	return isObject(value) && task_id !== undefined ? { ...value, task_id } : undefined;
}

/** An ID as text. A number beyond the safe range has lost digits, and could be the ID of another task. */
function idOf(value: unknown): string | undefined {
	return isText(value) ? value : Number.isSafeInteger(value) ? String(value) : undefined;
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
