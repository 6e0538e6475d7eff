import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { ApiHealth } from './apiHealth';
import { GIVE_UP_AFTER_MS, ServiceLimit, type Admission } from './serviceLimit';

/** Timers serve all executions, so none clears them. They are short, so that they don't keep a process from ending. */
const MAX_SLEEP_MS = 1000;

/** While requests wait, the clock is read once a second. If it went further than this, the machine slept or it was set. */
const MAX_AWAKE_MS = 5000;

/** Permission to send one request. */
export interface Permit {
	/**
	 * Reports how the request ended, once.
	 * @param admission `hostDown` after a connection failure, a timeout or a gateway's error
	 * @param pauseMs how long the service asked to wait
	 * @returns if it shows that the host is down: whether the call is to wait for it, which uses up no retry, or to end
	 */
	end(admission: Admission, pauseMs?: number): 'wait' | 'end' | undefined;
}

/** Why a request must not be sent: canceled; nothing accepted, or the host down, for five minutes; or too long a pause. */
export type Refusal = 'cancelled' | 'stalled' | 'hostDown' | { pause: number };

/** Permission, or why there is none. */
export type Acquired = { permit: Permit; refusal?: never } | { permit?: never; refusal: Refusal };

/** The waits since an execution began, and about how many requests a minute the service accepts, if that is certain. */
export interface PaceReport {
	perMinute: number | undefined;
	/** Milliseconds because the service accepted no more, and because the host was down. */
	waitedMs: number;
	hostDownMs: number;
}

/** The traits by which requests of an execution differ. */
interface Traits {
	/** True if the call was never sent: only if such calls fail, the host may be down. */
	readonly isFresh: boolean;
	/** True to wait while the host is down, if the execution makes several calls. */
	readonly waitsForHost: boolean;
	/** Method and path: the service may reject everything for one, or one may be down, and the others not. */
	readonly api: string;
}

/** One execution's access to a rate limiter. */
export interface RateLimiterHandle {
	/** Waits until a request may be sent. */
	acquire(cancelled: Cancellation, traits?: Partial<Traits>): Acquired | Promise<Acquired>;
	/** Milliseconds until the user's own limit allows the next request. */
	ownDelay(): number;
	report(): PaceReport;
}

/** Milliseconds that the machine was awake, roughly, and in which requests waited for the service. */
type Elapsed = Record<'awakeMs' | 'waitedMs', number>;

interface Execution {
	/** The user's own limit: the least time between two requests, in milliseconds. */
	readonly intervalMs: number;
	/** The limiter's elapsed times when it began. */
	readonly since: Readonly<Elapsed>;
	/** When the user's own limit allows the next request. */
	nextAt: number;
	/** The turn in which it was last given permission. The execution with the lowest is next. */
	turn: number;
}

/** Requests of one execution that are alike, so that only the first can be next. */
interface Queue extends Omit<Traits, 'api'> {
	readonly execution: Execution;
	readonly api: ApiHealth;
	/** The API's `downMs` when it began. */
	readonly downBefore: number;
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
	/** By API, since one may be down, or reject everything, alone. */
	private readonly apis = new Map<string, ApiHealth>();
	private readonly waiting = new Set<Queue>();
	private lastNumber = 0;
	/** The last turn that was given to an execution. */
	private lastTurn = 0;
	/** The last reading of the clock, and a time in milliseconds that stands still when the clock is set back. */
	private lastClock = 0;
	private time = 0;
	private readonly elapsed: Elapsed = { awakeMs: 0, waitedMs: 0 };
	/** When the earliest timer fires. */
	private wakesAt = Infinity;

	constructor(private readonly clock: Clock) {}

	/**
	 * @param expectedCalls about how many calls the execution will make. With more than one, they may wait for the host
	 * @param maxPerMinute the execution's own limit: its requests are evenly spaced
	 */
	createHandle(expectedCalls = 1, maxPerMinute = Infinity): RateLimiterHandle {
		this.readClock();
		const { elapsed, lastTurn: turn } = this;
		const since = { ...elapsed };
		const execution = { intervalMs: 60_000 / maxPerMinute, since, nextAt: 0, turn };
		const queues = new Map<string, Queue>();
		return {
			acquire: (cancelled, { isFresh = true, waitsForHost = false, api = '' } = {}) => {
				if (cancelled.aborted) return { refusal: 'cancelled' };
				const traits = { isFresh, waitsForHost: waitsForHost && expectedCalls > 1, api };
				const key = JSON.stringify(traits);
				const queue = queues.get(key) ?? this.createQueue(execution, traits);
				queues.set(key, queue);
				return this.acquire(queue, cancelled);
			},
			ownDelay: () => Math.max(0, execution.nextAt - this.readClock()),
			report: () => ({
				perMinute: this.service.perMinute,
				waitedMs: elapsed.waitedMs - since.waitedMs,
				hostDownMs: Math.max(0, ...[...queues.values()].map(downMsOf)),
			}),
		};
	}

	private createQueue(execution: Execution, { api: name, ...traits }: Traits): Queue {
		const api = this.apis.get(name) ?? new ApiHealth();
		this.apis.set(name, api);
		return { ...traits, execution, api, downBefore: api.downMs, requests: new Set() };
	}

