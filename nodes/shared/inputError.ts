/** An input that can't be sent as it is. Thrown before anything is sent, for one item. */
export class InputError extends Error {
	/**
	 * @param message one sentence: what is wrong, naming the field
	 * @param hint how to get unstuck
	 */
	constructor(
		message: string,
		readonly hint: string,
	) {
		super(message);
		this.name = 'InputError';
	}
}
