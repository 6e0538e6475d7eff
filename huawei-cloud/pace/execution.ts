import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Admission } from './serviceLimit';

/** Permission to send one request. */
export interface Permit {
	/**
	 * Reports how the request ended, once.
	 * @param pauseMs how long the service asked to wait
	 * @param hostIsDown true after a connection failure, a timeout or a gateway's error
	 * @returns true if the call may wait for the host, which is down, instead of using up a retry
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
	readonly execution: Execution;
	readonly cancelled: Cancellation;
	/** True if its call was never sent before. */
	readonly isFresh: boolean;
	readonly waitsForHost: boolean;
}

/** An execution, and the user's own limit, which spaces its requests evenly. Times in milliseconds. */
export class Execution {
	/** How long its requests waited because the service accepted no more, and because its host was down. */
	waitedMs = 0;
	hostDownMs = 0;
	/** The least time between two requests. */
	private readonly intervalMs: number;
	/** When the user's limit allows the next request. */
	private nextAt = 0;

	/**
	 * @param turn when it was last given permission, as a number that grows with each. The execution with the lowest is next
	 * @param since when it began, in time that the machine was awake
	 */
	constructor(
		readonly clock: Clock,
		maxPerMinute: number,
		readonly since: number,
		public turn: number,
	) {
		this.intervalMs = 60_000 / maxPerMinute;
	}

	/** @returns milliseconds until the user's limit allows a request */
	delay(now: number): number {
		return Math.max(0, this.nextAt - now);
	}

	/** A late request doesn't delay the next one. */
	sent(now: number): void {
		const isLate = Math.abs(now - this.nextAt) < this.intervalMs;
		this.nextAt = (isLate ? this.nextAt : now) + this.intervalMs;
	}
}
