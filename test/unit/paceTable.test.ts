import { expect, test } from '@jest/globals';

import {
	atMostConcurrent,
	changing,
	banning,
	closed,
	countingRejected,
	everyNth,
	fixedWindows,
	idealTime,
	nodes,
	periodically,
	randomly,
	simulate,
	slidingWindow,
	tokenBucket,
	unlimited,
	type Load,
	type Rule,
} from '../support/simulatedGateway';

/**
 * The limiter against gateways of many kinds, in virtual time: how many requests are rejected, and how long a run takes
 * beside a sender that knows the limit. It prints the table of docs/benchmarks.md.
 */

interface Row {
	name: string;
	load: Load;
	/** A gateway for a seed, which also says at what phase its windows begin. */
	gateway: (seed: number) => Rule;
	/** Largest share of rejected requests, in percent. */
	maxRejected?: number;
	/** Longest time, as a multiple of the ideal one. */
	maxRatio?: number;
	/** Longest time in seconds, in the worst of the seeds. */
	maxSeconds?: number;
}

const SCALE = Number(process.env.PROPERTY_SCALE ?? 1);
/** Five in the normal run, one for the longest rows, and twenty at night. */
const SEEDS = Array.from({ length: SCALE > 1 ? 20 : 5 }, (_, index) => index + 1);
const MAX_CALLS_WITH_SEEDS = 5000;
const phaseOf = (seed: number) => (seed % 7) / 7;

const windows = (calls: number, ms: number) => (seed: number) => fixedWindows(calls, ms, phaseOf(seed));
const run = (calls: number, concurrency = 10, roundTrip = 40): Load => ({ calls, concurrency, roundTrip });

const ROWS: readonly Row[] = [
	{ name: 'no limit', load: run(2000), gateway: () => unlimited, maxRejected: 0, maxRatio: 1.3 },
	{
		name: 'no limit, 10 calls',
		load: run(10, 10, 200),
		gateway: () => unlimited,
		maxRejected: 0,
		maxRatio: 1.1,
	},
	{
		name: 'no limit, 100 calls',
		load: run(100, 10, 200),
		gateway: () => unlimited,
		maxRejected: 0,
		maxRatio: 1.1,
	},
	{ name: '200/s', load: run(2000, 32), gateway: windows(200, 1000), maxRejected: 5, maxRatio: 1.25 },
	{ name: '100/s', load: run(2000), gateway: windows(100, 1000), maxRejected: 5, maxRatio: 1.25 },
	{
		name: '100/s, round trip 2 ms',
		load: run(2000, 10, 2),
		gateway: windows(100, 1000),
		maxRejected: 5,
		maxRatio: 1.25,
	},
	{
		name: '200/s, 100 at once, 200 ms',
		load: run(2000, 100, 200),
		gateway: windows(200, 1000),
		maxRejected: 8,
		maxRatio: 1.6,
	},
	{ name: '50 in 10 s', load: run(500), gateway: windows(50, 10_000), maxRejected: 5, maxRatio: 1.25 },
	{ name: '100/min', load: run(1000), gateway: windows(100, 60_000), maxRejected: 5, maxRatio: 1.25 },
	{ name: '600/min', load: run(3000), gateway: windows(600, 60_000), maxRejected: 5, maxRatio: 1.25 },
	{
		name: '200/s, 20,000 calls',
		load: run(20_000, 32),
		gateway: windows(200, 1000),
		maxRejected: 2,
		maxRatio: 1.25,
	},
	{ name: '70 in 7 s', load: run(1000), gateway: windows(70, 7000), maxRejected: 6, maxRatio: 1.5 },
	{
		name: 'sliding 100/s',
		load: run(2000),
		gateway: () => slidingWindow(100, 1000),
		maxRejected: 10,
		maxRatio: 1.5,
	},
	{
		name: 'sliding 100/min',
		load: run(1000),
		gateway: () => slidingWindow(100, 60_000),
		maxRejected: 10,
		maxRatio: 1.5,
	},
	{
		name: 'bucket 100/s, burst 200',
		load: run(2000, 32),
		gateway: () => tokenBucket(100, 200),
		maxRejected: 10,
		maxRatio: 1.5,
	},
	{
		name: 'bucket 100/s, burst 10',
		load: run(2000),
		gateway: () => tokenBucket(100, 10),
		maxRejected: 10,
		maxRatio: 1.5,
	},
	{
		name: 'leaky 100/s',
		load: run(2000),
		gateway: () => tokenBucket(100, 1),
		maxRejected: 10,
		maxRatio: 2.5,
	},
	{ name: 'leaky 5/s', load: run(300), gateway: () => tokenBucket(5, 1), maxRejected: 25, maxRatio: 2.5 },
	{
		name: 'leaky 1 in 5 s',
		load: run(30),
		gateway: () => tokenBucket(0.2, 1),
		maxRejected: 75,
		maxRatio: 2.5,
	},
	{
		name: 'open for 3 s in 30',
		load: run(3000),
		gateway: () => periodically(3000, 30_000),
		maxRejected: 5,
		maxRatio: 3,
	},
	{
		// A run gives up after five minutes in which nothing was accepted, so probes must not fall in step with the service.
		name: 'open for 1.5 s in 15',
		load: run(1000),
		gateway: () => periodically(1500, 15_000),
		maxRejected: 10,
	},
	{
		name: '100/s, bans for 20 s',
		load: run(1000),
		gateway: (seed) => banning(20_000, windows(100, 1000)(seed)),
		maxRejected: 40,
	},
	{
		name: '5/min, rejected ones count',
		load: run(60),
		gateway: () => countingRejected(5, 60_000),
		maxRejected: 90,
	},
	{ name: 'at most 20 at once', load: run(2000, 50), gateway: () => atMostConcurrent(20), maxRatio: 2 },
	{ name: 'every second call', load: run(1000), gateway: () => everyNth(2), maxRatio: 5 },
	{ name: '1 % at random', load: run(2000), gateway: (seed) => randomly(0.01, seed), maxRatio: 6 },
	{ name: '10 % at random', load: run(2000), gateway: (seed) => randomly(0.1, seed), maxSeconds: 120 },
	{ name: '30 % at random', load: run(1500), gateway: (seed) => randomly(0.3, seed), maxSeconds: 180 },
	{ name: '50 % at random', load: run(1000), gateway: (seed) => randomly(0.5, seed), maxSeconds: 300 },
	{
		name: 'three nodes, one rejects all',
		load: run(1500),
		gateway: (seed) =>
			nodes(
				[fixedWindows(50, 1000, 0.1), fixedWindows(50, 1000, 0.6), { ...unlimited, accepts: () => false }],
				seed,
			),
		maxSeconds: 150,
	},
	{
		name: '200/s, then 50/s',
		load: run(3000, 32),
		gateway: (seed) => changing(windows(200, 1000)(seed), 5000, windows(50, 1000)(seed)),
		maxRejected: 8,
		maxRatio: 1.4,
	},
	{
		name: '50/s, then 200/s',
		load: run(3000, 32),
		gateway: (seed) => changing(windows(50, 1000)(seed), 5000, windows(200, 1000)(seed)),
		maxRejected: 8,
		maxRatio: 1.4,
	},
	{
		name: '500 executions, 100/s',
		load: { ...run(500, 50), executionEach: true },
		gateway: windows(100, 1000),
		maxRejected: 7,
		maxRatio: 1.4,
	},
	{ name: '2/s', load: run(100), gateway: windows(2, 1000), maxRejected: 40, maxRatio: 1.6 },
	{ name: '5 in 10 s', load: run(100), gateway: windows(5, 10_000), maxRejected: 20, maxRatio: 1.6 },
	{ name: '1 in 10 s', load: run(30), gateway: windows(1, 10_000), maxRejected: 60, maxRatio: 1.6 },
	{
		name: 'nothing from 10 to 70 s',
		load: run(8000, 32),
		gateway: (seed) => closed(10_000, 70_000, windows(200, 1000)(seed)),
		maxRejected: 4,
		maxRatio: 1.5,
	},
];

