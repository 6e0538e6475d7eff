import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { AdaptivePace } from './adaptivePace';
import { LearnedLimit } from './learnedLimit';
import type { Admission, Limit, SentCall } from './limit';

/** Longest sleep of the limiter: a timer cannot be taken back, and would keep a process from ending. */
const LONGEST_SLEEP_MS = 1000;

/** What was learned may no longer hold after this time without a request. */
const IDLE_MS = 5 * 60_000;

/** When nothing was accepted for this long, though it was tried so often, nothing waits any longer. */
const LONGEST_STANDSTILL_MS = 5 * 60_000;
const REFUSALS_OF_STANDSTILL = 5;
const APART_MS = 200;

/** A clock that goes back further than this was set: times of before mean nothing then. */
const CLOCK_TOLERANCE_MS = 100;

/** A longer pause that the service asks for is not waited for. */
export const LONGEST_PAUSE_MS = 60_000;

/** Permission to send one request. */
export interface Permit {
	/**
	 * To be called when the request is over.
	 * @param pause how many milliseconds the service asked to wait
	 */
	end(admission: Admission, pause?: number): void;
}

/**
 * Why there is no permission: the execution was cancelled; it came too late; the service asked for a pause that is too long
 * to wait for; or it has accepted nothing for minutes.
 */
export type Refusal = 'cancelled' | 'late' | 'standstill' | { pause: number };

/** Permission, or why there is none. */
export type Acquired = { permit: Permit; refusal?: never } | { permit?: never; refusal: Refusal };

/** That an execution waited for the service's limit. */
export interface Slowdown {
	/** About how many calls a minute the service allows, if that is known. */
	perMinute: number | undefined;
}

/** One execution's share in a rate limiter. */
export interface RateLimiterShare {
	/**
	 * Waits for permission to send one request, if there is none now.
	 * @param until when it must be sent, in milliseconds since the epoch: Infinity for a new request. One that was refused
	 *   goes before new ones.
	 */
	acquire(cancelled: Cancellation, until?: number): Acquired | Promise<Acquired>;
	/** Whether the execution had to wait for the service's limit. */
	slowdown(): Slowdown | undefined;
}

/**
 * Says when a request may be sent, to all executions of a process that call the same host for the same project: as fast as
 * the service lets them. Those that wait take turns, so that a webhook is not stuck behind a clean-up of ten thousand.
 */
export class RateLimiter {
	private limit: LearnedLimit | AdaptivePace = new LearnedLimit();
	private lastUsed = 0;
	/** The latest time that was seen. While requests wait, it is looked at every second, and whenever one is over. */
	private lastSeen = 0;
	/** Since when the service refuses everything, and how often it has. Milliseconds since the epoch. */
	private refusesSince = Infinity;
	private refusals = 0;
	private lastRefusedAt = 0;
	/** Until when nothing is sent, and until when the service asked for that. */
	private pausedUntil = 0;
	private askedUntil = 0;
	/** Executions with requests that wait. The first is next. */
	private readonly waiting = new Set<Execution>();
	/** When the earliest sleep ends that is under way, in milliseconds since the epoch. */
	private wakesAt = Infinity;

	/**
	 * A share in the limiter, for one execution.
	 * @param load how many requests it will make, about: a large load may try more at once
	 * @param maxPerMinute how many requests the execution itself wants to send in a minute, evenly spaced
	 */
	share(clock: Clock, load = 1, maxPerMinute = Infinity): RateLimiterShare {
		const execution = new Execution(clock, load, 60_000 / maxPerMinute);
		return {
			acquire: (cancelled, until) => this.acquire(execution, cancelled, until),
			slowdown: () => execution.slowdown,
		};
	}

