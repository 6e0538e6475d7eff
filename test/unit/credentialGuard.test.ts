import { describe, expect, test } from '@jest/globals';

import type { Attempt } from '../../huawei-cloud/call/attempt';
import type { Problem } from '../../huawei-cloud/call/classification';
import { NEVER_CANCELLED, type Cancellation } from '../../huawei-cloud/http/abort';
import { CredentialGuard } from '../../huawei-cloud/policies/credentialGuard';
import type { ProbeResult } from '../../huawei-cloud/policies/probes';
import { FakeClock } from '../support/fakeClock';

const MINUTE = 60_000;

const REJECTED: Problem = {
	category: 'authentication',
	message: 'The key is wrong.',
	hint: 'Correct the key.',
	retryable: false,
};

const SENT: Attempt = {
	classification: { kind: 'success' },
	next: 'done',
	sent: true,
	countsAsAttempt: true,
};

function start({ max = 2 } = {}) {
	const clock = new FakeClock();
	const guard = new CredentialGuard();
	return {
		clock,
		guard,
		reason: () => guard.blockedReason(clock.now()),
		block: (reason = REJECTED) => guard.block(reason, clock.now()),
		/** An attempt with this result, if it may be made. */
		probe: async (result: ProbeResult = 'lost', until: Cancellation = NEVER_CANCELLED) =>
			await guard.probe(
				{ subject: 'the access key', limits: { max, withinMs: 15 * MINUTE }, clock, until },
				async () => await Promise.resolve(SENT),
				() => result,
			),
	};
}

describe('a credential that was rejected', () => {
	test('is paused for five minutes', () => {
		const { clock, reason, block } = start();
		expect(reason()).toBeUndefined();
		block();
		clock.advance(5 * MINUTE - 1);
		expect(reason()).toBeDefined();
		clock.advance(1);
		expect(reason()).toBeUndefined();
	});

	test('is told of with the first reason, until when it is paused, and what lifts that', () => {
		const { reason, block } = start();
		block();
		expect(reason()).toEqual({
			...REJECTED,
			message: expect.stringMatching(
				/^The key is wrong\. Nothing more was sent.+ paused until 00:05:00 UTC\.$/,
			),
			hint: expect.stringMatching(/^Correct the key\. Editing the credential /),
		});
	});

	test('is paused anew when a request that was in flight is rejected too, for the reason of the first', () => {
		const { clock, reason, block } = start();
		block();
		clock.advance(MINUTE);
		block({ ...REJECTED, message: 'The user is locked.' });
		clock.advance(5 * MINUTE - 1);
		expect(reason()?.message).toMatch(/^The key is wrong\..+ 00:06:00 UTC\.$/);
	});

	test('is not paused for longer because the clock was set back', () => {
		const { clock, reason, block } = start();
		block();
		expect(reason()).toBeDefined();
		clock.advance(-1);
		expect(reason()).toBeUndefined();
	});

	test('does not go out as a probe, and does not keep the next probe waiting', async () => {
		const { clock, probe, block } = start();
		block();
		expect(await probe()).toMatchObject({
			sent: false,
			classification: {
				category: 'authentication',
				retry: false,
				message: expect.stringContaining('Nothing more was sent'),
			},
		});
		clock.advance(5 * MINUTE);
		expect(await probe()).toBe(SENT);
	});
});

describe('a credential that was never accepted', () => {
	test('is held back after too many calls without an answer, and the message says until when', async () => {
		const { probe } = start({ max: 1 });
		await probe('lost');
		expect(await probe()).toMatchObject({
			next: 'done',
			classification: {
				category: 'timeout',
				retryable: true,
				retry: false,
				message: expect.stringMatching(/the access key.+not sent.+lockout/),
				hint: expect.stringContaining('run this again after 2026-01-01 00:15:00 UTC.'),
			},
		});
	});
});
