import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than anything takes, however busy the machine is; shorter than jest's limit for one test. */
const MAX_MS = 60_000;

/**
 * Waits for what other code brings about, and fails by name when that does not happen.
 * @param condition what has to become true; the error shows its source
 * @throws Error after `ms` milliseconds
 */
export async function until(condition: () => boolean, ms = MAX_MS): Promise<void> {
	// Not Date.now(), which tests replace.
	const end = performance.now() + ms;
	while (!condition()) {
		if (performance.now() > end) throw new Error(`Not so after ${ms} ms: ${String(condition)}`);
		await pause(1);
	}
}
