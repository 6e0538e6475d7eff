import { notAttempted, type Attempt } from '../call/attempt';
import { asClassification, type ErrorClassification } from '../call/classification';
import { classifyTransportError } from '../call/transportErrors';
import { acquireSlot } from '../call/hostSlots';
import type { Admission } from '../call/limit';
import type { Acquired, Permit, Refusal } from '../call/rateLimiter';
import type { Policy, Send } from './compose';
import type { PendingCall } from './pendingCall';
import { latestStart, parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/** Waits until the service's rate limit allows the request and the host has room for it. */
export const pace: Policy = (call, next) => {
	const { rateLimit, cancelled } = call.run;
	const acquired = rateLimit.acquire(cancelled, latestStart(call.settings.timeout, call.end));
	return acquired instanceof Promise
		? acquired.then((result) => inSlot(call, result, next))
		: inSlot(call, acquired, next);
};

function inSlot(call: PendingCall, { permit, refusal }: Acquired, next: Send): Attempt | Promise<Attempt> {
	if (!permit) return notAttempted(classifyRefusal(refusal));
	const slot = acquireSlot(call.request.origin, call.run.cancelled);
	return slot instanceof Promise
		? slot.then((release) => sendAndRelease(call, permit, release, next))
		: sendAndRelease(call, permit, slot, next);
}

async function sendAndRelease(
	call: PendingCall,
	permit: Permit,
	release: (() => void) | undefined,
	next: Send,
): Promise<Attempt> {
	let admission: Admission = 'unknown';
	let pause = 0;
	try {
		const attempt = await next(call);
		admission = admissionOf(attempt);
		if (admission !== 'throttled') return attempt;
		pause = parseRetryAfter(attempt.response?.headers['retry-after'], call.run.clock.now());
		return { ...attempt, next: 'retryWhenAllowed' };
	} finally {
		release?.();
		permit.end(admission, pause);
	}
}

function admissionOf({ classification, response, sent }: Attempt): Admission {
	if (!sent || !response) return 'unknown';
	return classification.kind === 'error' && classification.category === 'throttled'
		? 'throttled'
		: 'accepted';
}

/** Why a request was not sent: the service accepts too little. */
function classifyRefusal(refusal: Refusal): ErrorClassification {
	if (refusal === 'cancelled') return classifyTransportError('cancelled', false);
	if (typeof refusal === 'object') return asClassification(retryAfterTooLong(refusal.pause));
	return asClassification(
		{
			category: 'throttled',
			message:
				refusal === 'late'
					? 'Huawei Cloud allowed too few requests for this one to get through within five minutes.'
					: 'Huawei Cloud has throttled every request for five minutes, so this one was not sent.',
			hint: 'Run this again later.',
			retryable: true,
		},
		'throttled',
	);
}
