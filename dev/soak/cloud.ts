import { Emulator } from '../emulator/emulator';
import type { Forked } from '../forked';
import { exists, fateOf } from './fates';

/**
 * The emulated cloud of the soak, in its own process, so that its memory isn't the node's. Its arguments are the
 * project and the token to accept.
 */

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
		const { fault, isLasting } = fateOf(taskId);
		if (fault && (isLasting || !seen.has(taskId))) faults.add({ ...fault, taskId });
		seen.add(taskId);
	};
	process.on('disconnect', () => process.exit());
	process.on('message', (order: Order) => {
		if ('add' in order) {
			seen.clear();
			world.tasksOf(projectId).clear();
			for (const task_id of order.add.filter(exists)) world.addTask(projectId, { task_id });
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
