/** The longest that a run waits: for the service to accept anything, for its host, and for a `Retry-After`. */
export const MAX_WAIT_MS = 5 * 60_000;

/** Knows pauses that the service asks for, and when it accepts nothing at all. Times in milliseconds. */
export class ServicePause {
	/** Until when nothing is sent. */
	private until = 0;
	/** Until when the service asked to wait, which may be longer. */
	private askedUntil = 0;
	/** How long requests have waited since the first rejection after an accepted call; undefined: none was rejected. */
	private waitedMs: number | undefined;
	/** The same, at the last rejection: a run gives up only after one more probe. */
	private waitedMsAtRejection = 0;

	/** How long requests have waited without any being accepted. */
	get rejectedMs(): number {
		return this.waitedMs ?? 0;
	}

	delay(now: number): number {
		return Math.max(0, this.until - now);
	}

	/** @returns the pause that the service asked for, if it is too long to wait for */
	tooLong(now: number): number | undefined {
		return this.askedUntil > this.until && now < this.until ? this.askedUntil - now : undefined;
	}

	/** True if nothing was accepted for five minutes. @param before how many of them were over when the run began */
	isStalled(before: number): boolean {
		return this.waitedMsAtRejection - before >= MAX_WAIT_MS;
	}

	/** Requests waited. */
	waited(ms: number): void {
		if (this.waitedMs !== undefined) this.waitedMs += ms;
	}

	accepted(): void {
		this.waitedMs = undefined;
		this.waitedMsAtRejection = 0;
	}

	/** @param pause how many milliseconds the service asked to wait. A pause of over five minutes is probed after five. */
	rejected(pause: number, now: number): void {
		this.waitedMs ??= 0;
		this.waitedMsAtRejection = this.waitedMs;
		this.until = Math.max(this.until, now + Math.min(pause, MAX_WAIT_MS));
		this.askedUntil = Math.max(this.askedUntil, now + pause);
	}
}
