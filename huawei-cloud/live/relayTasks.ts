import type { ApiRequest, CallSettings } from '../call/apiCall';
import type { Client } from '../policies/client';
import { summaryOf, type Failure, type NotFound, type Outcome, type Success } from '../call/outcome';
import { isText, type JsonObject } from '../http/response';
import type { Credential } from '../identity/credential';
import { unknownRegionNote } from '../identity/regions';
import { Deletion, type DeletionOutcome } from './deletion';
import { readList, type ListOutcome } from './list';
import { CHECK_PROJECT, liveCall, withDoubt, withNotFoundHint, type CallKind, type Query } from './liveCall';
import { readPage, type PageOutcome } from './page';
import { NOT_READ_WHOLE, parseConfirmation, parseTaskId, TASK_PAGE } from './relayTaskResponses';
import { LIVE_RELAY, VOD_RELAY } from './sourceTypes';
import { notLookedUp, ofListedTask, updateProblem } from './updateProblem';

/** A task as the API returns it: all other fields are optional, and `status` is free text. */
export type RelayTask = JsonObject & { task_id: string };

export interface TaskRef {
	taskId: string;
	/** Where the task runs; undefined: not sent. */
	region: string | undefined;
}

export { LIVE_RELAY, VOD_RELAY };

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

/** Which tasks to list. The API filters by the first two; all of them are applied to what it returns. */
export interface TaskFilter {
	taskId: string | undefined;
	region: string | undefined;
	/** Undefined: all of them. */
	matches?: ((task: RelayTask) => boolean) | undefined;
}

