import { notAttempted, type Attempt } from '../call/apiCall';
import type { Authenticator } from '../call/authenticator';
import type { Classification, ErrorClassification, Service } from '../call/classification';
import type { PendingCall, Policy } from './pendingCall';

const NAMES: Readonly<Record<Service, string>> = { live: 'Huawei Cloud Live', iam: 'IAM' };

/** Right before sending, ends what was cancelled or blocked. A rejection leads to one `retryNow` with a new token, or a block. */
export const stillAllowed: Policy = async (call, next) =>
	refusalOf(call) ?? afterRejection(call, await next(call));

/** The failed attempt, if nothing may be sent now. */
export function refusalOf({ run }: PendingCall): Promise<Attempt> | undefined {
	if (run.cancelled.aborted) return Promise.resolve(notAttempted('cancelled'));
	const problem = run.guard.blockedReason(run.clock.now()) ?? run.giveUpReason;
	return problem && Promise.resolve(notAttempted({ kind: 'error', ...problem }));
}

/** On rejection, retries once with a new token if one was fetched. Otherwise blocks the credential, also for later runs. */
function afterRejection(call: PendingCall, attempt: Attempt): Attempt {
	const { classification, response } = attempt;
	const { authenticator, guard, clock } = call.run;
	if (!response || !isRejection(classification, authenticator)) return attempt;
	const isUnexplained = classification.hintSource === 'credential';
	if (isUnexplained && authenticator.discardToken) {
		authenticator.discardToken(call.headers);
		call.rejectedTokens += 1;
		if (call.rejectedTokens === 1) return { ...attempt, retryNow: true };
	}
	const rejection = { ...classification };
	if (isUnexplained) {
		rejection.message = `${NAMES[call.request.service]} rejected ${authenticator.subject}.`;
		rejection.hint = authenticator.rejectionHint(response);
	}
	guard.rejected(rejection, clock.now());
	return { ...attempt, classification: rejection };
}

/** True if Huawei Cloud rejected the credential itself. */
export function isRejection(
	classification: Classification,
	{ rejectedBy }: Authenticator,
): classification is ErrorClassification {
	const { category } = classification;
	return category !== undefined && (rejectedBy?.has(category) ?? category === 'authentication');
}
