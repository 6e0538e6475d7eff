import type { INodeExecutionData } from 'n8n-workflow';

import type { Engine } from '../n8n/engine';
import { ourNode, runNode } from '../bench/nodes';
import type { Cloud } from './cloud';
import { fateOf } from './fates';

export const PROJECT_ID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

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
	cloud: Cloud,
	count: number,
	concurrency: number,
): Promise<Outcome> {
	runs += 1;
	const ids = Array.from({ length: count }, (_, index) => `run-${runs}-task-${index}`);
	const { url } = await cloud.ask({ add: ids });
	const items = ids.map((task_id) => ({ task_id }));
	const outputs = await runNode(engine, ourNode(concurrency), { url, project: PROJECT_ID }, items);
	const { tasksLeft } = await cloud.ask({ report: true });
	return {
		counts: outputs.map(({ length }) => length),
		faults: check(ids, outputs, new Set(tasksLeft)),
		trace: new WeakRef(outputs),
	};
}

function check(
	ids: readonly string[],
	outputs: readonly INodeExecutionData[][],
	tasksLeft: ReadonlySet<string>,
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
