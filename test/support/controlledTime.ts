import { jest } from '@jest/globals';

const HOUR_MS = 60 * 60_000;
let uses = 0;

/**
 * Takes over the time limits of the built node, until `jest.restoreAllMocks()`: they expire only when the test lets time
 * pass. Each use has an hour to itself, since the node shares timers between what ends at about the same time: too far
 * from the emulator's clock for signatures.
 */
export function controlTime() {
	const now = Date.now;
	let ahead = (uses += 1) * HOUR_MS;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
	const deadlines = new Map<AbortController, number>();
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		const controller = new AbortController();
		deadlines.set(controller, ms);
		return controller.signal;
	});
	return {
		pass(ms: number): void {
			ahead += ms;
			for (const [deadline, left] of deadlines) {
				deadlines.set(deadline, left - ms);
				if (left <= ms) deadline.abort();
			}
		},
	};
}
