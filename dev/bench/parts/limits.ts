import { Engine } from '../../n8n/engine';
import { measured, table, writeSection } from '../document';
import type { Traffic } from '../gateway';
import { GatewayProcess, newProject } from '../gatewayProcess';
import { forEachConcurrently, ourNode, runNode, tasks, type Target } from '../nodes';
import { median, percent, rounded } from '../statistics';

interface Load {
	name: string;
	tasks: number;
	atOnce: number;
	/** True if each task is an execution of its own, as when a webhook is called. */
	executionEach?: true;
	limit: { most: number; ms: number };
	/** How often it is measured: all loads together take about as long as the longest. */
	runs: number;
}

const LOADS: readonly Load[] = [
	{
		name: '2,000 tasks, 200 a second, 32 at once',
		tasks: 2000,
		atOnce: 32,
		limit: { most: 200, ms: 1000 },
		runs: 5,
	},
	{
		name: '2,000 tasks, 200 a second, 100 at once',
		tasks: 2000,
		atOnce: 100,
		limit: { most: 200, ms: 1000 },
		runs: 5,
	},
	{
		name: '200 tasks, 50 in ten seconds, 10 at once',
		tasks: 200,
		atOnce: 10,
		limit: { most: 50, ms: 10_000 },
		runs: 5,
	},
	{
		name: '500 webhook executions, 100 a second, 50 at once',
		tasks: 500,
		atOnce: 50,
		executionEach: true,
		limit: { most: 100, ms: 1000 },
		runs: 5,
	},
	{
		name: '700 tasks, 300 a minute, 32 at once',
		tasks: 700,
		atOnce: 32,
		limit: { most: 300, ms: 60_000 },
		runs: 1,
	},
];

/** Milliseconds that the service takes for each response. */
const DELAY_MS = 20;

/** The aims of docs/benchmarks.md: shares of the calls, and of the time that the limit asks for. */
const MAX_REJECTED = 0.05;
const MAX_REJECTED_LATER = 0.02;
const MAX_TIME = 1.15;

/** Deletions against a rate limit. The loads run side by side, each with its own service. */
export async function limits(): Promise<void> {
	const engine = await Engine.load();
	const rows = await Promise.all(LOADS.map(async (load) => await measure(engine, load)));
	writeSection(
		'limits',
		table(
			['', 'failed', 'refused', 'of the second half', 'time, of what the limit asks for', 'connections'],
			rows,
		),
	);
}

async function measure(engine: Engine, load: Load): Promise<string[]> {
	const gateway = await GatewayProcess.start({ delay: DELAY_MS, limit: load.limit });
	const runs: Array<{ failed: number; traffic: Traffic }> = [];
	for (let run = 1; run <= load.runs; run++) {
		// Nothing is known of the limit of a new project.
		const target = { url: gateway.url, project: newProject() };
		const failed = await failures(engine, load, target);
		runs.push({ failed, traffic: await gateway.traffic(target.project) });
		console.log(`${load.name}: ${run} of ${load.runs}`);
	}
	await gateway.close();
	const of = (value: (traffic: Traffic) => number) => median(runs.map(({ traffic }) => value(traffic)));
	const failed = median(runs.map((run) => run.failed));
	const refused = of((traffic) => traffic.refused / traffic.calls);
	const refusedLater = of((traffic) => traffic.refusedLater / Math.ceil(traffic.calls / 2));
	const time = of(({ firstAt, lastAt }) => (lastAt - firstAt + DELAY_MS) / idealTime(load, firstAt));
	return [
		load.name,
		measured(rounded(failed), failed === 0),
		measured(percent(refused), refused <= MAX_REJECTED),
		measured(percent(refusedLater), refusedLater <= MAX_REJECTED_LATER),
		measured(time.toFixed(2), time <= MAX_TIME),
		rounded(of(({ connections }) => connections)),
	];
}

/** @returns how many tasks ended on the Error output */
async function failures(engine: Engine, load: Load, target: Target): Promise<number> {
	const node = ourNode(load.atOnce);
	const items = tasks(load.tasks);
	if (!load.executionEach) return (await runNode(engine, node, target, items))[2]?.length ?? 0;
	let failed = 0;
	await forEachConcurrently(items.length, load.atOnce, async (index) => {
		failed += (await runNode(engine, node, target, items.slice(index, index + 1)))[2]?.length ?? 0;
	});
	return failed;
}

/** How long a perfect sender takes from this time on, which knows the limit and is never refused. */
function idealTime({ tasks: count, atOnce, limit }: Load, firstAt: number): number {
	const inTime = (ms: number) => Math.floor(ms / DELAY_MS) * atOnce;
	let left = count;
	let elapsed = 0;
	let windowMs = limit.ms - (firstAt % limit.ms);
	for (;;) {
		const sent = Math.min(limit.most, inTime(windowMs));
		if (sent >= left) return elapsed + Math.ceil(left / atOnce) * DELAY_MS;
		left -= sent;
		elapsed += windowMs;
		windowMs = limit.ms;
	}
}
