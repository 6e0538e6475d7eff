import { table } from '../document';
import type { Traffic } from './gateway';
import type { Part } from './main';
import { newProject, tasks } from './nodes';
import { measured, median, rounded } from './numbers';
import { NAMES, peersOf } from './peers';

const CONCURRENCY = 10;
const ROUNDS = 5;
/** Until then, JavaScript is still being compiled. */
const WARM_UP_ROUNDS = 2;
/** The goals in docs/benchmarks.md. */
const MAX_CPU = 1.15;
const MIN_SPEEDUP = 10;

interface Run {
	/** Microseconds per item. */
	cpu: number;
	perSecond: number;
	traffic: Traffic;
	tasks: number;
}

/** The cost of an item, and items per second: all peers in turn, round after round. */
export const speed: Part = async (engine, gateway, url) => {
	const peers = peersOf(engine, CONCURRENCY);
	const runs = new Map<string, Run[]>(peers.map(({ name }) => [name, []]));
	for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
		console.log(round < WARM_UP_ROUNDS ? 'Warming up' : `Round ${round - WARM_UP_ROUNDS + 1} of ${ROUNDS}`);
		for (const peer of peers) {
			const target = { url, project: newProject() };
			const items = tasks(peer.tasks);
			const cost = await costOf(async () => await peer.run(target, items), items.length);
			const run = { ...cost, traffic: await gateway.ask(target.project), tasks: items.length };
			if (round >= WARM_UP_ROUNDS) runs.get(peer.name)?.push(run);
		}
	}
	const of = (name: string) => runs.get(name) ?? [];
	/** From runs of the same round, which share the state of the machine. */
	const ratio = (one: string, other: string, key: 'cpu' | 'perSecond') =>
		median(of(one).map((run, round) => run[key] / (of(other)[round]?.[key] ?? NaN)));
	const rows = peers.map(({ name }) => row(name, of(name)));
	const cpu = ratio(NAMES.node, NAMES.limit, 'cpu');
	const helper = ratio(NAMES.node, NAMES.helper, 'perSecond');
	return [
		table(['', 'CPU per item, µs', 'items per second', 'connections', 'calls per item'], rows),
		[
			`- Our node takes ${measured(`**${cpu.toFixed(2)}**`, cpu <= MAX_CPU)} times the CPU of ${NAMES.limit}.`,
			`- It does ${measured(`**${helper.toFixed(2)}**`, helper >= MIN_SPEEDUP)} times as many items per second as ${NAMES.helper}.`,
		].join('\n'),
	];
};

async function costOf(work: () => Promise<void>, items: number): Promise<Pick<Run, 'cpu' | 'perSecond'>> {
	const began = performance.now();
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return { cpu: (user + system) / items, perSecond: (items * 1000) / (performance.now() - began) };
}

function row(name: string, runs: readonly Run[]): string[] {
	const of = (value: (run: Run) => number) => median(runs.map(value));
	return [
		name,
		rounded(of(({ cpu }) => cpu)),
		rounded(of(({ perSecond }) => perSecond)),
		rounded(of(({ traffic }) => traffic.connections)),
		rounded(of(({ traffic, tasks: count }) => traffic.calls / count)),
	];
}
