/** A run waits this long for the service to accept anything, for a host that is down, and for a `Retry-After`. */
export const GIVE_UP_AFTER_MS = 5 * 60_000;

/** Tracks pauses that the service asks for, and whether it accepts nothing at all. Times in milliseconds. */
export class ServicePause {
	/** Until when nothing is sent. */
	private until = 0;
	/** Until when the service asked to wait, which may be longer. */
	private askedUntil = 0;
	/** The first and the last rejection since a call was accepted, in time that the machine was awake. */
	private rejectedFrom = Infinity;
	private rejectedTo = 0;

	delay(now: number): number {
		return Math.max(0, this.until - now);
	}

	/** @returns the pause that the service asked for, if it is too long to wait for */
	tooLong(now: number): number | undefined {
		return this.askedUntil > this.until && now < this.until ? this.askedUntil - now : undefined;
	}

	/**
	 * True if the service has rejected everything for five minutes.
	 * @param since when the run began, in time that the machine was awake
	 */
	isStalled(since: number): boolean {
		return this.rejectedTo - Math.max(this.rejectedFrom, since) >= GIVE_UP_AFTER_MS;
	}

	accepted(): void {
		this.rejectedFrom = Infinity;
	}

	/**
	 * @param pause how many milliseconds the service asked to wait. A pause of over five minutes is probed after five.
	 * @param awake the time that the machine was awake
	 */
	rejected(pause: number, now: number, awake: number): void {
		this.rejectedFrom = Math.min(this.rejectedFrom, awake);
		this.rejectedTo = awake;
		if (now >= this.until) this.askedUntil = 0;
		this.until = Math.max(this.until, now + Math.min(pause, GIVE_UP_AFTER_MS));
		this.askedUntil = Math.max(this.askedUntil, now + pause);
	}
}
