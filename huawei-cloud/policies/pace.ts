import { notAttempted, type Attempt } from '../call/apiCall';
import { problem, type ErrorClassification } from '../call/classification';
import type { Permit, Refusal } from '../pace/rateLimiter';
import type { Policy } from './pendingCall';
import { parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/** A call that was throttled for so long ends, though the service accepts others: each run has an end. */
const MAX_THROTTLED_MS = 6 * 60 * 60_000;

/**
 * Takes a permit: waits, outside the call's time, for the limits and, in runs of several items with retries, for a host that
 * is down (pace/README.md: how long). Then asks for `retryNow` if throttled, or if repeatable and the host is down, but ends the
 * call that probed the host.
 */
export const pace: Policy = async (call, next) => {
	const { rateLimit, cancelled, clock } = call.run;
	const { service, method, path } = call.request;
	const askedAt = clock.elapsed();
	// Token fetches always count as first attempts: each fails for many items, so a run must wait for IAM after five.
	const isIam = service === 'iam';
	const isFresh = isIam || call.end === Infinity;
	const waitsForHost = call.settings.maxRetries > 0;
	const api = `${method} ${path.replace(/\?.*/, '')}`;
	const { permit, refusal } = await rateLimit.acquire(cancelled, { isFresh, waitsForHost, api });
	call.end += clock.elapsed() - askedAt;
	if (!permit) return notAttempted(reasonFor(refusal));
	const sentAt = clock.elapsed();
	const { attempts } = call;
	const sending = next(call);
	// The permit ends after an unexpected error, too.
	sending.catch(() => permit.end('unknown'));
	const attempt = await sending;
	const outage = permit.end(...reportOf(attempt, clock.now(), call.attempts > attempts));
	// A token fetch goes on: if it ended, so would the run.
	if (outage === 'end' && !isIam) return { ...attempt, retryNow: false };
	const isOutage = outage !== undefined && call.mayRepeat(attempt);
	if (!isOutage && !isThrottled(attempt)) return attempt;
	call.throttledAt ??= isThrottled(attempt) ? sentAt : undefined;
	if (sentAt - (call.throttledAt ?? sentAt) > MAX_THROTTLED_MS) return { ...attempt, retryNow: false };
	call.end += clock.elapsed() - sentAt;
	return { ...attempt, retryNow: true };
};

function reportOf(attempt: Attempt, now: number, isTried: boolean): Parameters<Permit['end']> {
	const { response, sent, hostIsDown } = attempt;
	if (hostIsDown) return ['hostDown', parseRetryAfter(response?.headers, now)];
	if (!sent) return [isTried ? 'unsent' : 'untried'];
	if (!response) return ['unknown'];
	return isThrottled(attempt) ? ['throttled', parseRetryAfter(response.headers, now)] : ['accepted'];
}

function isThrottled({ classification, response }: Attempt): boolean {
	return response !== undefined && classification.category === 'throttled';
}

function reasonFor(refusal: Refusal): ErrorClassification | 'cancelled' {
	if (refusal === 'cancelled') return refusal;
	if (typeof refusal === 'object') return retryAfterTooLong(refusal.pause);
	return refusal === 'hostDown' ? HOST_DOWN : STALLED;
}

const STALLED = problem(
	'throttled',
	'Huawei Cloud has throttled every such request for five minutes.',
	'Run this again later.',
	{ retryable: true, hintSource: 'throttled' },
);

const HOST_DOWN = problem(
	'network',
	'Huawei Cloud could not be reached for five minutes.',
	'Check the network between n8n and Huawei Cloud, and whether a proxy or login portal sits in between. Then run this again.',
	{ retryable: true },
);
