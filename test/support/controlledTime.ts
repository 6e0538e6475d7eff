import { jest } from '@jest/globals';

const HOUR_MS = 60 * 60_000;
/** Not a mock of this or another test. */
const realNow = Date.now;
let uses = 0;

/**
 * Controls the time limits of the built node, until `jest.restoreAllMocks()`: they expire only when the test advances
 * time.
 * @param ahead milliseconds of its clock before the emulator's. By default, each use has an hour to itself, since the
 * node shares timers between what ends at about the same time; signatures take less than 15 minutes.
 */
export function controlTime(ahead = (uses += 1) * HOUR_MS) {
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead);
	const deadlines = new Map<AbortController, number>();
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		const controller = new AbortController();
		deadlines.set(controller, ms);
		return controller.signal;
	});
	return {
		deadlines,
		pass(ms: number): void {
			ahead += ms;
			for (const [deadline, left] of deadlines) {
				deadlines.set(deadline, left - ms);
				if (left <= ms) deadline.abort();
			}
		},
	};
}
