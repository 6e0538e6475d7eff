import type { Mishap } from '../emulator/faults';
import { Emulator } from '../emulator/emulator';
import type { Forked } from '../forked';
import { fateOf, type Fate } from './fates';

/**
 * The emulated cloud of the soak, in a process of its own: what it takes is not what the node takes. Its arguments are the
 * project and the token to know.
 */

const MISHAPS: Partial<Record<Fate, { mishap: Mishap; carriedOut?: boolean; isLasting?: boolean }>> = {
	lost: { mishap: { kind: 'reset' }, carriedOut: true },
	unavailable: { mishap: { kind: 'answer', status: 503, body: 'Service Unavailable' } },
	reset: { mishap: { kind: 'reset' } },
	cut: { mishap: { kind: 'truncate' } },
	refused: {
		mishap: {
			kind: 'answer',
			status: 400,
			body: { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' },
		},
		isLasting: true,
	},
};

/** A request of the other process. */
export type Order = { add: string[] } | { report: true };

export interface Report {
	url: string;
	tasksLeft: string[];
	connections: number;
}

/** The cloud, seen from the process that is measured. */
export type Cloud = Forked<Order, Report>;

async function serve(): Promise<void> {
	const [projectId = '', token = ''] = process.argv.slice(2);
	const emulator = await Emulator.start();
	const { world, faults, calls } = emulator;
	const user = world.addUser({ projects: [{ id: projectId, name: world.region }] });
	world.tokens.set(token, { value: token, user, projectId, expiresAt: Infinity });
	const seen = new Set<string>();
	emulator.onCall = ({ taskId = '' }) => {
		calls.length = 0;
		// What is added here is taken at once: no call comes between.
		faults.clear();
		const { mishap, isLasting, ...fault } = MISHAPS[fateOf(taskId)] ?? {};
		if (mishap && (isLasting || !seen.has(taskId))) faults.add({ ...fault, mishap, taskId });
		seen.add(taskId);
	};
	process.on('disconnect', () => process.exit());
	process.on('message', (order: Order) => {
		if ('add' in order) {
			seen.clear();
			world.tasksOf(projectId).clear();
			for (const task_id of order.add)
				if (fateOf(task_id) !== 'unknown') world.addTask(projectId, { task_id });
		}
		const report: Report = {
			url: emulator.url,
			tasksLeft: [...world.tasksOf(projectId).keys()],
			connections: emulator.connections.open,
		};
		process.send?.(report);
	});
}

void serve();
