import { notAttempted, type Attempt } from '../call/apiCall';
import { problem, type ErrorClassification } from '../call/classification';
import { raceAbort, sleepUnlessAborted } from '../http/abort';
import { MAX_PAUSE_MS } from './credentialGuard';
import type { PendingCall, Policy, Run, Send } from './pendingCall';
import { TIME_USED_UP } from './retryPolicy';
import { isRejection, refusalOf } from './stillAllowed';

/** Ends what may not be sent. While a lockable credential is unproven, attempts go one by one, and wait for each other. */
export const probe: Policy = (call, next) => {
	const { maxFailedProbes } = call;
	return maxFailedProbes ? sendAlone(call, maxFailedProbes, next) : (refusalOf(call) ?? next(call));
};

async function sendAlone(call: PendingCall, maxFailed: number, next: Send): Promise<Attempt> {
	const { authenticator, guard, clock, cancelled, rateLimit } = call.run;
	// How long other calls' attempts may take, apart from their waits in `pace`, which each call bounds itself.
	let patience = call.timeLeft;
	for (;;) {
		const refusal = refusalOf(call);
		if (refusal) return await refusal;
		if (!call.maxFailedProbes) return await next(call);
		if (patience <= 0) return notAttempted(TIME_USED_UP);
		const since = clock.elapsed();
		// A run's own limit must not hold up the probe of others.
		const delay = Math.max(guard.delayBeforeProbe(maxFailed, clock.elapsed()), rateLimit.ownDelay());
		if (guard.probing) {
			const tookMs = await raceAbort(guard.probing, cancelled, () => 0);
			patience -= tookMs;
			call.end += clock.elapsed() - since - tookMs;
		} else if (delay <= 0) return await sendProbe(call, next);
		else if (delay <= MAX_PAUSE_MS) await sleepUnlessAborted(delay, clock, cancelled);
		// All probes are used up.
		else return notAttempted(probesExhausted(authenticator.subject, clock.now() + delay));
	}
}

async function sendProbe(call: PendingCall, next: Send): Promise<Attempt> {
	const { run, timeLeft } = call;
	const sending = next(call);
	// An unexpected error counts as a lost response: the request may have been sent.
	const ended = sending.then((attempt) => attempt.late ?? attempt).catch(() => undefined);
	run.guard.probing = ended.then((attempt) => {
		record(run, attempt);
		return timeLeft - call.timeLeft;
	});
	// Those that wait for it continue before this call does. A cancelled run ends before its probe.
	await raceAbort(run.guard.probing, run.cancelled, () => undefined);
	return await sending;
}

/** An error after the check of the credential: of the service behind the gateway, or a missing permission. Others may come before. */
const PROOF = /^(LIVE\.(?!100011002$)|APIGW?\.030[246]$)/;

function record({ authenticator, guard, clock }: Run, attempt?: Attempt): void {
	guard.probing = undefined;
	if (attempt?.sent === false) return;
	const { classification, response } = attempt ?? {};
	if (!response || !classification || isRejection(classification, authenticator)) {
		guard.probeFailed(clock.elapsed());
	} else if (classification.kind === 'success' || PROOF.test(response.errorCode ?? '')) {
		guard.isAccepted = true;
	} else if (classification.mayHaveHappened && !guard.isAccepted) guard.probeFailed(clock.elapsed());
}

/** Probes rejected or without a clear response may count: one more could cause a lockout. `until` is in ms since the epoch. */
function probesExhausted(subject: string, until: number): ErrorClassification {
	const time = new Date(until).toISOString().replace('T', ' ').slice(0, 19);
	return problem(
		'timeout',
		`Several requests with ${subject} were rejected or got no clear response, so this one was not sent. If the credential is wrong, more requests could cause a lockout.`,
		`Check the network between n8n and Huawei Cloud, then run this again after ${time} UTC.`,
		{ retryable: true },
	);
}
