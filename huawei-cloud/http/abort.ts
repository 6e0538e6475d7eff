import type { Clock } from './clock';

/** A cheap `AbortSignal`: two real ones per item would take a quarter of its CPU time. */
export interface Cancellation {
	/** True if aborted. Listeners added later are not called: check this first. */
	readonly aborted: boolean;
	/** @returns a function that removes the listener */
	onAbort(listener: () => void): () => void;
}

export const NEVER_CANCELLED: Cancellation = { aborted: false, onAbort: () => () => undefined };

/** A cancellation that its owner aborts. It may have any number of listeners. */
export class Canceller implements Cancellation {
	private readonly listeners = new Set<() => void>();

	constructor(public aborted = false) {}

	onAbort(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	abort(): void {
		this.aborted = true;
		for (const listener of this.listeners) listener();
		this.listeners.clear();
	}
}

const cancellers = new WeakMap<AbortSignal, Canceller>();

/** Aborts with a signal. Each signal gets one listener, whoever asks, since Node warns of more than ten. */
export function cancellationOf(signal: AbortSignal): Cancellation {
	const known = cancellers.get(signal);
	if (known) return known;
	const canceller = new Canceller(signal.aborted);
	signal.addEventListener('abort', () => canceller.abort());
	cancellers.set(signal, canceller);
	return canceller;
}

/** The latest deadline of each run: its next call usually needs the same one. */
const deadlines = new WeakMap<Cancellation, { startedAt: number; ms: number; canceller: Canceller }>();

/** A deadline may be late by this share of its time, at most by this many milliseconds, so that few timers are needed. */
const LATE_SHARE = 1 / 30;
const MAX_LATE_MS = 1000;

/** Aborts `ms` milliseconds from now or slightly later, or with the run. Calls share timers: one each would be too slow. */
export function deadlineAfter(ms: number, clock: Clock, cancelled: Cancellation): Cancellation {
	const now = clock.now();
	const step = Math.max(1, Math.floor(Math.min(MAX_LATE_MS, ms * LATE_SHARE)));
	const startedAt = Math.ceil(now / step) * step;
	const latest = deadlines.get(cancelled);
	if (latest?.startedAt === startedAt && latest.ms === ms && !latest.canceller.aborted)
		return latest.canceller;
	const canceller = new Canceller(cancelled.aborted);
	const stopListening = cancelled.onAbort(() => canceller.abort());
	clock.deadline(startedAt + ms - now).addEventListener('abort', () => {
		stopListening();
		canceller.abort();
	});
	deadlines.set(cancelled, { startedAt, ms, canceller });
	return canceller;
}

/** Waits for a promise, but not beyond an abort: if that comes first, `onAbort` returns the result or throws the error. */
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
		const stopListening = cancellation.onAbort(abort);
		promise.finally(stopListening).catch(() => undefined);
		// No promise in between: calls that wait for another call must continue before that call does.
		promise.then(resolve, reject);
	});
}

/** Sleeps for `ms` milliseconds, but not beyond an abort. */
export async function sleepUnlessAborted(ms: number, clock: Clock, cancelled: Cancellation): Promise<void> {
	if (cancelled.aborted) return;
	// Clears the clock's timer, which would keep a process from ending.
	const timer = new AbortController();
	await raceAbort(clock.sleep(ms, timer.signal), cancelled, () => timer.abort());
}
