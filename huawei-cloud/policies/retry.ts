import { sleepUnlessAborted } from '../http/abort';
import type { Policy } from './pendingCall';
import { backoff, MAX_CALL_MS, parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/** With less time left than this, a last attempt would more likely lose its response than succeed. */
const MIN_LAST_ATTEMPT_MS = 5000;

/** Sends again, uncounted, on `retryNow`; else, as table, settings and time allow, after a backoff or `Retry-After`. */
export const retry: Policy = async (call, next) => {
	const { clock, cancelled } = call.run;
	let retries = 0;
	for (;;) {
		const attempt = await next(call);
		call.response = attempt.response ?? call.response;
		call.mayHaveHappened ||= attempt.classification.mayHaveHappened ?? false;
		// After throttling or an outage (`pace` waits and ends it, per run) or a rejected token (`stillAllowed`, once).
		if (attempt.retryNow) continue;
		if (attempt.retryNow === false || !attempt.classification.retry || !call.mayRepeat(attempt))
			return attempt;
		const retryAfter = parseRetryAfter(attempt.response?.headers, clock.now());
		if (retryAfter > MAX_CALL_MS) return { ...attempt, classification: retryAfterTooLong(retryAfter) };
		retries += 1;
		const wait = Math.max(retryAfter, backoff(retries, clock.random()));
		if (retries > call.settings.maxRetries || call.timeLeft - wait < MIN_LAST_ATTEMPT_MS) return attempt;
		await sleepUnlessAborted(wait, clock, cancelled);
	}
};
