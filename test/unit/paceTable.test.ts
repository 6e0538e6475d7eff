import { afterAll, expect, test } from '@jest/globals';

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

/** Undefined where there is no such limit, since nobody can know which call a gateway rejects at random. */
type Row = [
	name: string,
	load: Load,
	/** A gateway for a seed, which also says at what phase its windows begin. */
	gateway: (seed: number) => Rule,
	/** Largest share of rejected requests, in percent. */
	maxRejected?: number | undefined,
	/** Longest time, as a multiple of the ideal one. */
	maxRatio?: number | undefined,
	/** Longest time in seconds, in the worst of the seeds. */
	maxSeconds?: number,
];

const SCALE = Number(process.env.PROPERTY_SCALE ?? 1);
/** Five in the normal run, one for the longest rows, and twenty at night. */
const SEEDS = Array.from({ length: SCALE > 1 ? 20 : 5 }, (_, index) => index + 1);
const MAX_CALLS_WITH_SEEDS = 5000;
const phaseOf = (seed: number) => (seed % 7) / 7;

const windows = (calls: number, ms: number) => (seed: number) => fixedWindows(calls, ms, phaseOf(seed));
const run = (calls: number, concurrency = 10, roundTrip = 40): Load => ({ calls, concurrency, roundTrip });

const then =
	(first: Row[2], ms: number, second: Row[2]): Row[2] =>
	(seed) =>
		changing(first(seed), ms, second(seed));
const closedForAMinute = (seed: number) => closed(10_000, 70_000, windows(200, 1000)(seed));
/** Three nodes, of which one rejects everything. */
const withBrokenNode = (seed: number): Rule => {
	const broken: Rule = { ...unlimited, accepts: () => false };
	return nodes([fixedWindows(50, 1000, 0.1), fixedWindows(50, 1000, 0.6), broken], seed);
};

