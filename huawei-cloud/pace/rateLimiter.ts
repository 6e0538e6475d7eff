import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { Execution, type Acquired, type Permit, type Refusal, type Request } from './execution';
import { HostHealth } from './hostHealth';
import { ServiceLimit, type Admission } from './serviceLimit';
import { GIVE_UP_AFTER_MS, ServicePause } from './servicePause';

/** Timers serve all executions, so none clears them. They are short, so that they don't keep a process from ending. */
const MAX_SLEEP_MS = 1000;

/**
 * The clock is read once a second while requests wait, or while one in flight shows whether the service is back. If it went
 * further than this, the machine slept or the clock was set.
 */
const MAX_AWAKE_MS = 5000;

/** A gateway's `Retry-After` postpones the next probe by this at most, so that a run probes the host before it gives up. */
const MAX_POSTPONED_MS = 4 * 60_000;

/** An execution's waits, and about how many requests a minute the service accepts, if that is certain. */
export interface PaceReport extends Pick<Execution, 'waitedMs' | 'hostDownMs'> {
	perMinute: number | undefined;
}

/** One execution's access to a rate limiter. */
export interface RateLimiterHandle {
	/**
	 * Waits until a request may be sent.
	 * @param until when its call must be over, which is `Infinity` until the call is sent. Only used to tell whether that
	 *   happened: a first attempt that fails may mean that the host is down
	 * @param waitsForHost whether to wait while the host is down, if the execution makes several calls
	 */
	acquire(cancelled: Cancellation, until?: number, waitsForHost?: boolean): Acquired | Promise<Acquired>;
	report(): PaceReport;
}

/** Decides when the next request of a project may go to a host, for all executions of a process. */
export class RateLimiter {
	private readonly service = new ServiceLimit();
	private readonly host = new HostHealth();
	private readonly pause = new ServicePause();
	/** Requests that wait, and the function that settles each. */
	private readonly waiting = new Map<Request, (acquired: Acquired) => void>();
	/** Requests that were sent and have not ended. */
	private readonly inFlight = new Set<Request>();
	/** The last turn that was given to an execution. */
	private lastTurn = 0;
	/** The last reading of the clock, and a time in milliseconds that stands still when the clock is set back. */
	private lastClock = 0;
	private time = 0;
	/** The same without the time that the machine slept, roughly. */
	private awakeMs = 0;
	/** When the earliest timer fires. */
	private wakesAt = Infinity;

	/**
	 * @param expectedCalls about how many calls the execution will make. With more than one, they may wait for the host
	 * @param maxPerMinute the execution's own limit: its requests are evenly spaced
	 */
	createHandle(clock: Clock, expectedCalls = 1, maxPerMinute = Infinity): RateLimiterHandle {
		this.timeOf(clock);
		const execution = new Execution(clock, 60_000 / maxPerMinute, this.awakeMs, this.lastTurn);
		return {
			acquire: (cancelled, until = Infinity, mayWait = false) => {
				const waitsForHost = mayWait && expectedCalls > 1;
				return this.acquire({ execution, isFresh: until === Infinity, waitsForHost }, cancelled);
			},
			report: () => {
				const { waitedMs, hostDownMs } = execution;
				return { perMinute: this.service.perMinute, waitedMs, hostDownMs };
			},
		};
	}

	private acquire(request: Request, cancelled: Cancellation): Acquired | Promise<Acquired> {
		if (cancelled.aborted) return { refusal: 'cancelled' };
		return new Promise((resolve) => {
			const stopListening = cancelled.onAbort(() => settle({ refusal: 'cancelled' }));
			const settle = (acquired: Acquired) => {
				stopListening();
				this.waiting.delete(request);
				resolve(acquired);
			};
			this.waiting.set(request, settle);
			this.serve(request.execution.clock);
		});
	}

	/** Reads the clock, before anything changes, and counts how long requests have waited. */
	private timeOf(clock: Clock): number {
		const now = clock.now();
		const passedMs = Math.max(0, now - this.lastClock);
		const awakeMs = Math.min(passedMs, MAX_AWAKE_MS);
		this.countWait(awakeMs);
		this.lastClock = now;
		this.awakeMs += awakeMs;
		this.time += passedMs;
		return this.time;
	}

