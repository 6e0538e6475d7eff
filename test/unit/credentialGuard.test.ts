import { describe, expect, test } from '@jest/globals';

import type { Problem } from '../../huawei-cloud/call/classification';
import { CredentialGuard } from '../../huawei-cloud/policies/credentialGuard';
import { FakeClock } from '../support/fakeClock';

const MINUTE = 60_000;

const REJECTED: Problem = {
	category: 'authentication',
	message: 'The key is wrong.',
	hint: 'Correct the key.',
	retryable: false,
};

function start() {
	const clock = new FakeClock();
	const guard = new CredentialGuard();
	return {
		clock,
		guard,
		reason: () => guard.blockedReason(clock),
		reject: (reason = REJECTED) => guard.rejected(reason, clock.elapsed()),
	};
}

describe('a credential that was rejected', () => {
	test('is blocked for five minutes, which the reason tells', () => {
		const { clock, reason, reject } = start();
		expect(reason()).toBeUndefined();
		reject();
		expect(reason()).toEqual({
			...REJECTED,
			message: expect.stringMatching(
				/^The key is wrong\. Nothing more was sent.+ paused until 00:05:00 UTC\.$/,
			),
			hint: expect.stringMatching(/^Correct the key\. Editing the credential /),
		});
		clock.advance(5 * MINUTE - 1);
		expect(reason()).toBeDefined();
		clock.advance(1);
		expect(reason()).toBeUndefined();
	});

	test('is blocked anew when a request that was in flight is rejected too, for the reason of the first', () => {
		const { clock, reason, reject } = start();
		reject();
		clock.advance(MINUTE);
		reject({ ...REJECTED, message: 'The user is locked.' });
		clock.advance(5 * MINUTE - 1);
		expect(reason()?.message).toMatch(/^The key is wrong\..+ 00:06:00 UTC\.$/);
	});

	test.each([-60 * MINUTE, 60 * MINUTE])('is blocked for as long if the clock is set by %d ms', (ms) => {
		const { clock, reason, reject } = start();
		reject();
		clock.setForward(ms);
		clock.advance(5 * MINUTE - 1);
		expect(reason()?.message).toMatch(/ \d\d:05:00 UTC\.$/);
		clock.advance(1);
		expect(reason()).toBeUndefined();
	});
});

describe('probes that failed', () => {
	const MAX_FAILED = 5;

	test('make the next one wait, and longer each time; as many as allowed, until one no longer counts', () => {
		const { clock, guard } = start();
		const delays = Array.from({ length: 6 }, () => {
			const delay = guard.delayBeforeProbe(MAX_FAILED, clock.elapsed());
			guard.probeFailed(clock.elapsed());
			return delay;
		});
		expect(delays).toEqual([-Infinity, 2000, 10_000, 50_000, 60_000, 15 * MINUTE]);
		clock.advance(15 * MINUTE - 1);
		expect(guard.delayBeforeProbe(MAX_FAILED, clock.elapsed())).toBe(1);
		clock.advance(1);
		expect(guard.delayBeforeProbe(MAX_FAILED, clock.elapsed())).toBeLessThanOrEqual(0);
	});
});
