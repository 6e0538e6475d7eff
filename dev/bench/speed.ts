import { table } from '../document';
import type { Engine } from '../n8n/engine';
import type { Traffic } from './gateway';
import { newCredential, tasks } from './nodes';
import { NAMES, peersOf } from './peers';

const CONCURRENCY = 10;
/** How many items a run has. A peer that is slower by an order of magnitude gets fewer. */
const SIZES = [1500, 8000] as const;
const ROUNDS = 10;
/** Until then, JavaScript is still being compiled. */
const WARM_UP_ROUNDS = 2;
/** The goals in docs/benchmarks.md. */
const MAX_TIME = 1.2;
const MIN_SPEEDUP = 9.5;

/** The columns of a table. */
const COLUMNS = ['time per item, µs', 'CPU per item, µs', 'connections', 'calls per item'] as const;
type Run = Record<(typeof COLUMNS)[number], number>;

/** The cost of an item, in Markdown: all peers in turn, round after round. `traffic` is that since it was last asked. */
export async function speed(engine: Engine, traffic: () => Promise<Traffic>, url: string): Promise<string[]> {
	const blocks: string[] = [];
	for (const size of SIZES) {
		const runs = await measure(size, engine, traffic, url);
		const times = (name: string) => (runs.get(name) ?? []).map((run) => run['time per item, µs']);
		/** From runs of the same round, which share the state of the machine. */
		const ratio = (name: string, others: readonly string[]) =>
			median(times(name).map((time, round) => time / sum(others.map((each) => times(each)[round] ?? NaN))));
		const time = ratio(NAMES.node, [NAMES.pool, NAMES.expression]);
		const speedup = ratio(NAMES.helper, [NAMES.node]);
		const rows = [...runs].map(([name, each]) => [
			name,
			...COLUMNS.map((column) => rounded(median(each.map((run) => run[column])))),
		]);
		blocks.push(
			`${size.toLocaleString('en')} items: our node takes ${measured(`**${time.toFixed(2)}**`, time <= MAX_TIME)} times as long as ${NAMES.pool} and ${NAMES.expression} together, and is ${measured(`**${speedup.toFixed(1)}**`, speedup >= MIN_SPEEDUP)} times as fast as ${NAMES.helper}.`,
			table(['', ...COLUMNS], rows),
		);
	}
	return blocks;
}

async function measure(
	size: number,
	engine: Engine,
	traffic: () => Promise<Traffic>,
	url: string,
): Promise<Map<string, Run[]>> {
	const peers = peersOf(engine, url, CONCURRENCY, size);
	const runs = new Map<string, Run[]>(peers.map(({ name }) => [name, []]));
	for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
		console.log(`${size} items, round ${round + 1} of ${WARM_UP_ROUNDS + ROUNDS}`);
		for (const peer of peers) {
			const items = tasks(peer.tasks);
			await traffic();
			const began = performance.now();
			const before = process.cpuUsage();
			await peer.run(newCredential(url), items);
			const { user, system } = process.cpuUsage(before);
			const microseconds = (performance.now() - began) * 1000;
			const { connections, calls } = await traffic();
			const run: Run = {
				'time per item, µs': microseconds / items.length,
				'CPU per item, µs': (user + system) / items.length,
				connections,
				'calls per item': calls / items.length,
			};
			if (round >= WARM_UP_ROUNDS) runs.get(peer.name)?.push(run);
		}
	}
	return runs;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Of an even number of them, the mean of the two in the middle. */
const median = (numbers: readonly number[]) => {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
	return sum(middle) / middle.length;
};

/** With three significant digits, so that a table does not claim more than was measured. */
const rounded = (number: number) => Number(number.toPrecision(3)).toLocaleString('en');

/** A measured value, in Markdown. If the goal was missed, it links to the reasons. */
export const measured = (text: string, isReached: boolean) => (isReached ? text : `[${text}](#missed-goals)`);
