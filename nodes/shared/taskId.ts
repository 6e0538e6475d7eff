import { InputError } from './inputError';
import { requiredText } from './readers';

/** The API documents only a length for a task ID, no pattern. */
const readText = requiredText(
	64,
	'Map a field that holds a task ID, such as the task_id returned when the task was created.',
);

/**
 * Reads a task ID. Rejects only what no ID can have.
 * @param value text, or a number that text was converted to on its way
 * @returns the ID without white space around it
 * @throws InputError when it can't be the ID of a task
 */
export function readTaskId(_label: string, value: unknown): string {
	if (typeof value === 'number') {
		// A longer number has already lost digits: it could name another task.
		if (Number.isSafeInteger(value)) return String(value);
		throw new InputError('The Task ID is a number too large to be exact.', 'Pass the ID as text, in quotes.');
	}
	const taskId = readText('Task ID', value);
	if (!UNSEEN.test(taskId)) return taskId;
	throw new InputError(
		'The Task ID contains a line break or an invisible character.',
		'Enter or map a single ID, without such characters.',
	);
}

/** Control and format characters, such as a zero-width space from a web page: the ID would just be "not found". */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
