import type { Fault } from '../emulator/faults';

/** The fate of a task that is deleted: what its item must report, and the fault that its deletion meets with. */
export interface Fate {
	/** The output of its item: Success, Not Found, Error. */
	output: 0 | 1 | 2;
	fault?: Omit<Fault, 'taskId'>;
	/** Every attempt meets with the fault, not only the first. */
	isLasting?: boolean;
}

const DELETED: Fate = { output: 0 };
const UNKNOWN: Fate = { output: 1 };
const FAULTS: readonly Fate[] = [
	{ output: 0, fault: { mishap: { kind: 'reset' }, carriedOut: true } },
	{ output: 0, fault: { mishap: { kind: 'answer', status: 503, body: 'Service Unavailable' } } },
	{ output: 0, fault: { mishap: { kind: 'reset' } } },
	{ output: 0, fault: { mishap: { kind: 'truncate' } } },
	{
		output: 2,
		isLasting: true,
		fault: {
			mishap: {
				kind: 'answer',
				status: 400,
				body: { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' },
			},
		},
	},
];

/** One task in twenty hits a fault, and one in a hundred doesn't exist. */
export function fateOf(taskId: string): Fate {
	const number = Number(/\d+$/.exec(taskId)?.[0]);
	if (number % 100 === 99) return UNKNOWN;
	return number % 20 === 0 ? (FAULTS[(number / 20) % FAULTS.length] ?? DELETED) : DELETED;
}

/** True if there is a task with this ID. */
export const exists = (taskId: string) => fateOf(taskId) !== UNKNOWN;
