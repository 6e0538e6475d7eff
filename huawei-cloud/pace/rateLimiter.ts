import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { HostHealth } from './hostHealth';
import { GIVE_UP_AFTER_MS, ServiceLimit, type Admission } from './serviceLimit';

/** Timers serve all executions, so none clears them. They are short, so that they don't keep a process from ending. */
const MAX_SLEEP_MS = 1000;

/** While requests wait, the clock is read once a second. If it went further than this, the machine slept or it was set. */
const MAX_AWAKE_MS = 5000;

/** Permission to send one request. */
export interface Permit {
	/**
	 * Reports how the request ended, once.
	 * @param pauseMs how long the service asked to wait
	 * @param hostIsDown true after a connection failure, a timeout or a gateway's error
	 * @returns if it shows that the host is down: whether the call is to wait for it, which uses up no retry, or to end
	 */
	end(admission: Admission, pauseMs?: number, hostIsDown?: boolean): 'wait' | 'end' | undefined;
}

/** Why a request must not be sent: canceled; nothing accepted, or the host down, for five minutes; or too long a pause. */
export type Refusal = 'cancelled' | 'stalled' | 'hostDown' | { pause: number };

/** Permission, or why there is none. */
export type Acquired = { permit: Permit; refusal?: never } | { permit?: never; refusal: Refusal };

/** Milliseconds that the machine was awake, roughly, and in which requests waited. */
interface Elapsed {
	awakeMs: number;
	/** Because the service accepted no more, and because the host was down. */
	waitedMs: number;
	hostDownMs: number;
}

/** The waits since an execution began, and about how many requests a minute the service accepts, if that is certain. */
export interface PaceReport extends Omit<Elapsed, 'awakeMs'> {
	perMinute: number | undefined;
}

/** One execution's access to a rate limiter. */
export interface RateLimiterHandle {
	/**
	 * Waits until a request may be sent.
	 * @param until `Infinity` for a call that was never sent: only if those fail, the host may be down
	 * @param waitsForHost whether to wait while the host is down, if the execution makes several calls
	 * @param api what the request is for: the service may reject everything for one, and accept others
	 */
	acquire(
		cancelled: Cancellation,
		until?: number,
		waitsForHost?: boolean,
		api?: string,
	): Acquired | Promise<Acquired>;
	report(): PaceReport;
}

interface Execution {
	readonly clock: Clock;
	/** The user's own limit: the least time between two requests, in milliseconds. */
	readonly intervalMs: number;
	/** The limiter's elapsed times when it began. */
	readonly since: Readonly<Elapsed>;
	/** When the user's own limit allows the next request. */
	nextAt: number;
	/** The turn in which it was last given permission. The execution with the lowest is next. */
	turn: number;
}

/** The first rejection since a call was accepted, and the last ones, in time that the machine was awake. */
interface Rejected {
	from: number;
	at: number;
	/** Of a call that was never sent before. */
	freshAt: number;
}

/** Requests of one execution that are alike, so that only the first can be next. */
interface Queue {
	readonly execution: Execution;
	readonly waitsForHost: boolean;
	/** True if their calls were never sent before. */
	readonly isFresh: boolean;
	/** Shared by all requests for the same API. */
	readonly rejected: Rejected;
	readonly requests: Set<Request>;
}

interface Request {
	readonly queue: Queue;
	/** Requests are numbered in the order in which they came. */
	readonly number: number;
	acquired?: Acquired;
	/** Ends the wait, unless there was none. */
	resolve?: (acquired: Acquired) => void;
}

/** Decides when the next request of a project may go to a host, for all executions of a process. */
export class RateLimiter {
	private readonly service = new ServiceLimit();
	private host = new HostHealth();
	private readonly waiting = new Set<Queue>();
	private lastNumber = 0;
	/** The last turn that was given to an execution. */
	private lastTurn = 0;
	/** The last reading of the clock, and a time in milliseconds that stands still when the clock is set back. */
	private lastClock = 0;
	private time = 0;
	private readonly elapsed: Elapsed = { awakeMs: 0, waitedMs: 0, hostDownMs: 0 };
	/** By API. There are few. */
	private readonly rejected = new Map<string, Rejected>();
	/** When the earliest timer fires. */
	private wakesAt = Infinity;

	/**
	 * @param expectedCalls about how many calls the execution will make. With more than one, they may wait for the host
	 * @param maxPerMinute the execution's own limit: its requests are evenly spaced
	 */
	createHandle(clock: Clock, expectedCalls = 1, maxPerMinute = Infinity): RateLimiterHandle {
		this.timeOf(clock);
		const { elapsed, lastTurn: turn } = this;
		const since = { ...elapsed };
		const execution = { clock, intervalMs: 60_000 / maxPerMinute, since, nextAt: 0, turn };
		return {
			acquire: (cancelled, until = Infinity, waitsForHost = false, api = '') => {
				if (cancelled.aborted) return { refusal: 'cancelled' };
				const waits = waitsForHost && expectedCalls > 1;
				return this.acquire(this.queueOf(execution, waits, until === Infinity, api), cancelled);
			},
			report: () => ({
				perMinute: this.service.perMinute,
				waitedMs: elapsed.waitedMs - since.waitedMs,
				hostDownMs: elapsed.hostDownMs - since.hostDownMs,
			}),
		};
	}

	private queueOf(execution: Execution, waitsForHost: boolean, isFresh: boolean, api: string): Queue {
		const rejected = this.rejected.get(api) ?? { from: Infinity, at: 0, freshAt: 0 };
		this.rejected.set(api, rejected);
		for (const queue of this.waiting) {
			const isSame = queue.execution === execution && queue.rejected === rejected;
			if (isSame && queue.waitsForHost === waitsForHost && queue.isFresh === isFresh) return queue;
		}
		return { execution, waitsForHost, isFresh, rejected, requests: new Set() };
	}

