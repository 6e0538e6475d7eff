import { describe, expect, test } from '@jest/globals';

import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { scriptedClient } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import type { Step } from '../support/scriptedTransport';
import { FORBIDDEN, GONE, LOST, ok, rejected, UNSENT } from '../support/steps';

const OK = ok({ task_id: 'task-1', request_id: 'r-ok' });
const BUSY = { status: 503 };
const THROTTLED = { status: 429 };
/** A rejection for a while, in seconds. */
const after = (step: { status: number }, seconds: string): Step => ({
	...step,
	headers: { 'retry-after': seconds },
});
const MINUTE = 60_000;

describe('retries', () => {
	test('end before five minutes are over', async () => {
		const clock = new FakeClock(0, 1);
		const { deleteTask } = scriptedClient([after(BUSY, '59')], { clock });
		const outcome = await deleteTask({ maxRetries: 10 });
		expect(outcome).toMatchObject({ kind: 'error', category: 'server', attempts: 6 });
		expect(clock.now()).toBe(5 * 59_000);
	});

	test('are not made when a sleep took longer than what is left', async () => {
		const clock = new FakeClock();
		clock.sleep = async () => clock.advance(10 * MINUTE);
		const { deleteTask, transport } = scriptedClient([BUSY], { clock });
		expect(await deleteTask()).toMatchObject({
			category: 'timeout',
			message: expect.stringMatching(/^Waiting used up .+ nothing more was sent/),
			attempts: 1,
			statusCode: 503,
			mayHaveHappened: true,
		});
		expect(transport.requests).toHaveLength(1);
	});

	test('go on when the clock is set forward during an attempt, or before the next', async () => {
		const clock = new FakeClock();
		clock.sleep = async () => clock.setForward(30 * MINUTE);
		const { deleteTask, transport } = scriptedClient([BUSY, BUSY, OK], { clock });
		const outcome = deleteTask();
		clock.setForward(30 * MINUTE);
		expect(await outcome).toMatchObject({ kind: 'success', attempts: 3 });
		expect(transport.requests).toHaveLength(3);
	});

	test('leave an attempt no more time than is left of the five minutes', async () => {
		const { deleteTask, clock } = scriptedClient([after(BUSY, '60')]);
		await deleteTask({ timeout: 200_000, maxRetries: 10 });
		const left = [200_000, 200_000, 180_000, 120_000, 60_000];
		expect(clock.deadlines).toHaveLength(left.length);
		// A deadline is late by a thirtieth at most.
		left.forEach((ms, at) => expect((clock.deadlines[at]?.ms ?? 0) / ms - 1.015).toBeCloseTo(0, 1));
	});
});

describe('Retry-After', () => {
	test.each([
		[THROTTLED, '301', 'Wait 301 seconds'],
		[BUSY, '301', 'Wait 301 seconds'],
		[BUSY, '86400', 'Wait 86400 seconds'],
		[BUSY, '86401', 'more than a day'],
		[BUSY, '9'.repeat(400), 'more than a day'],
	])('of more than five minutes ends the call as throttled: %j, %s', async (step, seconds, hint) => {
		const { deleteTask, clock } = scriptedClient([after(step, seconds)]);
		expect(await deleteTask()).toMatchObject({
			kind: 'error',
			category: 'throttled',
			retryable: true,
			attempts: 1,
			message: expect.stringMatching(/longer wait/),
			hint: expect.stringContaining(hint),
		});
		expect(clock.sleeps).toEqual([]);
	});

	test('does not shorten the backoff', async () => {
		const { deleteTask, clock } = scriptedClient([after(BUSY, '0'), OK]);
		await deleteTask();
		expect(clock.sleeps).toEqual([250]);
	});
});

test.each([0, 1, 3])('Max Retries %d is how many attempts follow the first', async (maxRetries) => {
	const { deleteTask } = scriptedClient([BUSY]);
	expect(await deleteTask({ maxRetries })).toMatchObject({ kind: 'error', attempts: maxRetries + 1 });
});

