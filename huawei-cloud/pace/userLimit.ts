/** The user's own limit: requests of one execution are evenly spaced. */
export class UserLimit {
	private readonly intervalMs: number;
	/** When the next request may go, in milliseconds since the epoch. */
	private nextAt = 0;

	constructor(maxPerMinute: number) {
		this.intervalMs = 60_000 / maxPerMinute;
	}

	/** @returns milliseconds until a request may be sent; a clock that was set back lengthens no wait */
	delay(now: number): number {
		return Math.min(Math.max(0, this.nextAt - now), this.intervalMs);
	}

	/** A request that is late doesn't make the next one late. */
	sent(now: number): void {
		if (this.intervalMs === 0) return;
		const isLate = now - this.nextAt < this.intervalMs;
		this.nextAt = (isLate ? this.nextAt : now) + this.intervalMs;
	}

	restart(): void {
		this.nextAt = 0;
	}
}
