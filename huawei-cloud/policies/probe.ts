import { notAttempted, type Attempt } from '../call/apiCall';
import { problem, type ErrorClassification } from '../call/classification';
import { raceAbort, sleepUnlessAborted } from '../http/abort';
import { MAX_PAUSE_MS } from './credentialGuard';
import type { PendingCall, Policy, Run, Send } from './pendingCall';
import { MAX_CALL_MS, TIME_USED_UP } from './retryPolicy';
import { isRejection, refusalOf } from './stillAllowed';

/** Ends what may not be sent. While a lockable credential is unproven, waits for the probes of others. */
export const waitForProbe: Policy = (call, next) => {
	const { maxFailedProbes } = call;
	return maxFailedProbes ? takeTurn(call, maxFailedProbes, next) : (refusalOf(call) ?? next(call));
};

async function takeTurn(call: PendingCall, maxFailed: number, next: Send): Promise<Attempt> {
	const { authenticator, guard, clock, cancelled, rateLimit } = call.run;
	for (;;) {
		const refusal = refusalOf(call);
		if (refusal) return await refusal;
		if (!call.maxFailedProbes) return await next(call);
		if (call.waitedMs >= MAX_CALL_MS) return notAttempted(TIME_USED_UP);
		const since = clock.elapsed();
		// The run's own limit, too: in `pace`, its calls would learn of a rejection one by one.
		const delay = Math.max(guard.delayBeforeProbe(maxFailed, since), rateLimit.ownDelay());
		if (guard.probing) {
			await raceAbort(guard.probing, cancelled, () => undefined);
			call.waitedMs += clock.elapsed() - since;
		} else if (delay <= 0) return await next(call);
		else if (delay <= MAX_PAUSE_MS) await sleepUnlessAborted(delay, clock, cancelled);
		// All probes are used up.
		else return notAttempted(probesExhausted(authenticator.subject, clock.now() + delay));
	}
}

/**
 * While it is unproven, attempts go one by one: asks for `retryNow` unless it is this call's turn. Waits for nothing. After
 * `pace`, where a call may wait for minutes for what concerns no other: until then, it keeps nobody waiting.
 */
export const probe: Policy = (call, next) => {
	const { run, maxFailedProbes } = call;
	const { guard, clock, cancelled } = run;
	if (!maxFailedProbes) return next(call);
	if (guard.probing || guard.delayBeforeProbe(maxFailedProbes, clock.elapsed()) > 0)
		return Promise.resolve({ ...notAttempted(TIME_USED_UP), retryNow: true });
	const sending = next(call);
	// An unexpected error counts as a lost response: the request may have been sent.
	const ended = sending.then((attempt) => attempt.late ?? attempt).catch(() => undefined);
	const recorded = ended.then((attempt) => record(run, attempt));
	// A cancelled run ends before its probe.
	const attempt = raceAbort(recorded, cancelled, () => undefined).then(() => sending);
	// Those that wait for it continue after `pace` has reported it: the service may have asked for a pause.
	guard.probing = Promise.allSettled([recorded, attempt]);
	return attempt;
};

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