const ROWS: readonly Row[] = [
	['no limit', run(2000), () => unlimited, 0, 1.3],
	['no limit, 10 calls', run(10, 10, 200), () => unlimited, 0, 1.1],
	['no limit, 100 calls', run(100, 10, 200), () => unlimited, 0, 1.1],
	['200/s', run(2000, 32), windows(200, 1000), 5, 1.25],
	['100/s', run(2000), windows(100, 1000), 5, 1.25],
	['100/s, round trip 2 ms', run(2000, 10, 2), windows(100, 1000), 5, 1.25],
	['200/s, 100 at once, 200 ms', run(2000, 100, 200), windows(200, 1000), 8, 1.6],
	['50 in 10 s', run(500), windows(50, 10_000), 5, 1.25],
	['100/min', run(1000), windows(100, 60_000), 5, 1.25],
	['600/min', run(3000), windows(600, 60_000), 5, 1.25],
	['200/s, 20,000 calls', run(20_000, 32), windows(200, 1000), 2, 1.25],
	['70 in 7 s', run(1000), windows(70, 7000), 6, 1.5],
	['sliding 100/s', run(2000), () => slidingWindow(100, 1000), 10, 1.5],
	['sliding 100/min', run(1000), () => slidingWindow(100, 60_000), 10, 1.5],
	['bucket 100/s, burst 200', run(2000, 32), () => tokenBucket(100, 200), 10, 1.5],
	['bucket 100/s, burst 10', run(2000), () => tokenBucket(100, 10), 10, 1.5],
	['bucket 100/s, burst 10, 2 ms', run(2000, 10, 2), () => tokenBucket(100, 10), 30, 1.5],
	['leaky 100/s', run(2000), () => tokenBucket(100, 1), 10, 2.5],
	['leaky 100/s, round trip 2 ms', run(1000, 10, 2), () => tokenBucket(100, 1), 10, 2.5],
	['leaky 5/s', run(300), () => tokenBucket(5, 1), 25, 2.5],
	['leaky 1 in 5 s', run(30), () => tokenBucket(0.2, 1), 75, 2.5],
	['open for 3 s in 30', run(3000), () => periodically(3000, 30_000), 5, 3],
	// A run gives up after five minutes in which nothing was accepted, so probes must not fall in step with the service.
	['open for 1.5 s in 15', run(1000), () => periodically(1500, 15_000), 10],
	['100/s, bans for 20 s', run(1000), (seed) => banning(20_000, windows(100, 1000)(seed)), 40],
	['20/min, rejected ones count', run(100), () => countingRejected(20, 60_000), 80, 3],
	['at most 20 at once', run(2000, 50), () => atMostConcurrent(20), undefined, 2],
	['every second call', run(1000), () => everyNth(2), undefined, 5],
	['1 % at random', run(2000), (seed) => randomly(0.01, seed), undefined, 6],
	['10 % at random', run(2000), (seed) => randomly(0.1, seed), undefined, undefined, 120],
	['30 % at random', run(1500), (seed) => randomly(0.3, seed), undefined, undefined, 180],
	['50 % at random', run(1000), (seed) => randomly(0.5, seed), undefined, undefined, 300],
	['three nodes, one rejects all', run(1500), withBrokenNode, undefined, undefined, 150],
	['200/s, then 50/s', run(3000, 32), then(windows(200, 1000), 5000, windows(50, 1000)), 8, 1.4],
	['50/s, then 200/s', run(3000, 32), then(windows(50, 1000), 5000, windows(200, 1000)), 8, 1.4],
	['500 executions, 100/s', { ...run(500, 50), executionEach: true }, windows(100, 1000), 7, 1.4],
	['2/s', run(100), windows(2, 1000), 40, 1.6],
	['5 in 10 s', run(100), windows(5, 10_000), 20, 1.6],
	['1 in 10 s', run(30), windows(1, 10_000), 60, 1.6],
	['nothing from 10 to 70 s', run(8000, 32), closedForAMinute, 4, 1.5],
	// What a service accepts after a time of rejections says nothing about how long its windows are.
	['nothing for 12 s, leaky 10/s', run(300), () => closed(0, 12_000, tokenBucket(10, 1)), 30, 1.5],
	['nothing for 100 s, every second call', run(1000), () => closed(0, 100_000, everyNth(2)), 55, 1.5],
	[
		'1/s, nothing from 10 to 30 s',
		run(100),
		(seed) => closed(10_000, 30_000, windows(1, 1000)(seed)),
		45,
		1.5,
	],
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

async function measure([, load, gateway, , maxRatio]: Row): Promise<Result> {
	const runs = [];
	const isLong = load.calls > MAX_CALLS_WITH_SEEDS && SCALE === 1;
	for (const seed of isLong ? SEEDS.slice(0, 1) : SEEDS) {
		const { ms, sent, rejected, failed } = await simulate({ ...load, seed }, gateway(seed));
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

test.each(ROWS)('%s', async (...row) => {
	const [name, , , maxRejected, maxRatio, maxSeconds] = row;
	const { rejected, ratio, worstSeconds, failed } = await measure(row);
	const goal = (value: number | undefined, unit: string) => (value === undefined ? '–' : `≤ ${value}${unit}`);
	printed.push(
		`| ${name} | ${rejected.toFixed(1)} % | ${goal(maxRejected, ' %')} | ${Number.isNaN(ratio) ? '–' : ratio.toFixed(2)} | ${goal(maxRatio, '')} | ${worstSeconds.toFixed(0)} s | ${goal(maxSeconds, ' s')} |`,
	);
	expect(failed).toBe(0);
	expect(rejected).toBeLessThanOrEqual(maxRejected ?? 100);
	if (maxRatio !== undefined) expect(ratio).toBeLessThanOrEqual(maxRatio);
	expect(worstSeconds).toBeLessThanOrEqual(maxSeconds ?? Infinity);
});

afterAll(() => void process.stdout.write(`${printed.join('\n')}\n`));
