import { holdsAny, type CallSettings, type Client, type Outcome } from './client';
import type { Credential } from './credential';
import { encodeQuery } from './http';
import { InputError } from './input-error';

const LONGEST_TASK_ID = 64;
const LONGEST_REGION = 64;

/**
 * The relay tasks ("pull stream and push stream tasks") of one project.
 * Source: API reference of Huawei Cloud Live, DeletePullTask.
 */
export class RelayTasks {
	constructor(
		private readonly client: Client,
		private readonly credential: Credential,
	) {}

	/**
	 * Stops and deletes a task; it need not be stopped before. Safe to repeat: once it is gone, the answer is "not
	 * found", and after a lost answer that counts as success.
	 * @param taskId 1 to 64 characters, of any kind
	 * @param region where the task runs; undefined: not sent
	 */
	async delete(taskId: string, region: string | undefined, settings: CallSettings): Promise<Outcome> {
		return await this.client.perform(
			{
				service: 'live',
				method: 'DELETE',
				origin: this.credential.liveEndpoint,
				path: taskPath(this.credential.projectId, { region, task_id: taskId }),
				isExpected: holdsAny('task_id', 'request_id'),
				goneMeansDone: true,
			},
			settings,
		);
	}
}

/** The one URI that all relay-task operations have, with a query; what is undefined or empty is left out. */
export function taskPath(projectId: string, query: Record<string, string | undefined>): string {
	return `/v1/${projectId}/pull/stream/task${encodeQuery(Object.entries(query))}`;
}

/**
 * Reads a task ID. The API gives no pattern for it, only a length, so nothing else is asked of it.
 * @param value text, or a number that text was turned into on its way
 * @returns the ID without white space around it
 * @throws InputError when it can't be the ID of a task
 */
export function readTaskId(value: unknown): string {
	const hint = 'Map a field that holds the ID of a task, such as task_id of the answer that created it.';
	if (typeof value === 'number') {
		// A longer number has already lost digits: it could name another task.
		if (Number.isSafeInteger(value)) return String(value);
		throw new InputError('The Task ID is a number that can not be exact.', 'Pass the ID as text, in quotes.');
	}
	if (value === undefined || value === null) throw new InputError('The Task ID is empty.', hint);
	if (typeof value !== 'string') throw new InputError('The Task ID is neither text nor a number.', hint);
	const taskId = value.trim();
	if (taskId === '') throw new InputError('The Task ID is empty.', hint);
	if ([...taskId].length > LONGEST_TASK_ID) {
		throw new InputError(`The Task ID is longer than ${LONGEST_TASK_ID} characters.`, hint);
	}
	if (/\p{Surrogate}/u.test(taskId)) {
		throw new InputError('The Task ID holds half of a character, which can not be sent.', hint);
	}
	return taskId;
}

/**
 * Reads the region of a task.
 * @returns undefined when it is blank, and so must not be sent
 * @throws InputError when it can't be a region
 */
export function readTaskRegion(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	const hint = 'Enter the code of the region that the task runs in, such as cn-north-4, or leave it empty.';
	if (typeof value !== 'string') throw new InputError('The Region is not text.', hint);
	const region = value.trim();
	if (region.length > LONGEST_REGION || /\p{Surrogate}/u.test(region)) {
		throw new InputError(`The Region is longer than ${LONGEST_REGION} characters or not valid text.`, hint);
	}
	return region === '' ? undefined : region;
}