	/** True if the host is down, maybe for one API alone. */
	private get isHostDown(): boolean {
		return [...this.apis.values()].some(({ isDown }) => isDown);
	}

	private acquire(queue: Queue, cancelled: Cancellation): Acquired | Promise<Acquired> {
		const { api } = queue;
		if (api.isOutdated(this.readClock()) && ![...this.waiting].some((other) => other.api === api))
			api.accepted();
		const request: Request = { queue, number: (this.lastNumber += 1) };
		queue.requests.add(request);
		this.waiting.add(queue);
		this.serve();
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
	private readClock(): number {
		const { elapsed, apis, service, waiting } = this;
		const now = this.clock.now();
		const passedMs = Math.max(0, now - this.lastClock);
		const awakeMs = Math.min(passedMs, MAX_AWAKE_MS);
		for (const api of apis.values()) if (api.isDown) api.downMs += awakeMs;
		if (!this.isHostDown && service.isLimited && waiting.size > 0 && service.delay(this.time) > 0)
			elapsed.waitedMs += awakeMs;
		this.lastClock = now;
		elapsed.awakeMs += awakeMs;
		this.time += passedMs;
		return this.time;
	}

	/** Why to stop waiting. After a rejection, calls that were sent end; the others only if one of them was rejected, too. */
	private refusalOf(queue: Queue, now: number): Refusal | undefined {
		const { execution, api, waitsForHost, isFresh } = queue;
		const pause = this.service.pauseTooLong(now);
		if (pause !== undefined) return { pause };
		if (api.rejectedMs(execution.since.awakeMs, isFresh) >= GIVE_UP_AFTER_MS) return 'stalled';
		return waitsForHost && api.isDown && downMsOf(queue) >= GIVE_UP_AFTER_MS ? 'hostDown' : undefined;
	}

	private permit({ execution, api, waitsForHost, isFresh }: Queue, now: number): Permit {
		const nextAt = now + execution.intervalMs;
		execution.nextAt = nextAt;
		execution.turn = this.lastTurn += 1;
		const isProbe = waitsForHost && api.isDown;
		if (isProbe) api.probed(now);
		const call = this.service.sent(now);
		const end = (admission: Admission, pauseMs = 0) => {
			const endedAt = this.readClock();
			this.service.ended(call, admission, endedAt, pauseMs);
			// Or a run whose credential was just rejected would learn of it at one call per interval.
			if (admission === 'untried' && execution.nextAt === nextAt) execution.nextAt = now;
			if (admission === 'accepted' || admission === 'throttled')
				for (const other of this.apis.values()) other.responded();
			if (admission === 'accepted') api.accepted();
			if (admission === 'throttled') api.rejected(endedAt, this.elapsed.awakeMs, isFresh);
			const isOutage = admission === 'hostDown' && waitsForHost;
			if (isOutage) api.failed(endedAt, isFresh, pauseMs);
			this.serve();
			if (!isOutage || !api.isDown) return undefined;
			// Or the execution could get stuck with calls that always fail, and send no others.
			return isProbe ? 'end' : 'wait';
		};
		return { end };
	}

	/** Settles all requests that may go now or never, and sets a timer for the next. */
	private serve(): void {
		const now = this.readClock();
		for (const queue of this.waiting) {
			const refusal = this.refusalOf(queue, now);
			if (refusal) for (const request of queue.requests) this.settle(request, { refusal });
		}
		let delay = 0;
		while (delay === 0) delay = this.serveNext(now);
		// A request in flight may show that the host or the service is back.
		const isWatched = this.service.inFlight > 0 && (this.isHostDown || this.service.isLimited);
		if (!isWatched && this.waiting.size === 0) return;
		const at = now + Math.min(MAX_SLEEP_MS, Math.max(1, Math.ceil(delay)));
		if (this.wakesAt <= at && this.wakesAt > now) return;
		this.wakesAt = at;
		const wake = () => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.serve();
		};
		void this.clock.sleep(at - now).then(wake, wake);
	}

	/** Executions take turns. @returns 0 if a request was sent, else milliseconds until one may be; `Infinity` for none */
	private serveNext(now: number): number {
		const serviceDelay = this.service.delay(now);
		if (serviceDelay > 0) return serviceDelay;
		let next: Request | undefined;
		let earliest = Infinity;
		for (const { execution, api, waitsForHost, requests } of this.waiting) {
			const delay = Math.max(0, execution.nextAt - now, waitsForHost ? api.delay(now) : 0);
			earliest = Math.min(earliest, delay);
			const [first] = delay === 0 ? requests : [];
			if (first && (!next || this.isBefore(first, next))) next = first;
		}
		if (next) this.settle(next, { permit: this.permit(next.queue, now) });
		return earliest;
	}

	/** While the host is down, an execution's unsent calls go first, since others may fail for reasons of their own. */
	private isBefore(one: Request, other: Request): boolean {
		const [{ isFresh, execution }, { isFresh: otherIsFresh, execution: next }] = [one.queue, other.queue];
		if (one.queue.api.isDown && execution === next && isFresh !== otherIsFresh) return isFresh;
		return (execution.turn - next.turn || one.number - other.number) < 0;
	}
}

/** Milliseconds that the host was down, since an execution first sent such a request. */
function downMsOf({ api, downBefore }: Queue): number {
	return api.downMs - downBefore;
}