	private acquire(queue: Queue, cancelled: Cancellation): Acquired | Promise<Acquired> {
		const request: Request = { queue, number: (this.lastNumber += 1) };
		queue.requests.add(request);
		this.waiting.add(queue);
		this.serve(queue.execution.clock);
		if (request.acquired) return request.acquired;
		return new Promise((resolve) => {
			const stopListening = cancelled.onAbort(() => this.settle(request, { refusal: 'cancelled' }));
			request.resolve = (acquired) => {
				stopListening();
				resolve(acquired);
			};
		});
	}

	private settle(request: Request, acquired: Acquired): void {
		const { queue } = request;
		queue.requests.delete(request);
		if (queue.requests.size === 0) this.waiting.delete(queue);
		request.acquired = acquired;
		request.resolve?.(acquired);
	}

	/** Reads the clock, before anything changes, and counts how long requests have waited. */
	private timeOf(clock: Clock): number {
		const { elapsed, host, service, waiting } = this;
		const now = clock.now();
		const passedMs = Math.max(0, now - this.lastClock);
		const awakeMs = Math.min(passedMs, MAX_AWAKE_MS);
		if (host.isDown) elapsed.hostDownMs += awakeMs;
		else if (service.isLimited && waiting.size > 0 && service.delay(this.time) > 0)
			elapsed.waitedMs += awakeMs;
		this.lastClock = now;
		elapsed.awakeMs += awakeMs;
		this.time += passedMs;
		return this.time;
	}

	/** Why to stop waiting. After a rejection, calls that were sent end; the others only if one of them was rejected, too. */
	private refusalOf(queue: Queue, now: number): Refusal | undefined {
		const { waitsForHost, isFresh, rejected } = queue;
		const { since } = queue.execution;
		const pause = this.service.pauseTooLong(now);
		if (pause !== undefined) return { pause };
		const rejectedAt = isFresh ? rejected.freshAt : rejected.at;
		if (rejectedAt - Math.max(rejected.from, since.awakeMs) >= GIVE_UP_AFTER_MS) return 'stalled';
		const downMs = this.elapsed.hostDownMs - since.hostDownMs;
		return waitsForHost && this.host.isDown && downMs >= GIVE_UP_AFTER_MS ? 'hostDown' : undefined;
	}

	private permit({ execution, waitsForHost, isFresh, rejected }: Queue, now: number): Permit {
		execution.nextAt = now + execution.intervalMs;
		execution.turn = this.lastTurn += 1;
		const isProbe = waitsForHost && this.host.isDown;
		if (isProbe) this.host.probed(now);
		const call = this.service.sent(now);
		const end = (admission: Admission, pauseMs = 0, hostIsDown = false) => {
			const endedAt = this.timeOf(execution.clock);
			this.service.ended(call, admission, endedAt, pauseMs);
			const { awakeMs } = this.elapsed;
			if (admission === 'accepted' || admission === 'throttled') this.host = new HostHealth();
			if (admission === 'accepted') rejected.from = Infinity;
			if (admission === 'throttled') {
				rejected.from = Math.min(rejected.from, awakeMs);
				rejected.at = awakeMs;
				if (isFresh) rejected.freshAt = awakeMs;
			}
			const wasDown = this.host.isDown;
			if (hostIsDown) this.host.failed(endedAt, isFresh, pauseMs);
			this.serve(execution.clock);
			if (!hostIsDown || !waitsForHost || !this.host.isDown) return undefined;
			// Or the execution could get stuck with calls that always fail, and send no others.
			return wasDown && !isProbe ? 'wait' : 'end';
		};
		return { end };
	}

	/** Settles all requests that may go now or never, and sets a timer for the next. */
	private serve(clock: Clock): void {
		const now = this.timeOf(clock);
		for (const queue of this.waiting) {
			const refusal = this.refusalOf(queue, now);
			if (refusal) for (const request of queue.requests) this.settle(request, { refusal });
		}
		let delay = 0;
		while (delay === 0) delay = this.serveNext(now);
		// A request in flight may show that the host or the service is back.
		const isWatched = this.service.inFlight > 0 && (this.host.isDown || this.service.isLimited);
		if (!isWatched && this.waiting.size === 0) return;
		const at = now + Math.min(MAX_SLEEP_MS, Math.max(1, Math.ceil(delay)));
		if (this.wakesAt <= at && this.wakesAt > now) return;
		this.wakesAt = at;
		const wake = () => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.serve(clock);
		};
		void clock.sleep(at - now).then(wake, wake);
	}

	/** Executions take turns. @returns 0 if a request was sent, else milliseconds until one may be; `Infinity` for none */
	private serveNext(now: number): number {
		const serviceDelay = this.service.delay(now);
		if (serviceDelay > 0) return serviceDelay;
		let next: Request | undefined;
		let earliest = Infinity;
		for (const { execution, waitsForHost, requests } of this.waiting) {
			const delay = Math.max(0, execution.nextAt - now, waitsForHost ? this.host.delay(now) : 0);
			earliest = Math.min(earliest, delay);
			const [first] = delay === 0 ? requests : [];
			if (first && (!next || this.isBefore(first, next))) next = first;
		}
		if (next) this.settle(next, { permit: this.permit(next.queue, now) });
		return earliest;
	}

	/** While the host is down, calls that were never sent go first, since others may fail for reasons of their own. */
	private isBefore(one: Request, other: Request): boolean {
		const [{ isFresh, execution }, { isFresh: otherIsFresh, execution: next }] = [one.queue, other.queue];
		if (this.host.isDown && isFresh !== otherIsFresh) return isFresh;
		return (execution.turn - next.turn || one.number - other.number) < 0;
	}
}
