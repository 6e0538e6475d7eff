import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Admission } from './serviceLimit';
import { UserLimit } from './userLimit';

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
	/** Whether its call was never sent before. */
	readonly isFresh: boolean;
	readonly waitsForHost: boolean;
}

/** An execution, and its requests that wait. */
export class Execution {
	/** The first is next. */
	private readonly waiting = new Map<Request, (acquired: Acquired) => void>();
	readonly userLimit: UserLimit;
	startedAt: number;
	/** How long some of its requests waited before, and how long any had when one began to wait. Milliseconds. */
	private waitedBefore = 0;
	private awaitedBefore = 0;

	/** @param hostDownBefore how long the host had been down when the execution began */
	constructor(
		readonly clock: Clock,
		readonly expectedCalls: number,
		maxPerMinute: number,
		readonly hostDownBefore: number,
	) {
		this.userLimit = new UserLimit(maxPerMinute);
		this.startedAt = clock.now();
	}

	get waiters(): Iterable<[Request, (acquired: Acquired) => void]> {
		return this.waiting;
	}

	/** @param awaitedMs how long requests of any execution have waited for the service, in all */
	waitedMs(awaitedMs: number): number {
		return this.waitedBefore + (this.waiting.size > 0 ? awaitedMs - this.awaitedBefore : 0);
	}

	add(request: Request, awaitedMs: number, settle: (acquired: Acquired) => void): void {
		if (this.waiting.size === 0) this.awaitedBefore = awaitedMs;
		const stopListening = request.cancelled.onAbort(() => settle({ refusal: 'cancelled' }));
		this.waiting.set(request, (acquired) => {
			stopListening();
			settle(acquired);
		});
	}

	/** @returns whether others still wait */
	remove(request: Request, awaitedMs: number): boolean {
		const waited = this.waitedMs(awaitedMs);
		this.waiting.delete(request);
		if (this.waiting.size === 0) this.waitedBefore = waited;
		return this.waiting.size > 0;
	}

	/** The clock was set. */
	restart(now: number): void {
		this.startedAt = now;
		this.userLimit.restart();
	}
}
