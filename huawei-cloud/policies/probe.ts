import { notAttempted, type Attempt } from '../call/apiCall';
import { problem, type Classification, type ErrorClassification } from '../call/classification';
import { raceAbort, sleepUnlessAborted } from '../http/abort';
import { MAX_PAUSE_MS } from './credentialGuard';
import type { PendingCall, Policy, Run, Send } from './pendingCall';
import { TIME_USED_UP } from './retryPolicy';
import { isRejection, refusalOf } from './stillAllowed';

/** Ends calls with a blocked credential. While one that could get locked is unproven, each call waits for the one before. */
export const probe: Policy = (call, next) => {
	const { maxFailedProbes } = call;
	return maxFailedProbes ? sendAlone(call, maxFailedProbes, next) : (refusalOf(call) ?? next(call));
};

async function sendAlone(call: PendingCall, maxFailed: number, next: Send): Promise<Attempt> {
	const { authenticator, guard, clock } = call.run;
	const until = call.within(call.timeLeft);
	for (;;) {
		const refusal = refusalOf(call);
		if (refusal) return await refusal;
		if (guard.isAccepted) return await next(call);
		if (until.aborted) return notAttempted(TIME_USED_UP);
		if (guard.probing) {
			await raceAbort(guard.probing, until, () => undefined);
			continue;
		}
		const delay = guard.delayBeforeProbe(maxFailed, clock.now());
		// All probes are used up.
		if (delay > MAX_PAUSE_MS)
			return notAttempted(probesExhausted(authenticator.subject, clock.now() + delay));
		if (delay <= 0) return await sendProbe(call, next);
		await sleepUnlessAborted(delay, clock, until);
	}
}

async function sendProbe(call: PendingCall, next: Send): Promise<Attempt> {
	const { run } = call;
	const sending = next(call);
	const probing = sending.then(
		(attempt) => record(run, attempt),
		// An unexpected error counts as a lost response: the request may have been sent.
		() => record(run),
	);
	run.guard.probing = probing;
	// Those that wait for it continue before this call does.
	await probing;
	return await sending;
}

function record({ authenticator, guard, clock }: Run, attempt?: Attempt): void {
	guard.probing = undefined;
	if (attempt?.sent === false) return;
	if (!attempt?.response || isRejection(attempt.classification, authenticator)) {
		guard.probeFailed(clock.now());
	} else if (!authenticator.isAlwaysProbed && provesCredential(attempt.classification)) {
		guard.isAccepted = true;
	}
}

/** True if this response proves that the credential was accepted. Throttling, for example, may come earlier. */
function provesCredential({ category }: Classification): boolean {
	return category === undefined || ['permission', 'account', 'project', 'validation'].includes(category);
}

/** Probes rejected, unanswered or canceled may count: one more could cause a lockout. `until` is in ms since the epoch. */
function probesExhausted(subject: string, until: number): ErrorClassification {
	const time = new Date(until).toISOString().replace('T', ' ').slice(0, 19);
	return problem(
		'timeout',
		`Several requests with ${subject} were rejected, canceled or got no response, so this one was not sent. If the credential is wrong, more requests could cause a lockout.`,
		`Check the network between n8n and Huawei Cloud, then run this again after ${time} UTC.`,
		{ retryable: true },
	);
}
