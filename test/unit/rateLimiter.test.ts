import { describe, expect, jest, test } from '@jest/globals';

import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { ServiceLimit, type Admission } from '../../huawei-cloud/pace/serviceLimit';
import { VirtualClock } from '../support/virtualClock';

const SECOND = 1000;
const MINUTE = 60_000;

function start() {
	const clock = new VirtualClock();
	const limiter = new RateLimiter(clock);
	const handle = limiter.createHandle(100);
	/** Gets a permit, and how long that took. */
	const acquire = async (traits?: Parameters<typeof handle.acquire>[1]) => {
		const began = clock.now();
		const { permit, refusal } = await clock.run(Promise.resolve(handle.acquire(NEVER_CANCELLED, traits)));
		if (!permit) throw new Error(`Not permitted: ${JSON.stringify(refusal)}`);
		return { permit, ms: clock.now() - began };
	};
	const pass = async (ms: number) => await clock.run(clock.sleep(ms));
	return { clock, limiter, handle, acquire, pass };
}

test('a rejection of a call that was sent before the last probe changes nothing', async () => {
	const { acquire, pass } = start();
	const [early, late] = [await acquire(), await acquire()];
	await pass(50);
	early.permit.end('throttled');
	const probe = await acquire();
	await pass(50);
	probe.permit.end('accepted');
	await pass(500);
	late.permit.end('throttled');
	expect((await acquire()).ms).toBe(0);
});

test.each([
	['goes at once after one that was not sent', 'unsent', 0],
	['goes at once after one that was given up', 'unknown', 0],
	['waits after one that was lost', 'hostDown', 100],
] as const)('a probe %s', async (_name, admission, minMs) => {
	const { acquire, pass } = start();
	const { permit } = await acquire();
	await pass(50);
	permit.end('throttled');
	const probe = await acquire();
	await pass(50);
	probe.permit.end(admission);
	const { ms } = await acquire();
	expect(ms).toBeGreaterThanOrEqual(minMs);
	expect(ms).toBeLessThanOrEqual(minMs * 10);
});

test('calls that hang keep others waiting for ten seconds', async () => {
	const { acquire, pass } = start();
	for (let call = 0; call < 10; call++) await acquire();
	await pass(9 * SECOND);
	expect((await acquire()).ms).toBeLessThanOrEqual(SECOND);
	for (let call = 0; call < 5; call++) expect((await acquire()).ms).toBe(0);
});

test('a probe that hangs keeps others waiting for ten seconds, and still counts when it is accepted', async () => {
	const { acquire, pass } = start();
	const { permit } = await acquire();
	await pass(50);
	permit.end('throttled');
	const slow = await acquire();
	const { ms } = await acquire();
	expect(ms).toBeGreaterThan(9 * SECOND);
	expect(ms).toBeLessThanOrEqual(10 * SECOND);
	slow.permit.end('accepted');
	for (let call = 0; call < 3; call++) expect((await acquire()).ms).toBeLessThan(SECOND);
});

test("what was not even tried uses up nothing of an execution's own limit", async () => {
	const { clock, limiter } = start();
	const handle = limiter.createHandle(100, 1);
	const acquire = async () => await clock.run(Promise.resolve(handle.acquire(NEVER_CANCELLED)));
	const began = clock.now();
	for (let call = 0; call < 5; call++) (await acquire()).permit?.end('untried');
	expect(clock.now()).toBe(began);
	// A connection that failed does.
	(await acquire()).permit?.end('unsent');
	await acquire();
	expect(clock.now() - began).toBeGreaterThanOrEqual(MINUTE);
});

test('a time without calls slows down none that come later', async () => {
	const { acquire, pass } = start();
	const send = async (admission: Admission) => {
		const { permit, ms } = await acquire();
		await pass(4);
		permit.end(admission);
		return ms;
	};
	for (let call = 0; call < 20; call++) await send('accepted');
	await pass(4 * MINUTE);
	for (const admission of ['accepted', 'throttled', 'accepted'] as const) await send(admission);
	for (let call = 0; call < 20; call++) expect(await send('accepted')).toBeLessThanOrEqual(50);
});

test.each([
	['the second call', 1, { each: 1, everyS: 5, closed: [5, 115] }],
	['the third call', 2, { each: 3, everyS: 20, closed: [60, 160] }],
] as const)(
	'a window that was only assumed keeps none waiting for long: rejects %s later',
	async (...given) => {
		const [, nth, { each, everyS, closed }] = given;
		const { clock, limiter } = start();
		const began = clock.now();
		const seconds = () => (clock.now() - began) / SECOND;
		let later = 0;
		const accepts = () => seconds() < closed[0] || (seconds() >= closed[1] && (later += 1) !== nth + 1);
		const webhook = async (arrivesAtS: number) => {
			await clock.sleep(arrivesAtS * SECOND);
			const handle = limiter.createHandle(1);
			for (let isFresh = true, isAccepted = false; !isAccepted; isFresh = false) {
				const { permit } = await handle.acquire(NEVER_CANCELLED, { isFresh });
				isAccepted = accepts();
				await clock.sleep(40);
				permit?.end(isAccepted ? 'accepted' : 'throttled');
			}
			return arrivesAtS > closed[1] + 20 ? seconds() - arrivesAtS : 0;
		};
		const webhooks = Array.from({ length: 80 }, async (_, n) => await webhook(Math.floor(n / each) * everyS));
		expect(Math.max(...(await clock.run(Promise.all(webhooks))))).toBeLessThan(35);
	},
);