/** The API calls, with the IAM action that each requires, and whether it is idempotent. */
export const CALLS = {
	create: { method: 'POST', permission: 'live:stream:createPullTask', idempotent: false },
	delete: { method: 'DELETE', permission: 'live:stream:deletePullTask', idempotent: true },
	list: { method: 'GET', permission: 'live:stream:listPullTask', idempotent: true },
	update: { method: 'PUT', permission: undefined, idempotent: true },
} as const satisfies Record<string, CallKind>;

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
	 * Stops and deletes a task; it need not be stopped first. Safe to repeat: a deleted task is "not found", which counts as
	 * success after a lost response, unless it is still listed.
	 */
	async delete(task: TaskRef, settings: CallSettings): Promise<DeletionOutcome> {
		return await this.deletion(task, DELETE_HINT, settings).run();
	}

	/**
	 * Deletes a task and looks it up, in all regions, until it is no longer listed.
	 * @returns an error also when the task is still listed after a quarter of a minute, or can't be looked up
	 */
	async deleteAndConfirm(task: TaskRef, settings: CallSettings): Promise<DeletionOutcome> {
		return await this.deletion(task, CONFIRMED_DELETE_HINT, settings).runAndConfirm();
	}

	/** Looks up what a confirmed deletion would find, and deletes nothing. */
	async dryRunDeletion(task: TaskRef, settings: CallSettings): Promise<DeletionOutcome> {
		return await this.deletion(task, CONFIRMED_DELETE_HINT, settings).dryRun();
	}

	private deletion({ taskId, region }: TaskRef, rejectedHint: string, settings: CallSettings): Deletion {
		return new Deletion(
			{
				send: async (sentRegion) =>
					await this.client.perform(
						// Not spread, which V8 takes long for: deletions come by the thousand.
						Object.assign(this.call('delete', rejectedHint, { region: sentRegion, task_id: taskId }), {
							parse: parseConfirmation(taskId),
						}),
						settings,
					),
				lookUp: async () => await this.lookUpAnywhere({ taskId, region }, settings),
				wait: async (ms) => await this.client.wait(ms),
			},
			region,
		);
	}

	/** Looks a task up in all regions, and in its own: it is not documented which regions a list has that names none. */
	private async lookUpAnywhere({ taskId, region }: TaskRef, settings: CallSettings) {
		const anywhere = await this.lookUp({ taskId, region: undefined }, settings);
		if (anywhere.kind !== 'notFound' || region === undefined) return anywhere;
		return await this.lookUp({ taskId, region }, settings);
	}

	/** Looks a task up, in all regions unless it names one. */
	async get(task: TaskRef, settings: CallSettings): Promise<ListOutcome<RelayTask>> {
		return withNotFoundHint(await this.lookUp(task, settings), hintForNotListed(task.region));
	}

	/**
	 * Returns "not found" only when the service leaves no doubt: if the response for one ID holds other tasks, or does not say
	 * that there are none, all tasks are searched. A response that reports tasks and shows none that can be read contradicts a
	 * search that finds nothing.
	 */
	private async lookUp({ taskId, region }: TaskRef, settings: CallSettings): Promise<ListOutcome<RelayTask>> {
		const outcome = await this.page({ task_id: taskId, region }, settings);
		if (outcome.kind !== 'success') return outcome;
		const { page, ...summary } = outcome;
		const task = page.entries.find(({ task_id }) => task_id === taskId);
		if (task) return { ...summary, entries: [task], isComplete: true };
		if (page.isSurelyEmpty) return { ...summaryOf(outcome), kind: 'notFound' };

		const isTheOne = ({ task_id }: RelayTask) => task_id === taskId;
		const listed = await this.search({ region }, isTheOne, 1, settings);
		if (listed.kind === 'error' || (listed.kind === 'success' && listed.entries.length > 0)) return listed;
		const isContradicted = page.entries.length === 0 && (page.size > 0 || (page.total ?? 0) > 0);
		return listed.kind === 'success' && listed.isComplete && !isContradicted
			? { ...summaryOf(listed), kind: 'notFound' }
			: { ...summaryOf(listed), ...NOT_READ_WHOLE, kind: 'error', mayHaveHappened: false };
	}

	/**
	 * Lists tasks, all pages of them.
	 * @param limit the most to return; undefined: all
	 * @returns success with no tasks when there are none
	 */
	async list(
		{ taskId, region, matches }: TaskFilter,
		limit: number | undefined,
		settings: CallSettings,
	): Promise<ListOutcome<RelayTask>> {
		// The request asks for them, but a service that ignores a filter must not return other tasks.
		const conditions = [
			...(taskId === undefined ? [] : [({ task_id }: RelayTask) => task_id === taskId]),
			...(region === undefined ? [] : [(task: RelayTask) => mayBeIn(region, task)]),
			...(matches ? [matches] : []),
		];
		const isWanted = (task: RelayTask) => conditions.every((condition) => condition(task));
		const outcome = await this.search(
			{ region, task_id: taskId },
			conditions.length === 0 ? undefined : isWanted,
			taskId === undefined ? limit : 1,
			settings,
		);
		if (outcome.kind !== 'notFound') return outcome;
		// Documented for a task that does not exist. For a whole list it may mean that there are none, or something else.
		return { ...summaryOf(outcome), kind: 'success', entries: [], isComplete: taskId !== undefined };
	}

	private async search(
		query: Query,
		isWanted: ((task: RelayTask) => boolean) | undefined,
		limit: number | undefined,
		settings: CallSettings,
	): Promise<ListOutcome<RelayTask>> {
		return await readList(
			{
				name: 'relay tasks',
				page: async ({ start, size }) =>
					await this.page({ ...query, offset: String(start), limit: String(size) }, settings),
				idOf: ({ task_id }) => task_id,
				isWanted,
			},
			limit,
		);
	}

	/** One page of the list. */
	async page(query: Query, settings: CallSettings): Promise<PageOutcome<RelayTask>> {
		return await readPage(this.client, this.call('list', listHint(query), query), TASK_PAGE, settings);
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
			{ ...this.call('create', CREATE_HINT), body, parse: parseTaskId },
			settings,
		);
		if (outcome.kind === 'success') return { ...outcome, taskId: outcome.value };
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
		const problem = updateProblem(found.entries[0]?.source_type);
		if (problem) return { ...summaryOf(found), ...problem, kind: 'error', mayHaveHappened: false };
		const body = JSON.stringify({ task_id: taskId, ...changes });
		const updated = await this.client.perform(
			{ ...this.call('update', UPDATE_HINT), body, parse: parseConfirmation(taskId) },
			settings,
		);
		return withDoubt(ofListedTask(updated), 'The task may be updated anyway: check with Get.');
	}

	/** All relay-task operations share this URI. */
	private call(name: keyof typeof CALLS, rejectedHint: string, query?: Query): ApiRequest {
		return liveCall(this.credential, CALLS[name], 'pull/stream/task', rejectedHint, query);
	}
}

const CONFIRMED_DELETE_HINT = 'Check the Task ID and the Task Region.';

const DELETE_HINT =
	'Check the Task ID and the Task Region. The response may be the same for a task that does not exist: the Confirm option tells the two apart.';

const CREATE_HINT =
	'Check the source URLs, the destination and the fields that were added. The ingest domain must exist, and its origin must be in the region of the task.';

const UPDATE_HINT = 'Check the fields to update.';

function listHint({ task_id, region }: Query): string {
	const names = [...(task_id ? ['Task ID'] : []), ...(region ? ['Task Region'] : [])];
	return names.length === 0 ? CHECK_PROJECT : `Check the ${names.join(' and the ')}.`;
}

function hintForNotListed(region: string | undefined): string {
	return region === undefined
		? "The list of the project's relay tasks does not contain it. Check the Task ID, and the project ID of the credential."
		: `The list of relay tasks in the region ${region} does not contain it.${unknownRegionNote(region)} Check the Task ID and the Task Region. Without a Task Region, all regions are searched.`;
}

/** True if a task may run in a region. `region` is an optional field: a task that names none may. */
function mayBeIn(region: string, task: RelayTask): boolean {
	return !isText(task.region) || task.region.toLowerCase() === region.toLowerCase();
}