	private acquire(
		execution: Execution,
		cancelled: Cancellation,
		until = Infinity,
	): Acquired | Promise<Acquired> {
		if (cancelled.aborted) return { refusal: 'cancelled' };
		const { clock } = execution;
		const now = clock.now();
		this.forgetWhatIsOutdated(now);
		execution.clockIs(now);
		if (this.waiting.size === 0) {
			if (this.limit instanceof LearnedLimit) this.limit.expect(execution.load);
			if (execution.nextAt <= now && now <= until && this.wait(now) === 0) {
				return { permit: this.permit(execution, now) };
			}
		}
		return new Promise((resolve) => {
			const waiter: Waiter = {
				since: now,
				until,
				settle: (result) => {
					remove();
					execution.remove(waiter);
					if (!execution.isWaiting) this.waiting.delete(execution);
					resolve(result);
				},
			};
			const remove = cancelled.onAbort(() => waiter.settle({ refusal: 'cancelled' }));
			execution.add(waiter);
			this.waiting.add(execution);
			this.serve(now, clock);
		});
	}

	private forgetWhatIsOutdated(now: number): void {
		const wasSet = now < this.lastSeen - CLOCK_TOLERANCE_MS;
		const wasIdle = now - this.lastSeen > IDLE_MS;
		this.lastSeen = wasSet ? now : Math.max(this.lastSeen, now);
		if (!wasSet && !wasIdle) return;
		this.limit = new LearnedLimit();
		this.lastUsed = now;
		this.forgetRefusals();
		this.pausedUntil = 0;
		this.wakesAt = Infinity;
		for (const execution of this.waiting) execution.nextAt = 0;
	}

	private forgetRefusals(): void {
		this.refusesSince = Infinity;
		this.refusals = 0;
	}

	/** @returns milliseconds, `Infinity` for not before some request is over */
	private wait(now: number): number {
		return Math.max(this.limit.wait(now), this.pausedUntil - now);
	}

	private permit(execution: Execution, now: number): Permit {
		this.lastUsed = now;
		execution.paceFrom(now);
		const { limit } = this;
		return new SentRequest(limit.send(now), (call, admission, pause) =>
			this.end(limit, call, admission, pause, execution.clock),
		);
	}

	private end(limit: Limit, call: SentCall, admission: Admission, pause: number, clock: Clock): void {
		const now = clock.now();
		this.forgetWhatIsOutdated(now);
		this.lastUsed = now;
		call.end(admission, now);
		if (admission === 'accepted') this.forgetRefusals();
		if (admission === 'throttled') {
			this.refusesSince = Math.min(this.refusesSince, now);
			// What is refused together is one refusal.
			if (now - this.lastRefusedAt >= APART_MS) this.refusals += 1;
			this.lastRefusedAt = now;
			// What was asked for before holds for as long as nothing is let through.
			this.askedUntil = Math.max(this.pausedUntil > now ? this.askedUntil : 0, now + pause);
			this.pausedUntil = Math.max(this.pausedUntil, now + Math.min(pause, LONGEST_STANDSTILL_MS));
		}
		if (limit === this.limit && limit instanceof LearnedLimit && limit.isErratic)
			this.limit = new AdaptivePace();
		if (this.waiting.size > 0) this.serve(now, clock);
	}

	/** Lets go whoever may, and sees to it that this is called again when time alone changes that. */
	private serve(now: number, clock: Clock): void {
		this.forgetWhatIsOutdated(now);
		for (const execution of this.waiting) execution.dismissLate(now);
		let wait = 0;
		while (wait === 0 && this.waiting.size > 0) {
			wait = this.wait(now);
			if (wait > 0) break;
			const execution = this.nextReady(now);
			if (execution) this.serveNext(execution, now);
			else wait = Math.min(...[...this.waiting].map(({ nextAt }) => nextAt - now));
		}
		const refusal = this.hopeless(now);
		if (refusal) for (const execution of this.waiting) execution.dismiss(refusal);
		if (this.waiting.size > 0 && wait < Infinity) this.wakeAfter(wait, now, clock);
	}