interface Result {
	rejected: number;
	ratio: number;
	worstSeconds: number;
	failed: number;
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure({ load, gateway, maxRatio }: Row): Promise<Result> {
	const runs = [];
	const isLong = load.calls > MAX_CALLS_WITH_SEEDS && SCALE === 1;
	for (const seed of isLong ? SEEDS.slice(0, 1) : SEEDS) {
		const { ms, sent, rejected, failed } = await simulate({ ...load, seed }, gateway(seed));
		// Nobody can know which call a gateway rejects at random.
		const ideal = maxRatio === undefined ? Number.NaN : await idealTime({ ...load, seed }, gateway(seed));
		runs.push({ ms, failed, rejected: (100 * rejected) / sent, ratio: ms / ideal });
	}
	return {
		rejected: median(runs.map((one) => one.rejected)),
		ratio: median(runs.map((one) => one.ratio)),
		worstSeconds: Math.max(...runs.map(({ ms }) => ms)) / 1000,
		failed: runs.reduce((sum, one) => sum + one.failed, 0),
	};
}

const printed: string[] = [];

test.each(ROWS)('$name', async (row) => {
	const { rejected, ratio, worstSeconds, failed } = await measure(row);
	const goal = (value: number | undefined, unit: string) => (value === undefined ? '–' : `≤ ${value}${unit}`);
	printed.push(
		`| ${row.name} | ${rejected.toFixed(1)} % | ${goal(row.maxRejected, ' %')} | ${Number.isNaN(ratio) ? '–' : ratio.toFixed(2)} | ${goal(row.maxRatio, '')} | ${worstSeconds.toFixed(0)} s | ${goal(row.maxSeconds, ' s')} |`,
	);
	expect(failed).toBe(0);
	expect(rejected).toBeLessThanOrEqual(row.maxRejected ?? 100);
	if (row.maxRatio !== undefined) expect(ratio).toBeLessThanOrEqual(row.maxRatio);
	expect(worstSeconds).toBeLessThanOrEqual(row.maxSeconds ?? Infinity);
});

test('prints itself', () => {
	expect(printed).toHaveLength(ROWS.length);
	process.stdout.write(`${printed.join('\n')}\n`);
});
