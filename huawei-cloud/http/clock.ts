/** Time and chance, given to the client from outside so that its tests need no waiting. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms` milliseconds. May reject, or go on regardless, when `signal` aborts. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** A signal that aborts after `ms` milliseconds. */
	deadline(ms: number): AbortSignal;
	/** A number from 0 up to, not including, 1. */
	random(): number;
}
