import type { Clock } from '../../huawei-cloud/http/clock';
import { LearnedLimit, type Admission, type SentCall } from './learnedLimit';

/** Longest sleep of the limiter: a timer cannot be taken back, and would keep a process from ending. */
const LONGEST_SLEEP_MS = 1000;

/** Permission to send one request. `end` has to be called once, when it is over. */
export interface Permit {
	end(admission: Admission): void;
}

/** That an execution waited for the service's limit. */
export interface Slowdown {
	/** About how many calls a minute the service allows, if that is known. */
	perMinute: number | undefined;
}

/**
 * Says when a request may be sent, to all executions of a process that call the same host for the same project: as fast as
 * the service lets them. Those that wait take turns, so that a webhook is not stuck behind a clean-up of ten thousand.
 */
export class RateLimiter {
	private limit = new LearnedLimit();
	/** Executions with requests that wait. The first is next. */
	private readonly waiting = new Set<Execution>();
	/** When the earliest sleep ends that is under way, in milliseconds since the epoch. */
	private wakesAt = Infinity;

	/**
	 * A share in the limiter, for one execution.
	 * @param load how many requests it will make, about: a large load may try more at once
	 * @param maxPerMinute how many requests the execution itself wants to send in a minute, evenly spaced
	 */
	share(clock: Clock, load: number, maxPerMinute = Infinity): RateLimiterShare {
		const execution = new Execution(clock, load, 60_000 / maxPerMinute);
		return {
			acquire: async (signal) => await this.acquire(execution, signal),
			slowdown: () => execution.slowdown,
		};
	}

	private readonly onEnd = (call: SentCall, admission: Admission, { clock }: Execution) => {
		const now = clock.now();
		this.limit.end(call, admission, now);
		if (this.waiting.size > 0) this.serve(now, clock);
	};

	private async acquire(execution: Execution, signal: AbortSignal): Promise<Permit | undefined> {
		if (signal.aborted) return undefined;
		const { clock } = execution;
		const now = clock.now();
		if (this.waiting.size === 0) {
			if (this.limit.isOutdated(now)) this.limit = new LearnedLimit();
			this.limit.expect(execution.load);
			if (execution.nextAt <= now && this.limit.wait(now) === 0) return this.permit(execution, now);
		}
		return await new Promise<Permit | undefined>((resolve) => {
			const waiter: Waiter = {
				since: now,
				settle: (permit) => {
					signal.removeEventListener('abort', abort);
					execution.waiters.delete(waiter);
					if (execution.waiters.size === 0) this.waiting.delete(execution);
					resolve(permit);
				},
			};
			const abort = () => waiter.settle(undefined);
			signal.addEventListener('abort', abort, { once: true });
			execution.waiters.add(waiter);
			this.waiting.add(execution);
			this.serve(now, clock);
		});
	}

	private permit(execution: Execution, now: number): Permit {
		execution.paceFrom(now);
		return new SentRequest(this.limit.send(now), execution, this.onEnd);
	}

	/** Lets go whoever may, and sees to it that this is called again when time alone changes that. */
	private serve(now: number, clock: Clock): void {
		let wait = 0;
		while (wait === 0 && this.waiting.size > 0) {
			wait = this.limit.wait(now);
			if (wait > 0) break;
			const execution = this.nextReady(now);
			if (execution) this.serveNext(execution, now);
			else wait = Math.min(...[...this.waiting].map(({ nextAt }) => nextAt - now));
		}
		if (this.waiting.size > 0 && wait < Infinity) this.wakeAfter(wait, now, clock);
	}

	private nextReady(now: number): Execution | undefined {
		for (const execution of this.waiting) if (execution.nextAt <= now) return execution;
		return undefined;
	}

	private serveNext(execution: Execution, now: number): void {
		const [waiter] = execution.waiters;
		if (!waiter) throw new RangeError('An execution waits without a request');
		if (this.limit.isLimited && now > Math.max(waiter.since, execution.nextAt)) {
			execution.slowdown = { perMinute: this.limit.perMinute };
		}
		const permit = this.permit(execution, now);
		// To the end of the line.
		this.waiting.delete(execution);
		this.waiting.add(execution);
		waiter.settle(permit);
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

/** One execution's share in a rate limiter. */
export interface RateLimiterShare {
	/** Waits for permission to send one request; without any when `signal` aborts. */
	acquire(signal: AbortSignal): Promise<Permit | undefined>;
	/** Whether the execution had to wait for the service's limit. */
	slowdown(): Slowdown | undefined;
}

interface Waiter {
	since: number;
	settle: (permit: Permit | undefined) => void;
}

class Execution {
	readonly waiters = new Set<Waiter>();
	/** When the execution itself wants to send its next request, in milliseconds since the epoch. */
	nextAt = 0;
	slowdown: Slowdown | undefined;

	constructor(
		readonly clock: Clock,
		readonly load: number,
		private readonly interval: number,
	) {}

	/** A request is sent now. A request that is late does not make the next one late. */
	paceFrom(now: number): void {
		const isLate = now - this.nextAt < this.interval;
		this.nextAt = (isLate ? this.nextAt : now) + this.interval;
	}
}

class SentRequest implements Permit {
	private isOver = false;

	constructor(
		private readonly call: SentCall,
		private readonly execution: Execution,
		private readonly onEnd: (call: SentCall, admission: Admission, execution: Execution) => void,
	) {}

	end(admission: Admission): void {
		if (this.isOver) return;
		this.isOver = true;
		this.onEnd(this.call, admission, this.execution);
	}
}
