import { isWellFormed } from '../../huawei-cloud/call/text';
import { InputError } from './inputError';
import { isNothing } from './readers';

const MAX_TASK_ID_LENGTH = 64;

/**
 * Reads a task ID. The API documents only a length for it, no pattern, so only what no ID can have is rejected.
 * @param value text, or a number that text was converted to on its way
 * @returns the ID without white space around it
 * @throws InputError when it can't be the ID of a task
 */
export function readTaskId(value: unknown): string {
	const hint = 'Map a field that holds a task ID, such as the task_id returned when the task was created.';
	if (typeof value === 'number') {
		// A longer number has already lost digits: it could name another task.
		if (Number.isSafeInteger(value)) return String(value);
		throw new InputError('The Task ID is a number too large to be exact.', 'Pass the ID as text, in quotes.');
	}
	if (isNothing(value)) throw new InputError('The Task ID is empty.', hint);
	if (typeof value !== 'string') throw new InputError('The Task ID is neither text nor a number.', hint);
	const taskId = value.trim();
	if (taskId === '') throw new InputError('The Task ID is empty.', hint);
	if ([...taskId].length > MAX_TASK_ID_LENGTH) {
		throw new InputError(`The Task ID is longer than ${MAX_TASK_ID_LENGTH} characters.`, hint);
	}
	if (!isWellFormed(taskId)) {
		throw new InputError('The Task ID contains a broken character (unpaired surrogate).', hint);
	}
	if (UNSEEN.test(taskId)) {
		throw new InputError(
			'The Task ID contains a line break or an invisible character.',
			'Enter or map a single ID, without such characters.',
		);
	}
	return taskId;
}

/** Control and format characters, such as a zero-width space from a web page: the ID would just be "not found". */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