	/** Why waiting makes no sense. */
	private hopeless(now: number): Refusal | undefined {
		if (this.pausedUntil - now > LONGEST_PAUSE_MS) return { pause: this.askedUntil - now };
		const isStandstill =
			this.refusals >= REFUSALS_OF_STANDSTILL &&
			now - this.refusesSince >= LONGEST_STANDSTILL_MS &&
			now - this.lastUsed <= IDLE_MS;
		return isStandstill ? 'standstill' : undefined;
	}

	private nextReady(now: number): Execution | undefined {
		let ready: Execution | undefined;
		for (const execution of this.waiting) {
			if (execution.nextAt > now) continue;
			if (execution.hasRefused) return execution;
			ready ??= execution;
		}
		return ready;
	}

	private serveNext(execution: Execution, now: number): void {
		const waiter = execution.next;
		if (!waiter) throw new RangeError('An execution waits without a request');
		if (this.limit.isLimited && now > Math.max(waiter.since, execution.nextAt)) {
			execution.slowdown = { perMinute: this.limit.perMinute };
		}
		const permit = this.permit(execution, now);
		// To the end of the line.
		this.waiting.delete(execution);
		this.waiting.add(execution);
		waiter.settle({ permit });
	}

	private wakeAfter(ms: number, now: number, clock: Clock): void {
		const sleep = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(ms)));
		const at = now + sleep;
		if (this.wakesAt <= at && this.wakesAt > now) return;
		this.wakesAt = at;
		const wake = () => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			if (this.waiting.size > 0) this.serve(clock.now(), clock);
		};
		void clock.sleep(sleep).then(wake, wake);
	}
}

/** A request that waits. Times in milliseconds since the epoch. */
interface Waiter {
	since: number;
	until: number;
	settle: (result: Acquired) => void;
}

class Execution {
	/** When the execution itself wants to send its next request, in milliseconds since the epoch. */
	nextAt = 0;
	slowdown: Slowdown | undefined;
	/** Requests that were refused before, and new ones. */
	private readonly again = new Set<Waiter>();
	private readonly first = new Set<Waiter>();

	constructor(
		readonly clock: Clock,
		readonly load: number,
		private readonly interval: number,
	) {}

	/** It may have been set back: no request has to wait longer than for the one before it. */
	clockIs(now: number): void {
		this.nextAt = Math.min(this.nextAt, now + this.interval);
	}

	get isWaiting(): boolean {
		return this.again.size + this.first.size > 0;
	}

	/** Whether one of its requests was refused before. They go first: their time is running. */
	get hasRefused(): boolean {
		return this.again.size > 0;
	}

	get next(): Waiter | undefined {
		for (const waiter of this.again) return waiter;
		for (const waiter of this.first) return waiter;
		return undefined;
	}

	add(waiter: Waiter): void {
		(waiter.until === Infinity ? this.first : this.again).add(waiter);
	}

	remove(waiter: Waiter): void {
		this.again.delete(waiter);
		this.first.delete(waiter);
	}

	dismissLate(now: number): void {
		for (const waiter of this.again) if (waiter.until < now) waiter.settle({ refusal: 'late' });
	}

	dismiss(refusal: Refusal): void {
		for (const waiter of [...this.first]) waiter.settle({ refusal });
		for (const waiter of [...this.again]) {
			waiter.settle({ refusal: refusal === 'standstill' ? 'late' : refusal });
		}
	}

	/** A request is sent now. A request that is late does not make the next one late. */
	paceFrom(now: number): void {
		if (this.interval === 0) return;
		const isLate = now - this.nextAt < this.interval;
		this.nextAt = (isLate ? this.nextAt : now) + this.interval;
	}
}

class SentRequest implements Permit {
	private isOver = false;

	constructor(
		private readonly call: SentCall,
		private readonly onEnd: (call: SentCall, admission: Admission, pause: number) => void,
	) {}

	end(admission: Admission, pause = 0): void {
		if (this.isOver) return;
		this.isOver = true;
		this.onEnd(this.call, admission, pause);
	}
}
