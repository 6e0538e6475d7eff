/** A problem that people can solve: an input that can't be sent as it is, or a list that could not be read. */
export class InputError extends Error {
	/** The message is one sentence that names the field; the hint says how to get unstuck; the status is the response's. */
	constructor(
		message: string,
		readonly hint: string,
		readonly statusCode: number | null = null,
	) {
		super(message);
		this.name = 'InputError';
	}
}