	private countWait(ms: number): void {
		const { isDown } = this.host;
		if (!isDown && !(this.service.isLimited && this.serviceDelay(this.time) > 0)) return;
		// A request to a host that is down is a wait for it, too.
		const requests = [...this.waiting.keys(), ...(isDown ? this.inFlight : [])];
		for (const execution of new Set(requests.map((request) => request.execution)))
			execution[isDown ? 'hostDownMs' : 'waitedMs'] += ms;
	}

	/** Why to stop waiting. */
	private refusalOf({ execution, waitsForHost }: Request, now: number): Refusal | undefined {
		const pause = this.pause.tooLong(now);
		if (pause !== undefined) return { pause };
		if (this.pause.isStalled(execution.since)) return 'stalled';
		const waitedTooLong = execution.hostDownMs >= GIVE_UP_AFTER_MS;
		return waitsForHost && this.host.isDown && waitedTooLong ? 'hostDown' : undefined;
	}

	/** @returns milliseconds until the service may accept a call; `Infinity` for not before another one ends */
	private serviceDelay(now: number): number {
		return Math.max(this.service.delay(now), this.pause.delay(now));
	}

	/** @returns milliseconds until a request may be sent, also by its execution's own limit and the host */
	private delayOf({ execution, waitsForHost }: Request, now: number): number {
		const hostDelay = waitsForHost ? this.host.delay(now) : 0;
		return Math.max(this.serviceDelay(now), execution.nextAt - now, hostDelay);
	}

	private permit(request: Request, now: number): Permit {
		const { execution, isFresh, waitsForHost } = request;
		const { service, host, pause } = this;
		execution.nextAt = now + execution.intervalMs;
		execution.turn = this.lastTurn += 1;
		if (waitsForHost && host.isDown) host.probed(now);
		const call = service.sent(now);
		this.inFlight.add(request);
		const end = (admission: Admission, pauseMs = 0, hostIsDown = false) => {
			const endedAt = this.timeOf(execution.clock);
			this.inFlight.delete(request);
			service.ended(call, admission, endedAt);
			if (admission === 'accepted') pause.accepted();
			if (admission === 'throttled') pause.rejected(pauseMs, endedAt, this.awakeMs);
			if (admission === 'accepted' || admission === 'throttled') host.responded();
			else if (hostIsDown) {
				host.postpone(endedAt + Math.min(pauseMs, MAX_POSTPONED_MS));
				if (isFresh) host.failed(endedAt);
			}
			this.serve(execution.clock);
			return waitsForHost && host.isDown;
		};
		return { end };
	}

	/** Sends all requests that may go now, and sets a timer for the next. */
	private serve(clock: Clock): void {
		const now = this.timeOf(clock);
		for (const [request, settle] of this.waiting) {
			const refusal = this.refusalOf(request, now);
			if (refusal) settle({ refusal });
		}
		let delay = 0;
		while (delay === 0) delay = this.serveNext(now);
		// A request in flight may show that the host or the service is back.
		const isWatched = this.inFlight.size > 0 && (this.host.isDown || this.service.isLimited);
		if (isWatched || this.waiting.size > 0) this.wakeAfter(delay, now, clock);
	}

	/** Executions take turns. @returns 0 if a request was sent, else milliseconds until one may be; `Infinity` for none */
	private serveNext(now: number): number {
		let next: Request | undefined;
		let earliest = Infinity;
		for (const request of this.waiting.keys()) {
			const delay = this.delayOf(request, now);
			earliest = Math.min(earliest, delay);
			if (delay === 0 && !(next && next.execution.turn <= request.execution.turn)) next = request;
		}
		if (next) this.waiting.get(next)?.({ permit: this.permit(next, now) });
		return earliest;
	}

	private wakeAfter(ms: number, now: number, clock: Clock): void {
		const at = now + Math.min(MAX_SLEEP_MS, Math.max(1, Math.ceil(ms)));
		if (this.wakesAt <= at && this.wakesAt > now) return;
		this.wakesAt = at;
		const wake = () => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.serve(clock);
		};
		void clock.sleep(at - now).then(wake, wake);
	}
}
