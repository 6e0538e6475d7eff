/** Everything that was started, to be ended in reverse order even if starting failed halfway. */
export class Started {
	private readonly ends: Array<() => Promise<unknown>> = [];
	private hasEnded = false;

	/** Keeps in mind how to end something, from the moment that it has started. @returns what has started */
	async keep<T>(starting: T | Promise<T>, end: (started: T) => Promise<unknown>): Promise<T> {
		const started = await starting;
		if (this.hasEnded) {
			await end(started);
			throw new Error('It started too late: everything else has been stopped');
		}
		this.ends.push(async () => await end(started));
		return started;
	}

	/** Ends all of it, even when some of it can't be ended. */
	async end(): Promise<void> {
		this.hasEnded = true;
		const errors: unknown[] = [];
		for (const end of this.ends.splice(0).reverse()) {
			try {
				await end();
			} catch (error) {
				errors.push(error);
			}
		}
		if (errors.length > 0) throw new AggregateError(errors, 'Not everything could be stopped');
	}
}
