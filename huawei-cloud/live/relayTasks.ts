import { isObject, type Answer, type JsonObject } from '../http/response';
import {
	answeredOf,
	holdsAny,
	type ApiCall,
	type CallSettings,
	type Client,
	type Failure,
	type NotFound,
	type Outcome,
	type Success,
} from '../call/client';
import type { Clock } from '../http/clock';
import type { Credential } from '../identity/credential';
import type { Reason } from '../call/errorTable';
import { encodeQuery, type HttpMethod } from '../http/http';
import {
	readNewTask,
	readTaskChanges,
	type JsonFields,
	type LocalTimeReader,
	type NewTaskInput,
} from '../../nodes/HuaweiCloudLive/relayTask/input';

/** A task as the API gives it: all of its fields are optional, and `status` is free text. */
export type RelayTask = JsonObject & { task_id: string };

export interface TaskRef {
	taskId: string;
	/** Where the task runs; undefined: not sent. */
	region: string | undefined;
}

/** Which tasks to list. The API filters by the first two; `matches` is applied to what it gives. */
export interface TaskFilter {
	taskId: string | undefined;
	region: string | undefined;
	/** Undefined: all of them. */
	matches?: ((task: RelayTask) => boolean) | undefined;
}

/** The answer to a list: the tasks, beside what every outcome says. */
export type ListOutcome =
	| (Success & {
			tasks: RelayTask[];
			/** False when some may be missing: tasks came and went too fast, or the service contradicts itself. */
			isComplete: boolean;
	  })
	| NotFound
	| Failure;

/** What came of reading pages. */
interface PagesRead {
	outcome: Outcome;
	/** False when tasks may have been passed over, because others came or went meanwhile. */
	isGapless: boolean;
	/** False when the pages do not hold all that the service says there is, or an entry can't be understood. */
	isConsistent: boolean;
}

/** One page of a list. */
export interface TaskPage {
	tasks: RelayTask[];
	/** How many entries it holds, with those that have no usable ID. */
	size: number;
	/** Whether it says in so many words which tasks there are, if only that there are none. */
	isExplicit: boolean;
	/** How many tasks there are, as the service says; undefined when it says nothing that can be understood. */
	total: number | undefined;
}

/** The most tasks that the API gives in one page. */
export const PAGE_SIZE = 100;

/** A page of 100 tasks, each with 60 URLs of 2048 characters, comes to about 12 MB. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** How often all pages are read anew because tasks came or went meanwhile. */
const MOST_PASSES = 5;

/** Lists are said to hold 10,000 tasks at most. One with ten times as many does not end. */
const MOST_TASKS = 100_000;

/** How long to wait before each look whether a deleted task is gone: a quarter of a minute in all. */
const CONFIRM_WAITS_MS = [0, 500, 1000, 2000, 4000, 8000];

const ACTION = {
	create: 'live:stream:createPullTask',
	delete: 'live:stream:deletePullTask',
	list: 'live:stream:listPullTask',
} as const;

/**
 * The relay tasks ("pull stream and push stream tasks") of one project.
 * Source: API reference of Huawei Cloud Live, CreatePullTask, DeletePullTask, ListPullTasks and ModifyPullTask.
 */
export class RelayTasks {
	constructor(
		private readonly client: Client,
		private readonly credential: Credential,
		private readonly clock: Clock,
	) {}

	/**
	 * Stops and deletes a task; it need not be stopped before. Safe to repeat: once it is gone, the answer is "not
	 * found", and after a lost answer that counts as success.
	 */
	async delete({ taskId, region }: TaskRef, settings: CallSettings): Promise<Outcome> {
		return await this.client.perform(
			this.call('DELETE', {
				query: { region, task_id: taskId },
				permission: ACTION.delete,
				invalidHint:
					'Check the Task ID and the Task Region; error_msg holds what the service said. A task that does not exist may be answered like this as well: the option Confirm tells the two apart.',
				isExpected: isAbout(taskId),
				goneMeansDone: true,
			}),
			settings,
		);
	}

	/**
	 * Deletes a task and looks whether it is gone: after "deleted", but also after answers that were lost, and where the
	 * API says that deleting failed in the words it also has for a task that does not exist.
	 * @returns an error also when the task is still listed after a quarter of a minute, or can't be looked up
	 */
	async deleteAndConfirm(task: TaskRef, settings: CallSettings): Promise<Outcome> {
		const deleted = await this.delete(task, settings);
		if (deleted.outcome === 'success' && deleted.confirmedBy === undefined) {
			return await this.confirm(task, deleted, settings);
		}
		if (deleted.outcome !== 'error') return deleted;
		if (!deleted.mayHaveHappened && deleted.category !== 'validation') return deleted;
		const found = await this.untilGone(task, settings, deleted.mayHaveHappened ? CONFIRM_WAITS_MS : [0]);
		// It is gone: by an attempt of ours if one may have done it, or it never was.
		if (found.outcome === 'notFound') {
			const outcome = deleted.mayHaveHappened ? 'success' : 'notFound';
			return { ...answeredOf(deleted), outcome, confirmedBy: 'list' };
		}
		if (found.outcome === 'success')
			return {
				...deleted,
				hint: deleted.mayHaveHappened ? `The task is still listed. ${deleted.hint}` : EXISTS,
			};
		return deleted;
	}

