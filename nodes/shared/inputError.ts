/** A problem that people can solve: an input that can't be sent as it is. */
export class InputError extends Error {
	/** The message is one sentence that names the field; the hint says how to get unstuck. */
	constructor(
		message: string,
		readonly hint: string,
	) {
		super(message);
		this.name = 'InputError';
	}
}

/** "The Task ID is empty." */
export function invalid(label: string, problem: string, hint: string): InputError {
	return new InputError(`The ${label} ${problem}.`, hint);
}
