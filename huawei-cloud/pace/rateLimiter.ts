import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { Execution, type Acquired, type Permit, type Refusal, type Request } from './execution';
import { HostHealth } from './hostHealth';
import { ServiceLimit, type Admission } from './serviceLimit';
import { MAX_WAIT_MS, ServicePause } from './servicePause';

/** A timer can't be taken back and keeps a process from ending, so that it is short. */
const MAX_SLEEP_MS = 1000;

/** A clock that goes back further than this was set: earlier times mean nothing then. */
const CLOCK_TOLERANCE_MS = 100;

/** An execution's waits, and what the service was seen to allow. */
export interface PaceReport {
	/** About how many requests a minute the service accepts, if that is certain. */
	perMinute: number | undefined;
	/** How long requests waited because the service accepted no more, and because its host was down. */
	waitedMs: number;
	hostDownMs: number;
}

/** One execution's access to a rate limiter. */
export interface RateLimiterHandle {
	/**
	 * Waits until a request may be sent.
	 * @param until when its call must be over: Infinity as long as the call was never sent. Only such calls show an outage
	 * @param waitsForHost whether to wait while the host is down, if the execution makes several calls
	 */
	acquire(cancelled: Cancellation, until?: number, waitsForHost?: boolean): Acquired | Promise<Acquired>;
	report(): PaceReport;
}

/** Says when the next request of one project may go to one host, to all executions of a process. */
export class RateLimiter {
	private service = new ServiceLimit();
	private host = new HostHealth();
	private pause = new ServicePause();
	/** Executions with waiting requests. They take turns: the first is next. */
	private readonly waiting = new Set<Execution>();
	/** The latest time seen. While requests wait, that is at least once a second. */
	private lastNow = 0;
	/** When the earliest timer rings. */
	private wakesAt = Infinity;
	/** True while requests wait for the service. */
	private isServiceAwaited = false;

	/**
	 * @param expectedCalls about how many calls the execution will make
	 * @param maxPerMinute the execution's own limit: its requests are evenly spaced
	 */
	createHandle(clock: Clock, expectedCalls = 1, maxPerMinute = Infinity): RateLimiterHandle {
		this.syncClock(clock.now());
		const execution = new Execution(clock, expectedCalls, maxPerMinute, this.host.downMs(clock.now()));
		return {
			acquire: (cancelled, until = Infinity, waitsForHost = false) =>
				this.acquire(execution, {
					cancelled,
					isFresh: until === Infinity,
					waitsForHost: waitsForHost && expectedCalls > 1,
				}),
			report: () => ({
				perMinute: this.service.perMinute,
				waitedMs: execution.waitedMs,
				hostDownMs: Math.max(0, this.host.downMs(clock.now()) - execution.hostDownBefore),
			}),
		};
	}

	private acquire(execution: Execution, request: Request): Acquired | Promise<Acquired> {
		if (request.cancelled.aborted) return { refusal: 'cancelled' };
		const now = execution.clock.now();
		this.syncClock(now);
		this.service.expect(execution.expectedCalls);
		const refusal = this.refusalOf(execution, request, now);
		if (refusal) return { refusal };
		if (this.waiting.size === 0 && (this.delay(now) || ownDelay(this.host, execution, request, now)) === 0)
			return { permit: this.permit(execution, request, now) };
		return new Promise((resolve) => {
			const stopListening = request.cancelled.onAbort(() => settle({ refusal: 'cancelled' }));
			const settle = (acquired: Acquired) => {
				stopListening();
				execution.waiting.delete(request);
				if (execution.waiting.size === 0) this.waiting.delete(execution);
				resolve(acquired);
			};
			execution.waiting.set(request, settle);
			this.waiting.add(execution);
			this.serve(now, execution.clock);
		});
	}

	/** Everything learned means nothing when the clock was set back, and after idle minutes. */
	private syncClock(now: number): void {
		const passedMs = now - this.lastNow;
		if (passedMs < -CLOCK_TOLERANCE_MS || passedMs > MAX_WAIT_MS) {
			this.service = new ServiceLimit();
			this.host = new HostHealth();
			this.pause = new ServicePause();
			this.wakesAt = Infinity;
			this.lastNow = now;
		} else if (passedMs > 0) {
			if (this.isServiceAwaited) for (const execution of this.waiting) execution.waitedMs += passedMs;
			this.lastNow = now;
		}
	}

