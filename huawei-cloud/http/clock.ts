/** Time and randomness, injected into the client so that its tests need no waiting. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Whole milliseconds since any moment. Not changed by setting the clock and, on Linux, not while the machine sleeps. */
	elapsed(): number;
	/** Resolves after `ms` milliseconds. When `signal` aborts, it may reject or keep waiting. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** A signal that aborts after `ms` milliseconds. */
	deadline(ms: number): AbortSignal;
	/** A number from 0 up to, not including, 1. */
	random(): number;
}
