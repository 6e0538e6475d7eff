import type { Attempt } from '../call/attempt';
import { asClassification } from '../call/classification';
import { sleepUnlessAborted } from '../http/abort';
import type { Policy } from './compose';
import type { PendingCall } from './pendingCall';
import { decideRetry, parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/**
 * Sends a call again as the error table and its settings allow. Waits between attempts: the longer of an exponential
 * backoff and the service's Retry-After. A call with a new token, or one that was throttled, waits in later policies.
 */
export const retry: Policy = async (call, next) => {
	for (;;) {
		const attempt = await next(call);
		call.note(attempt);
		if (attempt.next === 'done') return attempt;
		if (attempt.next !== 'retryLater') continue;
		const last = await waitForRetry(call, attempt);
		if (last) return last;
	}
};

/** Waits until the next attempt. Returns the attempt that ends the call, if there is no next one. */
async function waitForRetry(call: PendingCall, attempt: Attempt): Promise<Attempt | undefined> {
	const { response } = attempt;
	const { clock, cancelled } = call.run;
	const now = clock.now();
	const decision = decideRetry({
		mayRepeat: call.mayRepeat(attempt),
		retries: call.retries,
		retryAfter: parseRetryAfter(response?.headers['retry-after'], now),
		now,
		random: clock.random(),
		end: call.end,
		...call.settings,
	});
	if ('stop' in decision) {
		return decision.pause === undefined
			? attempt
			: { ...attempt, classification: asClassification(retryAfterTooLong(decision.pause)) };
	}
	call.retries += 1;
	await sleepUnlessAborted(decision.wait, clock, cancelled);
	// A sleep may take longer than requested, for example when the machine itself was suspended.
	return clock.now() > decision.latestStart && !cancelled.aborted ? attempt : undefined;
}