	/** Why waiting makes no sense. */
	private refusalOf(execution: Execution, { waitsForHost }: Request, now: number): Refusal | undefined {
		const downMs = this.host.downMs(now);
		// After the clock was set back, both are larger.
		execution.startedAt = Math.min(execution.startedAt, now);
		execution.hostDownBefore = Math.min(execution.hostDownBefore, downMs);
		const pause = this.pause.tooLong(now);
		if (pause !== undefined) return { pause };
		if (this.pause.isStalled(execution.startedAt)) return 'stalled';
		const waitedTooLong = downMs - execution.hostDownBefore >= MAX_WAIT_MS;
		return waitsForHost && this.host.isDown && waitedTooLong ? 'hostDown' : undefined;
	}

	/** @returns milliseconds until the service may accept a call; `Infinity` for not before another one ends */
	private delay(now: number): number {
		return Math.max(this.service.delay(now), this.pause.delay(now));
	}

	private permit(execution: Execution, { isFresh, waitsForHost }: Request, now: number): Permit {
		const { service, host } = this;
		execution.sent(now);
		if (waitsForHost && host.isDown) host.probed(now);
		const call = service.sent(now);
		let isOver = false;
		const end = (admission: Admission, pauseMs = 0, hostIsDown = false) => {
			if (isOver) return false;
			isOver = true;
			const endedAt = execution.clock.now();
			this.syncClock(endedAt);
			service.ended(call, admission, endedAt);
			if (admission !== 'unknown') host.responded(endedAt);
			else if (hostIsDown && isFresh) host.failed(call.sentAt, endedAt);
			if (admission === 'accepted') this.pause.accepted();
			if (admission === 'throttled') this.pause.rejected(pauseMs, endedAt);
			this.serve(endedAt, execution.clock);
			return waitsForHost && host.isDown;
		};
		return { end };
	}

	/** Sends what may be sent, and sees to it that this is called again when time alone changes that. */
	private serve(now: number, clock: Clock): void {
		this.syncClock(now);
		for (const execution of this.waiting) {
			for (const [request, settle] of execution.waiting) {
				const refusal = this.refusalOf(execution, request, now);
				if (refusal) settle({ refusal });
			}
		}
		let delay = 0;
		while (delay === 0 && this.waiting.size > 0) delay = this.delay(now) || this.serveNext(now);
		this.isServiceAwaited = this.service.isLimited(now) && this.delay(now) > 0;
		if (this.waiting.size > 0) this.wakeAfter(delay, now, clock);
	}

	/** @returns 0 if a request was sent, else milliseconds until one may be, by what concerns these requests only */
	private serveNext(now: number): number {
		let earliest = Infinity;
		for (const execution of this.waiting) {
			for (const [request, settle] of execution.waiting) {
				const delay = ownDelay(this.host, execution, request, now);
				earliest = Math.min(earliest, delay);
				if (delay > 0) continue;
				// To the end of the line.
				this.waiting.delete(execution);
				this.waiting.add(execution);
				settle({ permit: this.permit(execution, request, now) });
				return 0;
			}
		}
		return earliest;
	}

	private wakeAfter(ms: number, now: number, clock: Clock): void {
		const sleep = Math.min(MAX_SLEEP_MS, Math.max(1, Math.ceil(ms)));
		const at = now + sleep;
		if (this.wakesAt <= at && this.wakesAt > now) return;
		this.wakesAt = at;
		const wake = () => {
			if (this.wakesAt === at) this.wakesAt = Infinity;
			this.serve(clock.now(), clock);
		};
		void clock.sleep(sleep).then(wake, wake);
	}
}

/** @returns milliseconds until a request may be sent, by what concerns it alone */
function ownDelay(host: HostHealth, execution: Execution, { waitsForHost }: Request, now: number): number {
	return Math.max(execution.delay(now), waitsForHost ? host.delay(now) : 0);
}