	private async confirm(task: TaskRef, deleted: Success, settings: CallSettings): Promise<Outcome> {
		const found = await this.untilGone(task, settings, CONFIRM_WAITS_MS);
		if (found.outcome === 'notFound') return { ...deleted, confirmedBy: 'list' };
		const inDoubt = { ...answeredOf(deleted), outcome: 'error', mayHaveHappened: true } as const;
		if (found.outcome === 'error') {
			const { category, error, hint, retryable } = found;
			return {
				...inDoubt,
				category,
				error: `Huawei Cloud accepted the deletion, but it could not be confirmed. ${error}`,
				hint: `${hint} The option Confirm looks the task up.`,
				retryable,
			};
		}
		return {
			...inDoubt,
			category: 'server',
			error: 'Huawei Cloud accepted the deletion, but still lists the task.',
			hint: 'Run this again later. If it stays, give the request_id to Huawei Cloud support.',
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
			if (found.outcome !== 'success' || index === waits.length - 1) return found;
		}
		throw new TypeError('There is nothing to wait for');
	}

	/**
	 * Looks a task up. "Not found" is only said when the service leaves no doubt: where the answer to a question for one
	 * ID holds other tasks, or claims more than it holds, all tasks are looked through.
	 */
	async get({ taskId, region }: TaskRef, settings: CallSettings): Promise<ListOutcome> {
		const outcome = await this.page({ task_id: taskId, region }, settings);
		if (outcome.outcome !== 'success') return outcome;
		const { page, ...answered } = outcome;
		const task = page.tasks.find(({ task_id }) => task_id === taskId);
		if (task) return { ...answered, tasks: [task], isComplete: true };
		const isCertain = page.isExplicit && page.size === 0 && (page.total ?? 0) <= 0;
		if (isCertain) return { ...answeredOf(outcome), outcome: 'notFound' };

		const matches = ({ task_id }: RelayTask) => task_id === taskId;
		const listed = await this.list({ taskId: undefined, region, matches }, 1, settings);
		if (listed.outcome !== 'success' || listed.tasks.length > 0) return listed;
		return listed.isComplete
			? { ...answeredOf(listed), outcome: 'notFound' }
			: { ...answeredOf(listed), ...NOT_READ_WHOLE, outcome: 'error', mayHaveHappened: false };
	}

