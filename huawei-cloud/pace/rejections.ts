import { WINDOW_LENGTHS_MS, type Window } from './window';

/** When to probe whether the service accepts calls again: milliseconds since it stopped, and later every so often. */
const PROBES_MS: readonly number[] = [
	500, 2000, 5000, 10_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000,
];
const MAX_BETWEEN_PROBES_MS = 30_000;

/** The service rejects calls: nothing but single probes is sent until one is accepted. Times in milliseconds since the epoch. */
export class Rejections {
	/** The first rejected call and the last one, when they were sent. */
	readonly since: number;
	private lastAt: number;
	/** When the window began that is used up, if it is known; else when calls began to be rejected. */
	private readonly startedAt: number;
	private nextProbeAt: number;

	/**
	 * @param sentAt when the rejected call was sent, which was the first
	 * @param inFlight how many calls were in flight
	 * @param window the window that is used up, with its beginning
	 */
	constructor(
		sentAt: number,
		now: number,
		readonly inFlight: number,
		readonly window?: { belief: Window; startedAt: number; isDoubtful: boolean },
	) {
		this.since = this.lastAt = sentAt;
		this.startedAt = window?.startedAt ?? sentAt;
		const afterRoundTrip = now + (now - sentAt);
		const isKnown = window !== undefined && !window.isDoubtful;
		this.nextProbeAt = isKnown ? Math.max(afterRoundTrip, this.windowEnd) : afterRoundTrip;
	}

	/** When the next window should begin. */
	get windowEnd(): number {
		return this.startedAt + (this.window?.belief.ms ?? 0);
	}

	/** How long calls have been rejected, since the beginning of their window if it is known. */
	get lasted(): number {
		return this.lastAt - this.startedAt;
	}

	get lastRejectedAt(): number {
		return this.lastAt;
	}

	delay(now: number): number {
		return Math.max(0, this.nextProbeAt - now);
	}

	/** A probe was not accepted. @param isRejected whether it was rejected, rather than lost */
	probeFailed(sentAt: number, isRejected: boolean, now: number): void {
		if (isRejected) this.lastAt = sentAt;
		const earliest = now + (now - sentAt);
		const ms = this.window?.belief.ms;
		const times = ms === undefined ? PROBES_MS : WINDOW_LENGTHS_MS.filter((length) => length >= ms);
		const next = times.find((time) => this.startedAt + time > earliest) ?? Infinity;
		this.nextProbeAt = Math.min(this.startedAt + next, Math.max(earliest, now + MAX_BETWEEN_PROBES_MS));
	}
}
