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

/** An execution. Times in milliseconds. */
export class Execution {
	/** When the user's own limit allows the next request. */
	nextAt = 0;
	/** How long its requests waited because the service accepted no more, and because its host was down. */
	waitedMs = 0;
	hostDownMs = 0;

	/**
	 * @param intervalMs the user's own limit: the least time between two requests
	 * @param since when it began, in time that the machine was awake
	 * @param turn in which it was last given permission. The execution with the lowest is next
	 */
	constructor(
		readonly clock: Clock,
		readonly intervalMs: number,
		readonly since: number,
		public turn: number,
	) {}
}

/** A request that asks for permission. */
export interface Request {
	readonly execution: Execution;
	/** True if its call was never sent before. */
	readonly isFresh: boolean;
	readonly waitsForHost: boolean;
}
