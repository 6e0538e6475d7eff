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
	aborted = false;
	private readonly listeners = new Set<() => void>();

	onAbort(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => {
			this.listeners.delete(listener);
		};
	}

	abort(): void {
		this.aborted = true;
		for (const listener of this.listeners) listener();
		this.listeners.clear();
	}
}

/** Aborts with the first of two. It holds no resources, so there is nothing to release. */
export function anyOf(one: Cancellation, other: Cancellation): Cancellation {
	return {
		get aborted() {
			return one.aborted || other.aborted;
		},
		onAbort(listener) {
			const removeFromOne = one.onAbort(listener);
			const removeFromOther = other.onAbort(listener);
			return () => {
				removeFromOne();
				removeFromOther();
			};
		},
	};
}

/** Times are rounded up by a tenth at most, and by a second at most, so that many share a timer. Milliseconds. */
function stepOf(ms: number): number {
	if (ms >= 10_000) return 1000;
	if (ms >= 1000) return 100;
	return ms >= 100 ? 10 : 1;
}

/** Timeouts of the same length that start at about the same time. */
interface Deadline {
	startedAt: number;
	ms: number;
	canceller: Canceller;
}

/** Of each clock, the one that was asked for last: mostly the next call asks for the same. */
const deadlines = new WeakMap<Clock, Deadline>();

/**
 * Aborts after a time. Calls share timers: one for each exchange would cost more than all else that is done for it, and can't
 * be cleared once it is no longer needed.
 * @param ms milliseconds from now; at most a tenth longer
 */
export function deadlineAfter(ms: number, clock: Clock): Cancellation {
	const now = clock.now();
	const step = stepOf(ms);
	const startedAt = Math.ceil(now / step) * step;
	const latest = deadlines.get(clock);
	if (latest?.startedAt === startedAt && latest.ms === ms && !latest.canceller.aborted)
		return latest.canceller;
	const canceller = new Canceller();
	clock.deadline(startedAt + ms - now).addEventListener('abort', () => canceller.abort());
	deadlines.set(clock, { startedAt, ms, canceller });
	return canceller;
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
