import type { Clock } from './clock';

/**
 * Tells when to abort work. A plain object instead of an `AbortSignal`: two signals per item would take a quarter of
 * an item's CPU time. Signals are used at the edges only: the execution's own, and the clock's.
 */
export interface Cancellation {
	/** True if aborted. Listeners added later are not called: check this first. */
	readonly aborted: boolean;
	/**
	 * Adds a listener, which may be called more than once.
	 * @returns what removes it again
	 */
	onAbort(listener: () => void): () => void;
}

/** Cancellation that never fires. */
export const NEVER_CANCELLED: Cancellation = { aborted: false, onAbort: () => () => undefined };

/** A cancellation that its owner aborts. It may have any number of listeners. */
export class Canceller implements Cancellation {
	private isAborted = false;
	private readonly listeners = new Set<() => void>();

	get aborted(): boolean {
		return this.isAborted;
	}

	onAbort(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => {
			this.listeners.delete(listener);
		};
	}

	abort(): void {
		this.isAborted = true;
		for (const listener of this.listeners) listener();
		this.listeners.clear();
	}
}

/** Aborts with the first of two. It holds no resources, so there is nothing to release. */
export function anyOf(one: Cancellation, other: Cancellation): Cancellation {
	return new FirstOfTwo(one, other);
}

class FirstOfTwo implements Cancellation {
	constructor(
		private readonly one: Cancellation,
		private readonly other: Cancellation,
	) {}

	get aborted(): boolean {
		return this.one.aborted || this.other.aborted;
	}

	onAbort(listener: () => void): () => void {
		const removeFromOne = this.one.onAbort(listener);
		const removeFromOther = this.other.onAbort(listener);
		return () => {
			removeFromOne();
			removeFromOther();
		};
	}
}

/** Aborts with a signal. */
export function cancellationOf(signal: AbortSignal): Cancellation {
	return {
		get aborted() {
			return signal.aborted;
		},
		onAbort(listener) {
			signal.addEventListener('abort', listener);
			return () => signal.removeEventListener('abort', listener);
		},
	};
}

/** Ends what takes too long. A timer per exchange would cost more than the rest of the exchange. */
class Deadlines {
	/** Pending timeouts, by their start, rounded up, and their length: the clock may be set meanwhile. */
	private readonly due = new Map<string, Canceller>();
	private lastNow = 0;
	/** The last one requested: the next request is mostly for the same. */
	private latest: { began: number; ms: number; due: Cancellation } | undefined;

	constructor(private readonly clock: Clock) {}

	after(ms: number): Cancellation {
		const now = this.clock.now();
		// The clock was set back: earlier times mean nothing now.
		if (now < this.lastNow) this.forget();
		this.lastNow = now;
		const step = stepOf(ms);
		const began = Math.ceil(now / step) * step;
		const { latest } = this;
		if (latest && latest.began === began && latest.ms === ms && !latest.due.aborted) return latest.due;
		const key = `${began}+${ms}`;
		const due = this.due.get(key) ?? this.start(key, began + ms - now);
		this.latest = { began, ms, due };
		return due;
	}

	private forget(): void {
		this.due.clear();
		this.latest = undefined;
	}

	private start(key: string, ms: number): Cancellation {
		const due = new Canceller();
		this.due.set(key, due);
		const ring = () => {
			if (this.due.get(key) === due) this.due.delete(key);
			due.abort();
		};
		this.clock.deadline(ms).addEventListener('abort', ring);
		return due;
	}
}

/** Times are rounded up by a tenth at most, and by a second at most, so that many share a timer. Milliseconds. */
function stepOf(ms: number): number {
	if (ms >= 10_000) return 1000;
	if (ms >= 1000) return 100;
	return ms >= 100 ? 10 : 1;
}

const deadlines = new WeakMap<Clock, Deadlines>();

/**
 * Aborts after a time. Timeouts of one clock share its timers, since a timer that is no longer needed can't be cleared.
 * @param ms milliseconds from now; at most a tenth longer
 */
export function deadlineAfter(ms: number, clock: Clock): Cancellation {
	const known = deadlines.get(clock) ?? new Deadlines(clock);
	deadlines.set(clock, known);
	return known.after(ms);
}

/**
 * Aborts after a time, or with another cancellation. Exact to the millisecond, with its own timer: not for each item.
 * @param ms milliseconds from now
 */
export function withTimeout(ms: number, clock: Clock, other: Cancellation): Cancellation {
	return anyOf(cancellationOf(clock.deadline(ms)), other);
}

/**
 * Waits for a promise, but not beyond an abort.
 * @param onAbort returns the result if the abort comes first, or throws the error
 */
export function raceAbort<Result, Aborted>(
	promise: Promise<Result>,
	cancellation: Cancellation,
	onAbort: () => Aborted,
): Promise<Result | Aborted> {
	return new Promise<Result | Aborted>((resolve, reject) => {
		const abort = () => {
			try {
				resolve(onAbort());
			} catch (error) {
				reject(error);
			}
		};
		if (cancellation.aborted) abort();
		const remove = cancellation.onAbort(abort);
		promise.then(
			(result) => {
				remove();
				resolve(result);
			},
			(error: unknown) => {
				remove();
				reject(error);
			},
		);
	});
}

/** Sleeps for a number of milliseconds, but not beyond an abort. */
export async function sleepUnlessAborted(
	ms: number,
	clock: Clock,
	cancellation: Cancellation,
): Promise<void> {
	if (cancellation.aborted) return;
	// Clears the clock's timer, which would keep a process from ending.
	const timer = new AbortController();
	await raceAbort(clock.sleep(ms, timer.signal), cancellation, () => timer.abort());
}