describe('a call that was one too many', () => {
	test('does not use up retries', async () => {
		const { deleteTask } = scriptedClient([THROTTLED, THROTTLED, BUSY, THROTTLED, OK]);
		expect(await deleteTask({ maxRetries: 1 })).toMatchObject({ kind: 'success', attempts: 5 });
	});

	test('fails when it still is after five minutes', async () => {
		const { deleteTask, clock } = scriptedClient([rejected(429, 'APIGW.0308')]);
		const start = clock.now();
		const outcome = await deleteTask({ maxRetries: 0 });
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'throttled',
			retryable: true,
			mayHaveHappened: false,
			statusCode: 429,
			errorCode: 'APIGW.0308',
			message: 'Huawei Cloud has throttled every such request for five minutes.',
		});
		expect(outcome.attempts).toBeLessThan(40);
		expect(clock.now() - start).toBeGreaterThanOrEqual(5 * MINUTE);
		expect(clock.now() - start).toBeLessThan(6 * MINUTE);
	});

	test('lets later calls fail at once when nothing was accepted for five minutes', async () => {
		const { deleteTask, clock } = scriptedClient([THROTTLED]);
		await deleteTask();
		clock.advance(10_000);
		await deleteTask();
		const start = clock.now();
		expect(await deleteTask()).toMatchObject({ category: 'throttled', retryable: true, attempts: 0 });
		expect(clock.now()).toBe(start);
	});

	test('of which the five minutes begin when it is first sent', async () => {
		const clock = new FakeClock();
		const limiter = new RateLimiter(clock);
		const rateLimit = limiter.createHandle(1, 1);
		const { deleteTask } = scriptedClient([OK], { clock, rateLimit });
		const start = clock.now();
		for (let sent = 0; sent < 10; sent += 1) expect(await deleteTask()).toMatchObject({ kind: 'success' });
		expect(clock.now() - start).toBe(9 * MINUTE);
	});
});

describe('a lost answer', () => {
	test.each([
		['throttled', THROTTLED],
		['rejected by an overloaded service', rejected(500, 'LIVE.100011007')],
		['never sent', UNSENT],
		['without a backend', rejected(502, 'APIGW.0610')],
	])('is not one that was %s: "not found" then is just that', async (_name, refused) => {
		const { deleteTask } = scriptedClient([refused, GONE]);
		expect(await deleteTask()).toMatchObject({ kind: 'notFound', attempts: 2 });
	});

	test('stays in doubt, whatever is answered afterwards', async () => {
		const { deleteTask } = scriptedClient([LOST, THROTTLED]);
		expect(await deleteTask()).toMatchObject({ category: 'throttled', mayHaveHappened: true });
	});
});

test('a timeout ends an attempt, and the next one gets the response', async () => {
	const { deleteTask, clock, transport } = scriptedClient(['silence', OK]);
	const outcome = deleteTask({ timeout: 1200 });
	await new Promise(setImmediate);
	expect(clock.deadlines).toMatchObject([{ ms: 1200 }]);
	clock.deadlines[0]?.expire();
	expect(await outcome).toMatchObject({ kind: 'success', attempts: 2 });
	expect(transport.requests).toHaveLength(2);
});

test('a rejected credential ends those that were waiting to be repeated', async () => {
	const clock = new FakeClock();
	const { deleteTask, transport } = scriptedClient([BUSY, rejected(401, 'APIGW.0307')], { clock });
	// While the first waits for its retry, the second is rejected.
	clock.sleep = async () => {
		expect(await deleteTask({}, 'second')).toMatchObject({ category: 'authentication', attempts: 1 });
	};
	const outcome = { category: 'authentication', attempts: 1, statusCode: 503, mayHaveHappened: true };
	expect(await deleteTask({}, 'first')).toMatchObject(outcome);
	expect(transport.requests).toHaveLength(2);
});

test('a missing permission does not stop the run: the next task may be allowed', async () => {
	const { deleteTask } = scriptedClient([FORBIDDEN, OK]);
	expect(await deleteTask()).toMatchObject({ category: 'permission' });
	expect(await deleteTask()).toMatchObject({ kind: 'success' });
});

test.each([
	['goes on', async () => await new Promise<never>(() => undefined)],
	['rejects', async () => await Promise.reject(new Error('aborted'))],
])('cancelling ends a wait, even when the sleep %s', async (_name, sleep) => {
	const cancel = new AbortController();
	const clock = new FakeClock();
	clock.sleep = async () => {
		cancel.abort();
		await sleep();
	};
	const { deleteTask, transport } = scriptedClient([BUSY], { clock, cancelSignal: cancel.signal });
	const outcome = { kind: 'error', category: 'unknown', attempts: 1, statusCode: 503 };
	expect(await deleteTask()).toMatchObject(outcome);
	expect(transport.requests).toHaveLength(1);
});
