import { describe, expect, test } from '@jest/globals';

import { CircuitBreaker } from '../../huawei-cloud/call/circuitBreaker';
import type { Problem } from '../../huawei-cloud/call/errorTable';
import { Canceller, NEVER, type Cancellation } from '../../huawei-cloud/http/abort';
import { FakeClock } from '../support/fakeClock';

const MINUTE = 60_000;

const REFUSED: Problem = {
	category: 'authentication',
	message: 'The key is wrong.',
	hint: 'Correct the key.',
	retryable: false,
};

function start({ most = 2 } = {}) {
	const clock = new FakeClock();
	const breaker = new CircuitBreaker();
	return {
		clock,
		breaker,
		reason: () => breaker.blockedReason(clock.now()),
		trip: (refusal = REFUSED) => breaker.trip(refusal, clock.now()),
		probe: async (until: Cancellation = NEVER) => ({
			end: undefined,
			...(await breaker.acquireProbe('the access key', { most, withinMs: 15 * MINUTE }, clock, until)),
		}),
	};
}

describe('a credential that was refused', () => {
	test('is paused for five minutes', () => {
		const { clock, reason, trip } = start();
		expect(reason()).toBeUndefined();
		trip();
		clock.advance(5 * MINUTE - 1);
		expect(reason()).toBeDefined();
		clock.advance(1);
		expect(reason()).toBeUndefined();
	});

	test('is told of with the first reason, until when it is paused, and what lifts that', () => {
		const { reason, trip } = start();
		trip();
		expect(reason()).toEqual({
			...REFUSED,
			message: expect.stringMatching(
				/^The key is wrong\. Nothing more was sent.+ paused until 00:05:00 UTC\.$/,
			),
			hint: expect.stringMatching(/^Correct the key\. Editing the credential /),
		});
	});

	test('is paused anew when a request that was under way is refused too, for the reason of the first', () => {
		const { clock, reason, trip } = start();
		trip();
		clock.advance(MINUTE);
		trip({ ...REFUSED, message: 'The user is locked.' });
		clock.advance(5 * MINUTE - 1);
		expect(reason()?.message).toMatch(/^The key is wrong\..+ 00:06:00 UTC\.$/);
	});

	test('is told of with a new reason once the pause is over', () => {
		const { clock, reason, trip } = start();
		trip();
		clock.advance(5 * MINUTE);
		trip({ ...REFUSED, message: 'The user is locked.' });
		expect(reason()?.message).toMatch(/^The user is locked\./);
	});

	test('is not paused for longer because the clock was set back', () => {
		const { clock, reason, trip } = start();
		trip();
		expect(reason()).toBeDefined();
		clock.advance(-1);
		expect(reason()).toBeUndefined();
	});

	test('is no longer taken for one that is accepted', async () => {
		const { breaker, probe, trip } = start();
		(await probe()).end?.('accepted');
		expect(breaker.probes.isAccepted).toBe(true);
		trip();
		expect(breaker.probes.isAccepted).toBe(false);
	});

	test('does not go out as a probe, and does not keep the next probe waiting', async () => {
		const { clock, probe, trip } = start();
		trip();
		expect((await probe()).blocked).toMatchObject({
			category: 'authentication',
			retry: false,
			message: expect.stringContaining('Nothing more was sent'),
		});
		clock.advance(5 * MINUTE);
		expect((await probe()).end).toBeDefined();
	});
});

describe('a credential that was never accepted', () => {
	test('is held back after too many calls without an answer, and the message says until when', async () => {
		const { probe } = start({ most: 1 });
		(await probe()).end?.('lost');
		expect((await probe()).blocked).toMatchObject({
			category: 'timeout',
			retryable: true,
			retry: false,
			message: expect.stringMatching(/the access key.+not sent.+lockout/),
			hint: expect.stringContaining('run this again after 2026-01-01 00:15:00 UTC.'),
		});
	});

	test('may go out later when waiting for that was given up', async () => {
		const { probe } = start();
		const given = new Canceller();
		given.abort();
		expect((await probe(given)).blocked).toMatchObject({
			category: 'timeout',
			retry: true,
			mayHaveHappened: false,
		});
	});
});
