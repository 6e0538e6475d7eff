import { notAttempted, type Attempt } from '../call/apiCall';
import { problem, type ErrorClassification } from '../call/classification';
import type { Acquired, Permit, Refusal } from '../pace/execution';
import type { Policy, Send } from './compose';
import type { PendingCall } from './pendingCall';
import { parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/**
 * Waits until the service's rate limit allows the request and its host is up. This wait doesn't count toward the
 * call's time. Items of a run wait for a host that is down, unless retries are turned off. Look-ups don't.
 */
export const pace: Policy = (call, next) => {
	const { rateLimit, cancelled, clock } = call.run;
	const since = clock.now();
	const acquired = rateLimit.acquire(cancelled, call.end, mayWaitForHost(call));
	if (!(acquired instanceof Promise)) return sendWithPermit(call, acquired, next);
	return acquired.then((result) => {
		call.extend(clock.now() - since);
		return sendWithPermit(call, result, next);
	});
};

function mayWaitForHost({ request, settings }: PendingCall): boolean {
	return request.method !== 'GET' && settings.maxRetries > 0;
}

async function sendWithPermit(
	call: PendingCall,
	{ permit, refusal }: Acquired,
	next: Send,
): Promise<Attempt> {
	if (!permit) return notAttempted(reasonFor(refusal));
	const { clock } = call.run;
	const since = clock.now();
	// The permit ends after an unexpected error, too.
	let attempt: Attempt | undefined;
	let waits = false;
	try {
		attempt = await next(call);
	} finally {
		waits = permit.end(...(attempt ? reportOf(attempt, clock.now()) : UNKNOWN));
	}
	const waitsForHost = waits && attempt.hostIsDown === true && call.mayRepeat(attempt);
	if (!waitsForHost && !isThrottled(attempt)) return attempt;
	call.extend(clock.now() - since);
	return { ...attempt, next: 'retryNow' };
}

type Report = Parameters<Permit['end']>;

const UNKNOWN: Report = ['unknown'];

function reportOf(attempt: Attempt, now: number): Report {
	const { response, sent, hostIsDown } = attempt;
	const pauseMs = parseRetryAfter(response?.headers['retry-after'], now, response?.headers.date);
	if (hostIsDown) return ['unknown', pauseMs, true];
	if (!sent) return ['unsent'];
	if (!response) return UNKNOWN;
	return isThrottled(attempt) ? ['throttled', pauseMs] : ['accepted'];
}

function isThrottled({ classification, response, sent }: Attempt): boolean {
	return sent && response !== undefined && classification.category === 'throttled';
}

/** Why a request was not sent. */
function reasonFor(refusal: Refusal): ErrorClassification | 'cancelled' {
	if (refusal === 'cancelled') return refusal;
	if (typeof refusal === 'object') return retryAfterTooLong(refusal.pause);
	return refusal === 'hostDown' ? HOST_DOWN : STALLED;
}

const STALLED = problem(
	'throttled',
	'Huawei Cloud has throttled every request for five minutes.',
	'Run this again later.',
	{ retryable: true, hintSource: 'throttled' },
);

const HOST_DOWN = problem(
	'network',
	'Huawei Cloud could not be reached for five minutes.',
	'Check the network between n8n and Huawei Cloud, then run this again.',
	{ retryable: true },
);
