import type { INodeExecutionData } from 'n8n-workflow';

import { ourNode, runNode } from '../bench/nodes';
import type { Emulator } from '../emulator/emulator';
import type { Fault } from '../emulator/faults';
import type { Engine } from '../n8n/engine';

export const PROJECT_ID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

/** The fate of a task that is deleted: the output of its item (Success, Not Found, Error), and the fault of its deletion. */
interface Fate {
	output: 0 | 1 | 2;
	fault?: Fault;
}

const ILLEGAL = { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' };
const DELETED: Fate = { output: 0 };
const UNKNOWN: Fate = { output: 1 };
const FAULTS: readonly Fate[] = [
	{ output: 0, fault: { mishap: { kind: 'reset' }, carriedOut: true } },
	{ output: 0, fault: { mishap: { kind: 'answer', status: 503, body: 'Service Unavailable' } } },
	{ output: 0, fault: { mishap: { kind: 'reset' } } },
	{ output: 0, fault: { mishap: { kind: 'truncate' } } },
	// Every attempt, not only the first.
	{ output: 2, fault: { mishap: { kind: 'answer', status: 400, body: ILLEGAL }, times: Infinity } },
];

/** One task in twenty hits a fault, and one in a hundred doesn't exist. */
function fateOf(taskId: string): Fate {
	const number = Number(/\d+$/.exec(taskId)?.[0]);
	if (number % 100 === 99) return UNKNOWN;
	return number % 20 === 0 ? (FAULTS[(number / 20) % FAULTS.length] ?? DELETED) : DELETED;
}

/** The result of a run. */
export interface Outcome {
	/** The number of items on each output. */
	counts: number[];
	/** Its faults: items that are missing, duplicated, on the wrong output, or that report something false. */
	faults: string[];
	/** The objects of a run, to see whether they are garbage collected. */
	trace: WeakRef<object>;
}

let runs = 0;

/** Deletes tasks in one run of the node, and checks every item. */
export async function deleteTasks(
	engine: Engine,
	emulator: Emulator,
	count: number,
	concurrency: number,
): Promise<Outcome> {
	runs += 1;
	const ids = Array.from({ length: count }, (_, index) => `run-${runs}-task-${index}`);
	const tasks = emulator.world.tasksOf(PROJECT_ID);
	tasks.clear();
	for (const task_id of ids) if (fateOf(task_id) !== UNKNOWN) emulator.world.addTask(PROJECT_ID, { task_id });
	const seen = new Set<string>();
	emulator.onCall = ({ taskId = '' }) => {
		emulator.calls.length = 0;
		// The call that just came gets this fault, since no other call can come first.
		emulator.faults.clear();
		const { fault } = fateOf(taskId);
		if (fault && (fault.times || !seen.has(taskId))) emulator.faults.add({ ...fault, taskId });
		seen.add(taskId);
	};
	const items = ids.map((task_id) => ({ task_id }));
	const target = { url: emulator.url, project: PROJECT_ID };
	const outputs = await runNode(engine, ourNode(concurrency), target, items);
	return {
		counts: outputs.map(({ length }) => length),
		faults: check(ids, outputs, tasks),
		trace: new WeakRef(outputs),
	};
}

function check(
	ids: readonly string[],
	outputs: readonly INodeExecutionData[][],
	tasksLeft: ReadonlyMap<string, unknown>,
): string[] {
	const faults: string[] = [];
	const left = new Map(ids.map((id) => [id, fateOf(id).output]));
	outputs.forEach((items, output) => {
		for (const { json } of items) {
			const id = String(json.task_id);
			const wanted = left.get(id);
			if (wanted === undefined) faults.push(`${id} is there twice, or was not in the input`);
			else if (wanted !== output) faults.push(`${id} went to output ${output} instead of ${wanted}`);
			if (json.deleted === true && tasksLeft.has(id))
				faults.push(`${id} is reported as deleted but still exists`);
			left.delete(id);
		}
	});
	return [...faults, ...[...left.keys()].map((id) => `${id} is missing`)];
}
