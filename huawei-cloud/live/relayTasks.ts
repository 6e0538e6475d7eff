import type { CallSettings } from '../call/apiCall';
import { problem } from '../call/classification';
import { failureAfter, summaryOf, type Outcome } from '../call/outcome';
import { isText, type JsonObject } from '../http/response';
import { CALLS } from './calls';
import { readList, type Limit, type ListOutcome, type PageRange } from './list';
import type { LiveApi } from './liveApi';
import { entryIn, type LookUp } from './page';
import { Deletion } from './removal';

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

/** Which tasks to list; undefined: all. The API filters by the first two; all three are applied to what it returns. */
export interface TaskFilter {
	taskId?: string | undefined;
	region?: string | undefined;
	matches?: ((task: RelayTask) => boolean) | undefined;
}

/** The relay tasks ("pull stream and push stream tasks") of one project. */
export class RelayTasks {
	constructor(private readonly live: LiveApi) {}

	/**
	 * Stops and deletes a task. Safe to repeat: after a lost response, "not found" is success, unless it is still listed.
	 * @param how the method of `Deletion`
	 * @returns the outcome, and the task as the last look-up that listed it
	 */
	async delete(
		task: TaskRef,
		settings: CallSettings,
		how: 'once' | 'confirm' | 'dryRun' = 'once',
	): Promise<Outcome & { found?: RelayTask }> {
		const deletion = new Deletion(this.live, task, settings);
		const outcome = await deletion[how](task.region);
		return deletion.found ? { ...outcome, found: deletion.found } : outcome;
	}

	/** Looks a task up, in all regions unless one is given. "Not found" only when the service clearly says so. */
	async get({ taskId, region }: TaskRef, settings: CallSettings): Promise<LookUp<RelayTask>> {
		const page = await this.live.perform(CALLS.listTasks, { task_id: taskId, region }, settings);
		const found = entryIn(page, 'relay tasks', ({ task_id }) => isSame(task_id, taskId));
		if (found.kind !== 'notFound') return found;
		const hint =
			region === undefined
				? "The list of the project's relay tasks in all regions does not contain this task. Check the Task ID, and the credential's project ID."
				: 'The list of relay tasks in the requested region does not contain this task. Check the Task ID and the Task Region. Without a Task Region, all regions are searched.';
		return { ...found, hint };
	}

	/** Lists tasks. Success even when there are none. */
	async list(filter: TaskFilter, limit: Limit, settings: CallSettings): Promise<ListOutcome<RelayTask>> {
		const { taskId, region, matches } = filter;
		const isWanted = (task: RelayTask) =>
			(taskId === undefined || isSame(task.task_id, taskId)) &&
			// The region is an optional field: a task that names none may be there.
			(region === undefined || !isText(task.region) || isSame(task.region, region));
		const page = async (range: PageRange) =>
			await this.live.perform(CALLS.listTasks, { region, task_id: taskId, ...range }, settings);
		const idOf = ({ task_id }: RelayTask) => task_id;
		const tasks = { name: 'relay tasks', client: this.live.client, page, idOf, isWanted, matches };
		const outcome = await readList(tasks, taskId === undefined ? limit : 1);
		if (outcome.kind !== 'notFound') return outcome;
		// Documented for a task that does not exist. For a whole list it may mean that there are none, or something else.
		return { ...summaryOf(outcome), kind: 'success', entries: [], isComplete: taskId !== undefined };
	}

	/**
	 * Changes a task whose sources are files. Looks it up first: the service accepts updates of others, but ignores them.
	 * @param changes the body of ModifyPullTask without the ID; undefined fields stay as they are
	 */
	async update(taskId: string, changes: JsonObject, settings: CallSettings): Promise<Outcome> {
		const found = await this.get({ taskId, region: undefined }, settings);
		if (found.kind === 'notFound') return found;
		if (found.kind === 'error') {
			const message = `The task was not updated because it could not be looked up. ${found.message}`;
			const hint = `${found.hint} Update looks the task up first because Huawei Cloud ignores updates to live streams.`;
			return { ...found, message, hint };
		}
		const { source_type } = found.entry;
		if (source_type !== VOD_RELAY) {
			// Not quoted: it may be any text.
			const other = isText(source_type) ? 'an unknown source type' : 'no source type';
			const sources = source_type === LIVE_RELAY ? `the source type ${LIVE_RELAY}` : other;
			const message = `The task has ${sources}, and Huawei Cloud only updates tasks whose sources are files (${VOD_RELAY}).`;
			const hint =
				'It keeps running unchanged. To stop it, delete it; to change it, delete it and create a new one.';
			return failureAfter(found, problem('validation', message, hint));
		}
		const updated = await this.live.perform(CALLS.updateTask, { task_id: taskId, ...changes }, settings);
		if (updated.kind !== 'notFound') return updated;
		const message = 'Huawei Cloud lists the task, but reported "not found" for the update.';
		const hint =
			'Run this again. If the error persists, use Get to see where the task runs. An update does not name a region, so use a credential for that region.';
		const contradiction = problem('server', message, hint, { retryable: true });
		return failureAfter(updated, contradiction, updated.mayHaveHappened);
	}
}

/** A service that ignores case may list an ID or a region that was written differently. */
function isSame(listed: string, requested: string): boolean {
	return listed.toLowerCase() === requested.toLowerCase();
}
