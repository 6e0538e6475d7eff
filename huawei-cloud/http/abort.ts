import type { Clock } from './clock';

/**
 * A cheap `AbortSignal`: two real ones per item would take a quarter of its CPU time. Those of the execution and the clock
 * are the only ones.
 */
export interface Cancellation {
	/** True if aborted. Listeners added later are not called: check this first. */
	readonly aborted: boolean;
	/**
	 * Adds a listener, which may be called more than once.
	 * @returns a function that removes it
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
export function anyOf(first: Cancellation, second: Cancellation): Cancellation {
	return {
		get aborted() {
			return first.aborted || second.aborted;
		},
		onAbort(listener) {
			const removeFromFirst = first.onAbort(listener);
			const removeFromSecond = second.onAbort(listener);
			return () => {
				removeFromFirst();
				removeFromSecond();
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

/** The latest deadline of each clock: the next call mostly needs the same. */
const deadlines = new WeakMap<Clock, Deadline>();

/**
 * Aborts after a time. Calls share timers: one for each exchange would cost more than the rest of the exchange, and couldn't be
 * cleared.
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
