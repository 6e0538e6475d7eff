import type { Problem } from '../call/classification';
import { isText, type ApiResponse, type JsonObject } from '../http/response';
import { nameOf, type PageFormat } from './page';
import type { RelayTask } from './relayTasks';

/** Reads the response to a deletion or an update. One about another task belongs to another request. */
export function parseConfirmation(taskId: string): (response: ApiResponse) => true | undefined {
	return (response) => {
		const { task_id, request_id } = readChange(response) ?? {};
		const isAboutIt = (task_id ?? '') === '' ? isText(request_id) : nameOf(task_id) === taskId;
		return isAboutIt || undefined;
	};
}

/** The ID of a task that was created. */
export function parseTaskId(response: ApiResponse): string | undefined {
	return nameOf(readChange(response)?.task_id);
}

/** The body of a response to a change: neither an error, nor a list, which answers a GET. */
function readChange({ json, errorCode, errorMsg }: ApiResponse): JsonObject | undefined {
	if (json === undefined || errorCode !== null || errorMsg !== null) return undefined;
	if (['error', 'errors', TASK_PAGE.list, TASK_PAGE.total].some((field) => field in json)) return undefined;
	return Object.values(json).some((value) => Array.isArray(value)) ? undefined : json;
}

/** The pages of ListPullTasks. A task has its ID as text; one without an ID is useless. */
export const TASK_PAGE: PageFormat<RelayTask> = {
	list: 'task_infos',
	total: 'total',
	readEntry: (task) => {
		const task_id = nameOf(task.task_id);
		return task_id === undefined ? undefined : { ...task, task_id };
	},
};

export const NOT_READ_WHOLE: Problem = {
	category: 'server',
	message: 'The list of tasks could not be read completely, so it is not known whether the task exists.',
	hint: 'Run this again later. If the error persists, contact Huawei Cloud support with the request_id.',
	retryable: true,
};
