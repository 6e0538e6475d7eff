import { isObject, type Answer, type JsonObject } from './answer';
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
} from './client';
import type { Clock } from './clock';
import type { Credential } from './credential';
import { encodeQuery, type HttpMethod } from './http';
import {
	readNewTask,
	readTaskChanges,
	type JsonFields,
	type LocalTimeReader,
	type NewTaskInput,
} from './relay-task-fields';

/** A task as the API gives it: all of its fields are optional, and `status` is free text. */
export type RelayTask = JsonObject & { task_id: string };

export interface TaskRef {
	taskId: string;
	/** Where the task runs; undefined: not sent. */
	region: string | undefined;
}

/** Which tasks to list. The API filters by these two; `matches` is applied to what it gives. */
export interface TaskFilter {
	taskId: string | undefined;
	region: string | undefined;
	matches(task: RelayTask): boolean;
}

/** The answer to a list: the tasks, beside what every outcome says. */
export type ListOutcome = (Success & { tasks: RelayTask[] }) | NotFound | Failure;

/** The most tasks that the API gives in one page. */
export const PAGE_SIZE = 100;

/** How often all pages are read anew because tasks came or went meanwhile. */
const MOST_PASSES = 5;

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
				isExpected: holdsAny('task_id', 'request_id'),
				goneMeansDone: true,
			}),
			settings,
		);
	}

	/**
	 * Deletes a task and looks whether it is gone. Where the API says that deleting failed in the words it also has for a
	 * malformed ID, it looks whether the task exists at all.
	 * @returns an error also when the task is still listed after a quarter of a minute, or can't be looked up
	 */
	async deleteAndConfirm(task: TaskRef, settings: CallSettings): Promise<Outcome> {
		const deleted = await this.delete(task, settings);
		if (deleted.outcome === 'success' && deleted.confirmedBy === undefined) {
			return await this.confirm(task, deleted, settings);
		}
		if (deleted.outcome === 'error' && deleted.category === 'validation') {
			const found = await this.get(task, settings);
			if (found.outcome === 'notFound')
				return { ...answeredOf(deleted), outcome: 'notFound', confirmedBy: 'list' };
		}
		return deleted;
	}

	private async confirm(task: TaskRef, deleted: Success, settings: CallSettings): Promise<Outcome> {
		let found: ListOutcome = { ...answeredOf(deleted), outcome: 'notFound' };
		for (const wait of CONFIRM_WAITS_MS) {
			if (wait > 0) await this.client.wait(wait);
			found = await this.get(task, settings);
			if (found.outcome === 'notFound') return { ...deleted, confirmedBy: 'list' };
			if (found.outcome === 'error') break;
		}
		const inDoubt = { ...answeredOf(deleted), outcome: 'error', mayHaveHappened: true } as const;
		if (found.outcome === 'error') {
			const { category, error, hint, retryable } = found;
			return {
				...inDoubt,
				category,
				error: `Huawei Cloud accepted the deletion, but it could not be confirmed. ${error}`,
				hint: `${hint} The option Confirm needs the permission ${ACTION.list}.`,
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

	/** Looks a task up. It is also not found when the list that is asked for by its ID does not hold it. */
	async get({ taskId, region }: TaskRef, settings: CallSettings): Promise<ListOutcome> {
		const outcome = await this.page({ task_id: taskId, region }, settings);
		if (outcome.outcome !== 'success') return outcome;
		const tasks = outcome.tasks.filter((task) => task.task_id === taskId);
		return tasks.length > 0 ? { ...outcome, tasks } : { ...answeredOf(outcome), outcome: 'notFound' };
	}

	/**
	 * Lists tasks, page by page.
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
			const seen = new Map<string, RelayTask>();
			const overlap = pass === 1 ? 1 : PAGE_SIZE / 2;
			const { outcome, isComplete } = await this.readPages(filter, limit, overlap, seen, settings);
			if (outcome.outcome === 'error') return outcome;
			// "Not found" is one of the ways to say that there are none, or none any more.
			const listed = { ...answeredOf(outcome), outcome: 'success' } as const;
			if (isComplete) return { ...listed, tasks: [...seen.values()] };
			for (const [taskId, task] of seen) all.set(taskId, task);
			if (pass === MOST_PASSES) return { ...listed, tasks: [...all.values()].slice(0, limit) };
		}
	}

	/** Reads pages into `seen`, until the end or until there are enough tasks. */
	private async readPages(
		{ region, taskId, matches }: TaskFilter,
		limit = Infinity,
		overlap: number,
		seen: Map<string, RelayTask>,
		settings: CallSettings,
	): Promise<{ outcome: Outcome; isComplete: boolean }> {
		let offset = 0;
		let before: ReadonlySet<string> | undefined;
		let isComplete = true;
		for (;;) {
			const query = { region, task_id: taskId, offset: String(offset), limit: String(PAGE_SIZE) };
			const outcome = await this.page(query, settings);
			if (outcome.outcome !== 'success') return { outcome, isComplete: isComplete && offset === 0 };

			const ids = new Set(outcome.tasks.map((task) => task.task_id));
			isComplete &&= before === undefined || [...before].some((id) => ids.has(id));
			before = ids;
			for (const task of outcome.tasks) if (seen.size < limit && matches(task)) seen.set(task.task_id, task);
			if (seen.size >= limit) return { outcome, isComplete: true };
			const end = offset + outcome.tasks.length;
			if (outcome.tasks.length <= overlap || end >= outcome.total) return { outcome, isComplete };
			offset = end - overlap;
		}
	}

	/** One page of the list. */
	async page(
		query: TaskQuery,
		settings: CallSettings,
	): Promise<(Success & { tasks: RelayTask[]; total: number }) | NotFound | Failure> {
		const outcome = await this.client.perform(
			this.call('GET', {
				query,
				permission: ACTION.list,
				isExpected: (answer) => readList(answer) !== undefined,
				goneMeansDone: false,
			}),
			settings,
		);
		if (outcome.outcome !== 'success') return outcome;
		const tasks = readList(outcome.answer) ?? [];
		const { total } = outcome.answer.json ?? {};
		return { ...outcome, tasks, total: typeof total === 'number' ? total : tasks.length };
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
				body: JSON.stringify({ task_id: taskId, ...readTaskChanges(fields, readLocalTime) }),
				isExpected: holdsAny('task_id', 'request_id'),
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

/** The tasks in an answer to ListPullTasks; undefined if it is none. */
function readList({ json, errorCode }: Answer): RelayTask[] | undefined {
	if (!Array.isArray(json?.task_infos) || errorCode !== null) return undefined;
	const tasks: unknown[] = json.task_infos;
	return tasks.filter(isRelayTask);
}

function isRelayTask(value: unknown): value is RelayTask {
	return isObject(value) && typeof value.task_id === 'string';
}
