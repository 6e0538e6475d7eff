import { notAttempted, type Attempt } from '../call/apiCall';
import type { Authenticator } from '../call/authenticator';
import type { Classification } from '../call/classification';
import type { PendingCall, Policy } from './pendingCall';

/** Right before sending, ends what may not be sent. Rejections: one `retryNow` if the token was fetched, then a block. */
export const stillAllowed: Policy = async (call, next) =>
	refusalOf(call) ?? afterRejection(call, await next(call));

/** The failed attempt, if nothing may be sent now. */
export function refusalOf({ run }: PendingCall): Promise<Attempt> | undefined {
	if (run.cancelled.aborted) return Promise.resolve(notAttempted('cancelled'));
	const problem = run.guard.blockedReason(run.clock) ?? run.giveUpReason;
	return problem && Promise.resolve(notAttempted({ kind: 'error', ...problem }));
}

/** Retries once if a fetched token was rejected without a reason. Else blocks the credential, also for later runs. */
function afterRejection(call: PendingCall, attempt: Attempt): Attempt {
	const { classification, response } = attempt;
	const { authenticator, guard, clock } = call.run;
	if (classification.kind !== 'error') authenticator.tokenAccepted?.(call.headers);
	if (!response || classification.kind !== 'error' || !isRejection(classification, authenticator))
		return attempt;
	const isUnexplained = classification.hintSource === 'credential';
	if (isUnexplained && authenticator.discardToken?.(call.headers) && !call.isTokenReplaced) {
		call.isTokenReplaced = true;
		return { ...attempt, retryNow: true };
	}
	const rejection = { ...classification };
	if (isUnexplained) {
		const service = call.request.service === 'iam' ? 'IAM' : 'Huawei Cloud Live';
		rejection.message = `${service} rejected ${authenticator.subject}.`;
		rejection.hint = authenticator.rejectionHint(response);
	}
	guard.rejected(rejection, clock.elapsed());
	return { ...attempt, classification: rejection };
}

/** True if Huawei Cloud rejected the credential itself. */
export function isRejection({ category }: Classification, { rejectedBy }: Authenticator): boolean {
	return category !== undefined && (rejectedBy?.has(category) ?? category === 'authentication');
}
