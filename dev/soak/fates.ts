/** The fate of a task that is deleted, and so the result that its item must have. */
export type Fate = 'gone' | 'lost' | 'unavailable' | 'reset' | 'cut' | 'refused' | 'unknown';

const FAULTS: readonly Fate[] = ['lost', 'unavailable', 'reset', 'cut', 'refused'];

/** One task in twenty meets with a fault, and one in a hundred is not there. */
export function fateOf(taskId: string): Fate {
	const number = Number(/\d+$/.exec(taskId)?.[0]);
	if (number % 100 === 99) return 'unknown';
	return number % 20 === 0 ? (FAULTS[(number / 20) % FAULTS.length] ?? 'gone') : 'gone';
}
