import { notAttempted, type Attempt } from '../call/apiCall';
import type { ProbeLimits } from '../call/authenticator';
import { problem, type Classification, type ErrorClassification } from '../call/classification';
import { raceAbort, sleepUnlessAborted } from '../http/abort';
import type { Policy, Send } from './compose';
import { MAX_PAUSE_MS } from './credentialGuard';
import type { PendingCall } from './pendingCall';
import { MAX_CALL_MS, MIN_PATIENCE_MS } from './retryPolicy';
import { isRejection, whyNotAllowed } from './stillAllowed';

/**
 * Sends nothing with a rejected credential. With one that could get locked and was not accepted yet, sends one call
 * at a time: the others wait for its response.
 */
export const probe: Policy = (call, next) => {
	const { authenticator, guard } = call.run;
	const limits = guard.isAccepted ? undefined : authenticator.probeLimits;
	if (limits) return sendAlone(call, limits, next);
	const notAllowed = whyNotAllowed(call);
	return notAllowed ? Promise.resolve(notAllowed) : next(call);
};

async function sendAlone(call: PendingCall, limits: ProbeLimits, next: Send): Promise<Attempt> {
	const { authenticator, guard, clock } = call.run;
	const until = call.within(Math.max(0, Math.min(MAX_CALL_MS, call.end - clock.now())));
	for (;;) {
		const notAllowed = whyNotAllowed(call);
		if (notAllowed) return notAllowed;
		if (guard.isAccepted) return await next(call);
		if (until.aborted) return notAttempted('timeout');
		if (guard.probing) {
			await raceAbort(guard.probing, until, () => undefined);
			continue;
		}
		const delay = guard.delayBeforeProbe(limits, clock.now());
		// All probes are used up.
		if (delay > MAX_PAUSE_MS)
			return notAttempted(probesExhausted(authenticator.subject, clock.now() + delay));
		if (delay <= 0) return await sendProbe(call, limits, next);
		await sleepUnlessAborted(delay, clock, until);
	}
}

async function sendProbe(call: PendingCall, limits: ProbeLimits, next: Send): Promise<Attempt> {
	// Without a response, it counts for all who use the credential.
	call.minTimeout = MIN_PATIENCE_MS;
	const sending = (async () => await next(call))();
	// An unexpected error counts as a lost response: the request may have been sent.
	call.run.guard.probing = sending.then(
		(attempt) => record(call, limits, attempt),
		() => record(call, limits),
	);
	return await sending;
}

function record(call: PendingCall, { always }: ProbeLimits, attempt?: Attempt): void {
	const { authenticator, guard, clock } = call.run;
	call.minTimeout = 0;
	guard.probing = undefined;
	if (attempt?.sent === false) return;
	if (!attempt?.response || isRejection(attempt.classification, authenticator)) {
		guard.probeFailed(clock.now());
	} else if (!always && provesCredential(attempt.classification)) {
		guard.isAccepted = true;
	}
}

/** True if this response proves that the credential was accepted. Throttling, for example, may come earlier. */
function provesCredential({ category }: Classification): boolean {
	return category === undefined || ['permission', 'account', 'project', 'validation'].includes(category);
}

/**
 * Too many calls with a credential that was never accepted were rejected or got no response: one more may lock it.
 * @param until milliseconds since the epoch
 */
function probesExhausted(subject: string, until: number): ErrorClassification {
	const time = new Date(until).toISOString().replace('T', ' ').slice(0, 19);
	return problem(
		'timeout',
		`Several requests with ${subject} got no response or were rejected, so this one was not sent. If the credential is wrong, more requests could cause a lockout.`,
		`Check the network between n8n and Huawei Cloud, then run this again after ${time} UTC.`,
		{ retryable: true },
	);
}