	/**
	 * Lists tasks, page by page, until a page brings nothing new. What the service says of the total, and how many it gives
	 * at once, is not relied upon.
	 *
	 * Tasks that go while the pages are read move the others forward, past the next offset. So each page begins with the
	 * end of the one before; if that is not there, something may have been passed over, and all is read anew with a larger
	 * overlap, a few times at most. No task comes twice, and none that stayed is missing.
	 * @param limit the most to give; undefined: all
	 * @returns success with no tasks when there are none
	 */
	async list(filter: TaskFilter, limit: number | undefined, settings: CallSettings): Promise<ListOutcome> {
		const all = new Map<string, RelayTask>();
		for (let pass = 1; ; pass++) {
			const found = new Map<string, RelayTask>();
			const overlap = pass === 1 ? 1 : PAGE_SIZE / 2;
			const read = await this.readPages(filter, limit, overlap, found, settings);
			if (read.outcome.outcome === 'error') return read.outcome;
			// "Not found" is one of the ways to say that there are none, or none any more.
			const listed = { ...answeredOf(read.outcome), outcome: 'success' } as const;
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
			// The service was asked for it, but one that takes no notice must not choose other tasks.
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
			if (outcome.outcome !== 'success') {
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
					...answeredOf(outcome),
					...ENDLESS,
					outcome: 'error',
					mayHaveHappened: false,
				} as const;
				return { outcome: endless, isGapless, isConsistent };
			}
			isConsistent &&= page.isExplicit && page.tasks.length === page.size;
			// A whole page of what is known already may come of tasks that were added meanwhile; a second one does not.
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
			this.call('GET', {
				query,
				permission: ACTION.list,
				isExpected: (answer) => readPage(answer) !== undefined,
				goneMeansDone: false,
				maxResponseBytes: MAX_PAGE_BYTES,
			}),
			settings,
		);
		if (outcome.outcome !== 'success') return outcome;
		return { ...outcome, page: readPage(outcome.answer) ?? NO_PAGE };
	}

	/**
	 * Creates a task. Not safe to repeat, so an attempt that may have reached the service is the last one.
	 * @returns with the ID of the new task, on success
	 * @throws InputError naming the field that can't be sent
	 */
	async create(
		input: NewTaskInput,
		readLocalTime: LocalTimeReader,
		settings: CallSettings,
	): Promise<(Success & { taskId: string }) | NotFound | Failure> {
		const outcome = await this.client.perform(
			this.call('POST', {
				body: JSON.stringify(readNewTask(input, this.clock.now(), readLocalTime)),
				permission: ACTION.create,
				isExpected: holdsAny('task_id'),
				goneMeansDone: false,
				isRepeatable: false,
			}),
			settings,
		);
		if (outcome.outcome === 'success') return { ...outcome, taskId: String(outcome.answer.json?.task_id) };
		if (outcome.outcome === 'notFound' || !outcome.mayHaveHappened) return outcome;
		return {
			...outcome,
			retryable: false,
			hint: 'The task may have been created all the same: look with Get Many before you create it again.',
		};
	}

	/**
	 * Changes a task. Only tasks with files as sources react.
	 * @param fields what to change: the API's names in camel case
	 * @throws InputError naming the field that can't be sent, or when there is none
	 */
	async update(
		taskId: string,
		fields: JsonFields,
		readLocalTime: LocalTimeReader,
		settings: CallSettings,
	): Promise<Outcome> {
		return await this.client.perform(
			this.call('PUT', {
				body: JSON.stringify({
					task_id: taskId,
					...readTaskChanges(fields, this.clock.now(), readLocalTime),
				}),
				isExpected: isAbout(taskId),
				goneMeansDone: false,
			}),
			settings,
		);
	}

	private call(
		method: HttpMethod,
		{ query = {}, ...rest }: Omit<ApiCall, 'service' | 'method' | 'origin' | 'path'> & { query?: TaskQuery },
	): ApiCall {
		const { liveEndpoint, projectId } = this.credential;
		// The one URI that all relay-task operations have.
		const path = `/v1/${projectId}/pull/stream/task${encodeQuery(Object.entries(query))}`;
		return { service: 'live', method, origin: liveEndpoint, path, ...rest };
	}
}

/** A query; what is undefined or empty is left out. */
type TaskQuery = Record<string, string | undefined>;

const EXISTS = 'The task exists, as its list says; error_msg holds why the request was refused.';

const NOT_READ_WHOLE: Reason = {
	category: 'server',
	error: 'The list of tasks could not be read whole, so it is not known whether the task is there.',
	hint: 'Run this again later. If it stays, give the request_id to Huawei Cloud support.',
	retryable: true,
};

const ENDLESS: Reason = {
	category: 'endpoint',
	error: `The list of relay tasks does not end: there were more than ${MOST_TASKS} different ones.`,
	hint: 'Check the Live endpoint of the credential. To get some of the tasks, set a Limit.',
	retryable: false,
};

const NO_PAGE: TaskPage = { tasks: [], size: 0, isExplicit: false, total: undefined };

/** Whether an answer is that of a call about one task. An answer about another one belongs to another call. */
function isAbout(taskId: string): (answer: Answer) => boolean {
	const isSuccess = holdsAny('task_id', 'request_id');
	return (answer) => isSuccess(answer) && [undefined, taskId].includes(idOf(answer.json?.task_id));
}

/** A page in an answer to ListPullTasks; undefined if it is none. Having no tasks may be said in several ways. */
function readPage({ json, errorCode, errorMsg }: Answer): TaskPage | undefined {
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
	// Without a list, the body has to be the service's own by some other sign, and hold nothing else.
	const holdsMore = Object.keys(json).some((key) => !['task_infos', 'total', 'request_id'].includes(key));
	const isOwn = total === 0 || isText(json.request_id);
	return isOwn && !holdsMore ? { tasks: [], size: 0, isExplicit: total === 0, total } : undefined;
}

function readTotal(value: unknown): number | undefined {
	const total = typeof value === 'string' && value !== '' ? Number(value) : value;
	return typeof total === 'number' && Number.isFinite(total) ? total : undefined;
}

/** A task, with its ID as text. One without an ID is of no use to anyone. */
function readTask(value: unknown): RelayTask | undefined {
	const task_id = isObject(value) ? idOf(value.task_id) : undefined;
	return isObject(value) && task_id !== undefined ? { ...value, task_id } : undefined;
}

/** An ID as text. A number beyond the safe ones has lost digits, and could be the ID of another task. */
function idOf(value: unknown): string | undefined {
	return isText(value) ? value : Number.isSafeInteger(value) ? String(value) : undefined;
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}
