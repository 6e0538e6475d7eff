import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { INodeExecutionData } from 'n8n-workflow';

import { ourNode, runNode } from '../bench/nodes';
import { startDemo } from '../emulator/demo';
import type { Emulator } from '../emulator/emulator';
import type { Fault } from '../emulator/faults';
import { Engine } from '../n8n/engine';

/**
 * `node --expose-gc --import tsx dev/soak/main.ts`: one large run, of which every item is accounted for, and then small
 * ones for a while, after which the process has to be as it was before. `--items` (100,000), `--minutes` (1).
 */

const CONCURRENCY = 100;
/** The small runs: as many items as a webhook or a clean-up has. */
const SMALL = { items: 100, concurrency: 10 };
/** Warms up, so that everything that is created once exists before the first measurement. */
const RUNS_BEFORE = 30;
/** Idle connections are closed within this time, which the cloud names in its responses. */
const MAX_QUIET_MS = 45_000;
/** Room for code and caches that are created late; a leak of a few hundred bytes per item takes more. */
const MAX_GROWTH_MB = 8;

/** How much of each a process holds. */
type Look = Record<string, number>;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { items: { type: 'string', default: '100000' }, minutes: { type: 'string', default: '1' } },
	});
	const engine = await Engine.load();
	const demo = await startDemo();

	const began = Date.now();
	const large = await deleteTasks(engine, demo, Number(values.items), CONCURRENCY);
	const faults = [...large.faults];
	const seconds = (Date.now() - began) / 1000;
	const [success = 0, notFound = 0, error = 0] = large.counts;
	console.log(
		`${Number(values.items).toLocaleString('en')} items in ${seconds.toFixed(0)} s: ` +
			`${success} Success, ${notFound} Not Found, ${error} Error; ${large.faults.length} wrong`,
	);

	const traces: Array<Outcome['trace']> = [];
	const run = async () => {
		const outcome = await deleteTasks(engine, demo, SMALL.items, SMALL.concurrency);
		faults.push(...outcome.faults);
		traces.push(outcome.trace);
	};
	for (let count = 0; count < RUNS_BEFORE; count++) await run();
	const before = await look(demo.emulator, traces);
	const end = Date.now() + Number(values.minutes) * 60_000;
	while (Date.now() < end) await run();
	const after = await look(demo.emulator, traces);
	await demo.emulator.close();

	console.log(`${traces.length} runs of ${SMALL.items} items in one process, ${values.minutes} minutes`);
	faults.push(...compare(before, after));
	if (faults.length === 0) return;
	console.error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
	process.exitCode = 1;
}

/** Looks at the process, which holds the emulated cloud as well, when all has come to rest. */
async function look({ connections }: Emulator, traces: Array<Outcome['trace']>): Promise<Look> {
	const { gc } = globalThis;
	if (!gc) throw new Error('Start Node with --expose-gc');
	for (const end = Date.now() + MAX_QUIET_MS; connections.open > 0 && Date.now() < end;) await wait(500);
	await wait(500);
	// What finalizers let go of is collected the next time.
	for (let times = 0; times < 3; times++) {
		gc();
		await wait(50);
	}
	const count = (type: string) => process.getActiveResourcesInfo().filter((one) => one === type).length;
	return {
		'heap, MB': Number((process.memoryUsage().heapUsed / 1024 / 1024).toFixed(1)),
		sockets: count('TCPSocketWrap'),
		timers: count('Timeout'),
		'process listeners': process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
		'runs whose output is held': traces.filter((trace) => trace.deref() !== undefined).length,
		'connections to the cloud': connections.open,
	};
}

/** Prints both, and says what has grown. */
function compare(before: Look, after: Look): string[] {
	console.table({ before, after });
	const grownBy = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
	return Object.keys(after)
		.filter((name) => grownBy(name) > (name.startsWith('heap') ? MAX_GROWTH_MB : 0))
		.map((name) => `grown: ${name}`);
}

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
interface Outcome {
	/** The number of items on each output. */
	counts: number[];
	/** Its faults: items that are missing, duplicated, on the wrong output, or that report something false. */
	faults: string[];
	/** The objects of a run, to see whether they are garbage collected. */
	trace: WeakRef<object>;
}

let runs = 0;

/** Deletes tasks in one run of the node, and checks every item. */
async function deleteTasks(
	engine: Engine,
	{ emulator, credential }: Awaited<ReturnType<typeof startDemo>>,
	count: number,
	concurrency: number,
): Promise<Outcome> {
	runs += 1;
	const ids = Array.from({ length: count }, (_, index) => `run-${runs}-task-${index}`);
	const tasks = emulator.world.tasksOf(credential.projectId);
	tasks.clear();
	for (const task_id of ids)
		if (fateOf(task_id) !== UNKNOWN) emulator.world.addTask(credential.projectId, { task_id });
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
	const outputs = await runNode(engine, ourNode(concurrency), credential, items);
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

void main();
