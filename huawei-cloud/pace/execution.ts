import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Admission } from './serviceLimit';

/** Permission to send one request. */
export interface Permit {
	/**
	 * Reports how the request ended. Only the first report counts.
	 * @param pauseMs how long the service asked to wait
	 * @param hostIsDown whether no response of the service came, since it or the way to it is down
	 * @returns whether the next request of the same call will wait for the host, which is down
	 */
	end(admission: Admission, pauseMs?: number, hostIsDown?: boolean): boolean;
}

/**
 * Why a request must not be sent: the execution was cancelled; the service has accepted nothing for five minutes; the host
 * was down for five minutes; or the service asked for a pause that is too long to wait for.
 */
export type Refusal = 'cancelled' | 'stalled' | 'hostDown' | { pause: number };

/** Permission, or why there is none. */
export type Acquired = { permit: Permit; refusal?: never } | { permit?: never; refusal: Refusal };

/** A request that asks for permission. */
export interface Request {
	readonly cancelled: Cancellation;
	/** True if its call was never sent before. */
	readonly isFresh: boolean;
	readonly waitsForHost: boolean;
}

/** An execution: its requests that wait, and the user's own limit, which spaces them evenly. */
export class Execution {
	/** How to tell each waiting request. The first is next. */
	readonly waiting = new Map<Request, (acquired: Acquired) => void>();
	/** When it began, in milliseconds since the epoch. */
	startedAt: number;
	/** How long some of its requests waited for the service. */
	waitedMs = 0;
	/** The least time between two requests. */
	private readonly intervalMs: number;
	/** When the user's limit allows the next request, in milliseconds since the epoch. */
	private nextAt = 0;

	/** @param hostDownBefore how long the host had been down when the execution began */
	constructor(
		readonly clock: Clock,
		readonly expectedCalls: number,
		maxPerMinute: number,
		public hostDownBefore: number,
	) {
		this.startedAt = clock.now();
		this.intervalMs = 60_000 / maxPerMinute;
	}

	/** @returns milliseconds until the user's limit allows a request; none if the clock was set back */
	delay(now: number): number {
		const delay = this.nextAt - now;
		return delay > this.intervalMs + 1 ? 0 : Math.max(0, delay);
	}

	/** A request that is late doesn't make the next one late. */
	sent(now: number): void {
		const isLate = Math.abs(now - this.nextAt) < this.intervalMs;
		this.nextAt = (isLate ? this.nextAt : now) + this.intervalMs;
	}
}
