import fc from 'fast-check';
import { expect } from '@jest/globals';

import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import type { Clock } from '../../huawei-cloud/http/clock';
import { RateLimiter, type RateLimiterHandle } from '../../huawei-cloud/pace/rateLimiter';
import { testProperty, weighted } from '../support/properties';
import {
	atMostConcurrent,
	changing,
	closed,
	fixedWindows,
	nodes,
	randomly,
	slidingWindow,
	START,
	tokenBucket,
	unlimited,
	type Rule,
} from '../support/simulatedGateway';
import { VirtualClock } from '../support/virtualClock';

/** Promises of the rate limiter at any gateway, in virtual time: see `huawei-cloud/pace/README.md`. */

const SECOND = 1000;
const MINUTE = 60_000;

/** The longest time without a request: the longest window that is assumed, and a timer and round trip. */
const MAX_SILENCE_MS = 2 * MINUTE + SECOND;

const seed = fc.nat(1000);
const rate = fc.integer({ min: 1, max: 200 });

/** Makes the same gateway anew for each run. */
const fresh =
	<Limits extends unknown[]>(rule: (...limits: Limits) => Rule) =>
	(limits: Limits) =>
	() =>
		rule(...limits);

/** A gateway with a limit of calls in a time, or per second. A new one for each run, since it counts. */
const anyLimit: fc.Arbitrary<() => Rule> = fc.oneof(
	fc.constant(() => unlimited),
	fc
		.tuple(
			rate,
			fc.constantFrom(500, SECOND, 7 * SECOND, 10 * SECOND, 20 * SECOND),
			fc.double({ min: 0, max: 0.99, noNaN: true }),
		)
		.map(fresh(fixedWindows)),
	fc.tuple(rate, fc.constantFrom(SECOND, 3300, 20 * SECOND)).map(fresh(slidingWindow)),
	fc.tuple(rate, fc.constantFrom(1, 10, 200)).map(fresh(tokenBucket)),
);

/** Rejects a random share of calls. With a larger one, ten probes in a row could fail, which ends the run. */
const anyChance: fc.Arbitrary<() => Rule> = fc.oneof(
	fc.tuple(fc.double({ min: 0.01, max: 0.4, noNaN: true }), seed).map(fresh(randomly)),
	fc.tuple(rate, seed).map(([calls, dice]) => () => {
		const windows = () => fixedWindows(calls, SECOND, 0.3);
		return nodes([windows(), windows(), { ...unlimited, accepts: () => false }], dice);
	}),
);

const anyRule = weighted(
	[4, anyLimit],
	[2, anyChance],
	[1, fc.tuple(fc.integer({ min: 1, max: 30 })).map(fresh(atMostConcurrent))],
);

const anyChange = fc
	.tuple(anyLimit, fc.oneof(anyLimit, anyChance), fc.nat(30 * SECOND))
	.map(fresh((first, then, ms) => changing(first(), ms, then())));
const anyPause = fc
	.tuple(anyLimit, fc.nat(10 * SECOND), fc.nat(2 * MINUTE))
	.map(fresh((rule, from, ms) => closed(from, from + ms, rule())));
const anyGateway = weighted([3, anyRule], [1, anyChange], [1, anyPause]);

const loadParts = {
	calls: fc.integer({ min: 1, max: 150 }),
	concurrency: fc.integer({ min: 1, max: 40 }),
	executions: fc.integer({ min: 1, max: 4 }),
	roundTrip: fc.constantFrom(2, 40, 200),
	/** Calls of a hundred whose response is lost, though the service carried them out. */
	lost: fc.constantFrom(0, 0, 5),
	seed,
};
const anyLoad = fc.record(loadParts);
type Load = typeof anyLoad extends fc.Arbitrary<infer Value> ? Value : never;

/** Enough accepted calls to allow more than a hundred in flight. */
const MANY_EXECUTIONS: Load = { calls: 600, concurrency: 60, executions: 4, roundTrip: 40, lost: 0, seed: 1 };

interface Disturbance {
	/** Executions to cancel, by their number, and when. */
	cancelAt?: ReadonlyMap<number, number>;
	/** When the clock is set, and by how much. */
	setClock?: { at: number; by: number };
}

/** Runs executions of equal size through one limiter, and records what happened. */
async function run(load: Load, rule: Rule, { cancelAt = new Map(), setClock }: Disturbance = {}) {
	const virtual = new VirtualClock(START, load.seed);
	let offset = 0;
	const clock: Clock = {
		now: () => virtual.now() + offset,
		elapsed: () => virtual.now(),
		sleep: async (ms) => await virtual.sleep(ms),
		deadline: (ms) => virtual.deadline(ms),
		random: () => virtual.random(),
	};
	if (setClock) void virtual.sleep(setClock.at).then(() => (offset = setClock.by));
	const limiter = new RateLimiter(clock);
	const seen = {
		sentAt: [START],
		accepted: 0,
		refused: new Array<unknown>(),
		maxInFlight: 0,
		lateCancels: 0,
	};
	let inFlight = 0;

	const exchange = async () => {
		seen.sentAt.push(virtual.now());
		seen.maxInFlight = Math.max(seen.maxInFlight, (inFlight += 1));
		await virtual.sleep(load.roundTrip / 2);
		const isAccepted = rule.accepts(virtual.now());
		await virtual.sleep(load.roundTrip / 2);
		if (isAccepted) rule.leave?.(virtual.now());
		inFlight -= 1;
		if (isAccepted && virtual.random() * 100 < load.lost) return 'unknown';
		return isAccepted ? 'accepted' : 'throttled';
	};
	const execute = async (number: number) => {
		const canceller = new Canceller();
		const at = cancelAt.get(number);
		if (at !== undefined) void virtual.sleep(at).then(() => canceller.abort());
		const handle = limiter.createHandle(load.calls);
		let left = load.calls;
		const worker = async () => {
			while (left > 0) {
				left -= 1;
				for (let isFresh = true, isDone = false; !isDone; isFresh = false) {
					const { permit, refusal } = await handle.acquire(canceller, { isFresh });
					if (!permit) {
						seen.refused.push(refusal);
						if (at !== undefined && virtual.now() > START + at + load.roundTrip) seen.lateCancels += 1;
						left = 0;
						return;
					}
					const admission = await exchange();
					permit.end(admission);
					isDone = admission !== 'throttled';
					if (isDone) seen.accepted += 1;
				}
			}
		};
		await Promise.all(Array.from({ length: load.concurrency }, worker));
		return handle.report();
	};
	const executions = Array.from({ length: load.executions }, async (_, number) => await execute(number));
	const reports = await virtual.run(Promise.all(executions));
	const silence = seen.sentAt.map((sentAt, index) => sentAt - (seen.sentAt[index - 1] ?? sentAt));
	return { ...seen, reports, ms: virtual.now() - START, maxSilence: Math.max(...silence) };
}

