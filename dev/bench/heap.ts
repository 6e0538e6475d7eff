import type { INodeType } from 'n8n-workflow';

import type { Part } from './main';
import { newProject, ourNode, OUR_TYPE, runNode, tasks } from './nodes';
import { measured } from './numbers';

const ITEMS = 100_000;
const SAMPLE_MS = 1000;
/** The goal in docs/benchmarks.md. */
const MAX_BYTES = 1000;

/** The memory of a large run, without its input. */
export const heap: Part = async (engine, _gateway, url) => {
	const type = engine.getByNameAndVersion(OUR_TYPE);
	// First with few items, so that one-time allocations are not measured.
	let used = { most: 0, left: 0 };
	for (const count of [1000, ITEMS]) {
		engine.extraTypes.set(
			OUR_TYPE,
			measuredNode(type, (report) => (used = report)),
		);
		await runNode(engine, ourNode(10), { url, project: newProject() }, tasks(count));
	}
	const each = (bytes: number) => `**${Math.round(bytes / ITEMS)} bytes**`;
	const most = measured(each(used.most), used.most / ITEMS < MAX_BYTES);
	return [
		`With ${ITEMS.toLocaleString('en')} items, the node takes ${most} of heap per item while it runs, and its output ${each(used.left)}.`,
	];
};

/** A node that reports how much heap it took: its peak, and for its result. */
function measuredNode(type: INodeType, report: (used: { most: number; left: number }) => void): INodeType {
	return {
		description: type.description,
		async execute() {
			const before = heapInUse();
			let most = 0;
			const sampling = setInterval(() => (most = Math.max(most, heapInUse() - before)), SAMPLE_MS);
			const outputs = (await type.execute?.call(this)) ?? [];
			clearInterval(sampling);
			const left = heapInUse() - before;
			report({ most: Math.max(most, left), left });
			return outputs;
		},
	};
}

function heapInUse(): number {
	if (!globalThis.gc) throw new Error('Start Node with --expose-gc');
	globalThis.gc();
	return process.memoryUsage().heapUsed;
}
