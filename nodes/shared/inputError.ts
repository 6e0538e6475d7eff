/** A problem that people can solve: an input that can't be sent as it is, or a list that could not be read. */
export class InputError extends Error {
	/**
	 * @param message one sentence: what is wrong, naming the field
	 * @param hint how to get unstuck
	 * @param statusCode of the response, if one came
	 */
	constructor(
		message: string,
		readonly hint: string,
		readonly statusCode: number | null = null,
	) {
		super(message);
		this.name = 'InputError';
	}
}
