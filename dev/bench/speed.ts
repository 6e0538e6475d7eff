import { table } from '../document';
import type { Engine } from '../n8n/engine';
import type { Traffic } from './gateway';
import { newProject, tasks } from './nodes';
import { NAMES, peersOf } from './peers';

const CONCURRENCY = 10;
const ROUNDS = 5;
/** Until then, JavaScript is still being compiled. */
const WARM_UP_ROUNDS = 2;
/** The goals in docs/benchmarks.md. */
const MAX_CPU = 1.15;
const MIN_SPEEDUP = 10;

/** The columns of the table. */
const COLUMNS = ['CPU per item, µs', 'items per second', 'connections', 'calls per item'] as const;
type Run = Record<(typeof COLUMNS)[number], number>;

/**
 * The cost of an item, and items per second: all peers in turn, round after round.
 * @param traffic since it was last asked
 * @returns the blocks of the section
 */
export async function speed(engine: Engine, traffic: () => Promise<Traffic>, url: string): Promise<string[]> {
	const peers = peersOf(engine, CONCURRENCY);
	const runs = new Map<string, Run[]>(peers.map(({ name }) => [name, []]));
	for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
		console.log(round < WARM_UP_ROUNDS ? 'Warming up' : `Round ${round - WARM_UP_ROUNDS + 1} of ${ROUNDS}`);
		for (const peer of peers) {
			const items = tasks(peer.tasks);
			await traffic();
			const began = performance.now();
			const before = process.cpuUsage();
			await peer.run({ url, project: newProject() }, items);
			const { user, system } = process.cpuUsage(before);
			const seconds = (performance.now() - began) / 1000;
			const { connections, calls } = await traffic();
			const run: Run = {
				'CPU per item, µs': (user + system) / items.length,
				'items per second': items.length / seconds,
				connections,
				'calls per item': calls / items.length,
			};
			if (round >= WARM_UP_ROUNDS) runs.get(peer.name)?.push(run);
		}
	}
	const of = (name: string) => runs.get(name) ?? [];
	/** From runs of the same round, which share the state of the machine. */
	const ratio = (one: string, other: string, column: keyof Run) =>
		median(of(one).map((run, round) => run[column] / (of(other)[round]?.[column] ?? NaN)));
	const rows = peers.map(({ name }) => [
		name,
		...COLUMNS.map((column) => rounded(median(of(name).map((run) => run[column])))),
	]);
	const cpu = ratio(NAMES.node, NAMES.limit, 'CPU per item, µs');
	const helper = ratio(NAMES.node, NAMES.helper, 'items per second');
	return [
		table(['', ...COLUMNS], rows),
		[
			`- Our node takes ${measured(`**${cpu.toFixed(2)}**`, cpu <= MAX_CPU)} times the CPU of ${NAMES.limit}.`,
			`- It does ${measured(`**${helper.toFixed(2)}**`, helper >= MIN_SPEEDUP)} times as many items per second as ${NAMES.helper}.`,
		].join('\n'),
	];
}

/** The middle one of an odd number of them. */
const median = (numbers: readonly number[]) =>
	[...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** With three significant digits, so that a table does not claim more than was measured. */
const rounded = (number: number) => Number(number.toPrecision(3)).toLocaleString('en');

/**
 * A measured value, in Markdown.
 * @param isReached false links it to the reasons why the goal was missed
 */
export const measured = (text: string, isReached: boolean) => (isReached ? text : `[${text}](#missed-goals)`);