testProperty(
	'nothing fails and nothing stands still while a gateway accepts anything, and a process has at most 100 calls in flight',
	150,
	fc.asyncProperty(anyLoad, anyGateway, async (load, gateway) => {
		const { accepted, refused, maxInFlight, maxSilence, reports, ms } = await run(load, gateway());
		expect(refused).toEqual([]);
		expect(accepted).toBe(load.calls * load.executions);
		expect(maxInFlight).toBeLessThanOrEqual(100);
		expect(maxSilence).toBeLessThanOrEqual(MAX_SILENCE_MS);
		for (const { perMinute = 1, waitedMs } of reports) {
			expect(perMinute).toBeGreaterThanOrEqual(1);
			expect(waitedMs).toBeLessThanOrEqual(ms);
		}
	}),
	[[MANY_EXECUTIONS, () => unlimited]],
);

testProperty(
	'a clock that is set, by up to a day, lengthens no wait beyond that',
	80,
	fc.asyncProperty(
		anyLoad,
		anyLimit,
		fc.nat(30 * SECOND),
		fc.integer({ min: -24 * 60, max: 24 * 60 }),
		async (load, gateway, at, minutes) => {
			const disturbance = { setClock: { at, by: minutes * MINUTE } };
			const { accepted, refused, maxSilence } = await run(load, gateway(), disturbance);
			expect(refused).toEqual([]);
			expect(accepted).toBe(load.calls * load.executions);
			expect(maxSilence).toBeLessThanOrEqual(MAX_SILENCE_MS);
		},
	),
);

testProperty(
	'the time that a machine sleeps is not waited: a run does not give up because of it',
	20,
	fc.asyncProperty(anyLoad, fc.integer({ min: SECOND, max: 100 * SECOND }), async (load, at) => {
		const gateway = closed(0, 200 * SECOND, unlimited);
		const { accepted, refused } = await run(load, gateway, { setClock: { at, by: 4 * MINUTE } });
		expect(refused).toEqual([]);
		expect(accepted).toBe(load.calls * load.executions);
	}),
);

testProperty(
	'a cancelled execution ends at once, and others get all their calls accepted',
	80,
	fc.asyncProperty(
		fc.record({ ...loadParts, executions: fc.integer({ min: 2, max: 4 }) }),
		anyGateway,
		fc.nat(20 * SECOND),
		async (load, gateway, at) => {
			const { accepted, refused, lateCancels } = await run(load, gateway(), { cancelAt: new Map([[0, at]]) });
			expect(refused.every((reason) => reason === 'cancelled')).toBe(true);
			expect(lateCancels).toBe(0);
			expect(accepted).toBeGreaterThanOrEqual(load.calls * (load.executions - 1));
		},
	),
);

testProperty(
	'executions take turns: one that comes later waits for at most one call of each other, and the pace',
	50,
	fc.asyncProperty(
		fc.integer({ min: 1, max: 50 }),
		fc.integer({ min: 1, max: 5 }),
		fc.integer({ min: 2 * SECOND, max: 20 * SECOND }),
		async (perSecond, executions, at) => {
			const clock = new VirtualClock();
			const limiter = new RateLimiter(clock);
			const rule = fixedWindows(perSecond, SECOND, 0);
			const sentAt: number[] = [];
			let isDone = false;
			const send = async (acquire: () => ReturnType<RateLimiterHandle['acquire']>) => {
				const { permit } = await acquire();
				const time = clock.now();
				sentAt.push(time);
				await clock.sleep(40);
				permit?.end(rule.accepts(clock.now()) ? 'accepted' : 'throttled');
				return time;
			};
			const cleanUp = async () => {
				const handle = limiter.createHandle(10_000);
				const worker = async () => {
					while (!isDone) await send(() => handle.acquire(NEVER_CANCELLED, { isFresh: false }));
				};
				await Promise.all(Array.from({ length: 10 }, worker));
			};
			const webhook = async () => {
				await clock.sleep(at);
				const handle = limiter.createHandle(1);
				const before = sentAt.length;
				const own = await send(() => handle.acquire(NEVER_CANCELLED));
				isDone = true;
				// The order of requests within an instant can't be seen here: promises settle in another one.
				const overtook = sentAt.slice(before).filter((time) => time < own);
				expect(overtook.length).toBeLessThanOrEqual(executions);
			};
			await clock.run(Promise.all([webhook(), ...Array.from({ length: executions }, cleanUp)]));
		},
	),
);