test.each([
	['rejects everything', 'throttled', 'waitedMs'],
	['is down', 'hostDown', 'hostDownMs'],
] as const)('each run gives a service that %s five minutes of its own', async (_name, admission, waits) => {
	const { clock, limiter } = start();
	const run = async () => {
		const began = clock.now();
		const handle = limiter.createHandle(100);
		for (let calls = 0; calls < 1000; calls++) {
			const { permit } = await handle.acquire(new Canceller(), { waitsForHost: true });
			if (!permit) return { ms: clock.now() - began, ...handle.report() };
			await clock.sleep(40);
			permit.end(admission);
		}
		throw new Error('The run did not give up');
	};
	const later = async () => {
		await clock.sleep(4 * MINUTE);
		return await run();
	};
	for (const { ms, ...report } of await clock.run(Promise.all([run(), later()]))) {
		expect(ms).toBeGreaterThanOrEqual(5 * MINUTE);
		expect(ms).toBeLessThan(6 * MINUTE);
		// All of it but the time of its own requests.
		expect(report[waits]).toBeGreaterThan(4.9 * MINUTE);
		expect(report[waits]).toBeLessThanOrEqual(ms);
	}
});

test('after a long pause, one call goes, and the others wait for its response', async () => {
	const { handle, acquire, pass } = start();
	(await acquire()).permit.end('throttled', 60 * MINUTE);
	await pass(6 * MINUTE);
	const probe = await acquire();
	const next = handle.acquire(NEVER_CANCELLED);
	expect(next).toBeInstanceOf(Promise);
	probe.permit.end('accepted');
	expect(await next).toHaveProperty('permit');
});

test('a long pause that is over says nothing about a later one', async () => {
	const { acquire, pass } = start();
	(await acquire()).permit.end('throttled', 60 * MINUTE);
	await pass(10 * MINUTE);
	(await acquire()).permit.end('accepted');
	(await acquire()).permit.end('throttled', SECOND);
	expect((await acquire()).ms).toBeLessThanOrEqual(2 * SECOND);
});

test('however many requests wait, one more takes no more work', async () => {
	const { handle, acquire } = start();
	const { permit } = await acquire();
	const visits = jest.spyOn(ServiceLimit.prototype, 'pauseTooLong');
	const visitsWhile = (change: () => unknown) => {
		visits.mockClear();
		void change();
		return visits.mock.calls.length;
	};
	const addOne = () => visitsWhile(() => handle.acquire(NEVER_CANCELLED));
	const added = Array.from({ length: 500 }, addOne);
	const ended = visitsWhile(() => permit.end('throttled'));
	expect([added.at(-1), ended]).toEqual([added[20], added[20]]);
	visits.mockRestore();
});

test('an API that rejected a call long ago may reject another one', async () => {
	const { acquire, pass } = start();
	(await acquire({ api: 'a' })).permit.end('throttled');
	for (let seconds = 0; seconds < 10 * 60; seconds += 5) {
		await pass(5 * SECOND);
		(await acquire({ api: 'b' })).permit.end('accepted');
	}
	(await acquire({ api: 'a' })).permit.end('throttled');
	expect((await acquire({ api: 'a' })).ms).toBeLessThan(MINUTE);
});

test('an API for which calls still wait rejected them long ago, whatever new calls come', async () => {
	const { clock, limiter, handle, acquire, pass } = start();
	const others = [limiter.createHandle(100), limiter.createHandle(100)];
	const throttle = async (from: typeof handle, api: string) => {
		(await from.acquire(NEVER_CANCELLED, { api })).permit?.end('throttled', 5 * MINUTE);
	};
	await throttle(handle, 'a');
	const waiting = throttle(handle, 'a');
	for (const other of others) await clock.run(throttle(other, 'b'));
	void limiter.createHandle().acquire(NEVER_CANCELLED, { api: 'a' });
	await pass(6 * MINUTE);
	await waiting;
	await expect(acquire({ api: 'a' })).rejects.toThrow('stalled');
});

describe('five calls without a response', () => {
	test.each([{}, { waitsForHost: true, api: 'list' }])('of %j hold up no others', async (traits) => {
		const { acquire } = start();
		for (let call = 0; call < 5; call++) (await acquire(traits)).permit.end('hostDown');
		expect((await acquire({ waitsForHost: true })).ms).toBe(0);
	});

	test("let an execution's unsent calls go before its others, but not before another execution's turn", async () => {
		const { limiter, handle, acquire, pass } = start();
		const other = limiter.createHandle(100);
		for (let call = 0; call < 5; call++) (await acquire({ waitsForHost: true })).permit.end('hostDown');
		const sent: string[] = [];
		const ask = async (name: string, from: typeof handle, isFresh: boolean) => {
			await from.acquire(NEVER_CANCELLED, { isFresh, waitsForHost: true });
			sent.push(name);
		};
		void ask('a retry', handle, false);
		void ask('an unsent call', handle, true);
		void ask("another's retry", other, false);
		await pass(MINUTE);
		expect(sent).toEqual(["another's retry", 'an unsent call', 'a retry']);
	});
});
