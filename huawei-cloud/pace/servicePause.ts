/** The longest that a run waits: for the service to accept anything, for a pause that it asks for, and for its host. */
export const MAX_WAIT_MS = 5 * 60_000;

/** A longer `Retry-After` ends what waits. */
export const MAX_RETRY_AFTER_MS = MAX_WAIT_MS;

/** Knows pauses that the service asks for, and when it accepts nothing at all. Milliseconds since the epoch. */
export class ServicePause {
	/** Until when nothing is sent. */
	private until = 0;
	/** Until when the service asked to wait, which may be longer. */
	private askedUntil = 0;
	/** The first rejection since a call was accepted, and the last one. */
	private rejectedSince = Infinity;
	private lastRejectedAt = 0;

	delay(now: number): number {
		return Math.max(0, this.until - now);
	}

	/** @returns the pause that the service asked for, if it is too long to wait for */
	tooLong(now: number): number | undefined {
		return this.askedUntil > this.until && now < this.until ? this.askedUntil - now : undefined;
	}

	/** True if nothing was accepted for five minutes of a run that began at a time. */
	isStalled(startedAt: number): boolean {
		return this.lastRejectedAt - Math.max(this.rejectedSince, startedAt) >= MAX_WAIT_MS;
	}

	accepted(): void {
		this.rejectedSince = Infinity;
	}

	/** @param pause how many milliseconds the service asked to wait. A pause of over five minutes is probed after five. */
	rejected(pause: number, now: number): void {
		this.rejectedSince = Math.min(this.rejectedSince, now);
		this.lastRejectedAt = now;
		this.until = Math.max(this.until, now + Math.min(pause, MAX_WAIT_MS));
		this.askedUntil = Math.max(this.askedUntil, now + pause);
	}
}
