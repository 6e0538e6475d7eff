import { notAttempted } from '../call/apiCall';
import { IAM_FOREIGN_RESPONSE } from '../call/problems';
import type { Policy } from './pendingCall';

/**
 * Waits for IAM when a token has to be fetched. Takes no permit meanwhile, so calls with other credentials don't wait. The
 * fetch has its own retries and time limits.
 */
export const obtainToken: Policy = (call, next) => {
	const { authenticator, cancelled } = call.run;
	const fetching = authenticator.obtainToken?.(cancelled);
	if (!fetching) return next(call);
	return fetching.then(({ classification, response, cause }) => {
		if (classification.kind === 'success') return next(call);
		const error = classification.kind === 'error' ? classification : IAM_FOREIGN_RESPONSE;
		// It ends the run, unless running it again later may help.
		if (!error.retryable) call.run.giveUpReason = error;
		return { ...notAttempted(error), response, cause };
	});
};
