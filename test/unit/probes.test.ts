import { describe, expect, test } from '@jest/globals';

import { NEVER_CANCELLED, type Cancellation } from '../../huawei-cloud/http/abort';
import { Probes, type Probe, type ProbeResult } from '../../huawei-cloud/policies/probes';
import { FakeClock } from '../support/fakeClock';

const LIMITS = { max: 5, withinMs: 300_000 };

/** Probes whose clock the test moves: whatever was to be waited for until then is over. */
function start(limits = LIMITS) {
	const clock = new FakeClock(0);
	const probes = new Probes();
	const acquired: Probe[] = [];
	const settle = async () => await new Promise(setImmediate);
	return {
		clock,
		probes,
		acquired,
		ask: async (until: Cancellation = NEVER_CANCELLED) => {
			void probes.acquire(limits, clock, until).then((probe) => acquired.push(probe));
			await settle();
		},
		end: async (index: number, result: ProbeResult) => {
			acquired[index]?.end?.(result);
			await settle();
		},
		pass: async (ms: number) => {
			clock.advance(ms);
			for (const { expire } of clock.deadlines.splice(0)) expire();
			await settle();
		},
	};
}

describe('a credential that was never accepted', () => {
	test('is not held back by failures of a time that has not come, when the clock was set back', async () => {
		const { clock, acquired, ask, end } = start({ max: 1, withinMs: 300_000 });
		clock.advance(3_600_000);
		await ask();
		await end(0, 'lost');
		clock.advance(-3_600_000);
		await ask();
		expect(acquired[1]?.end).toBeDefined();
	});

	test('goes out with one call at a time', async () => {
		const { acquired, ask, end } = start();
		for (let n = 0; n < 4; n++) await ask();
		expect(acquired).toHaveLength(1);
		await end(0, 'answered');
		expect(acquired).toHaveLength(2);
		await end(1, 'unsent');
		expect(acquired).toHaveLength(3);
	});

	test('goes out with every waiting call once it was accepted', async () => {
		const { acquired, ask, end } = start();
		for (let n = 0; n < 20; n++) await ask();
		await end(0, 'accepted');
		expect(acquired.filter((probe) => probe.end)).toHaveLength(20);
	});

	test('goes out with another call after a few seconds without an answer, but never with too many', async () => {
		const { acquired, ask, pass } = start();
		for (let n = 0; n < 20; n++) await ask();
		await pass(2999);
		expect(acquired).toHaveLength(1);
		await pass(1);
		expect(acquired).toHaveLength(2);
		for (let n = 0; n < 50; n++) await pass(3000);
		expect(acquired.filter(({ end }) => end)).toHaveLength(5);
	});

	test('is held back when too many calls got no answer, until they can count no more', async () => {
		const { acquired, ask, end, pass } = start();
		for (let n = 0; n < 5; n++) {
			await ask();
			await end(n, n % 2 === 0 ? 'lost' : 'rejected');
		}
		await ask();
		expect(acquired[5]).toEqual({ heldUntil: 300_000 });
		await pass(290_000);
		await ask();
		expect(acquired[6]?.end).toBeDefined();
	});

	test('is tried again after ever longer pauses while calls get lost', async () => {
		const { clock, ask, end } = start();
		for (let n = 0; n < 5; n++) {
			await ask();
			await end(n, 'lost');
		}
		expect(clock.sleeps).toEqual([1000, 3000, 10_000, 30_000]);
	});
});
