import { nextAfter, notAttempted, type Attempt } from '../call/attempt';
import { AuthenticationError } from '../call/authenticator';
import { toProblem } from '../call/classification';
import { classifyTransportError } from '../call/transportErrors';
import { assertTransportError } from '../http/http';
import type { Policy } from './compose';
import type { PendingCall } from './pendingCall';

/** Waits for IAM when a token has to be fetched. Meanwhile, it blocks no calls with other credentials. */
export const obtainToken: Policy = (call, next) => {
	const { authenticator } = call.run;
	if (!authenticator.obtainToken) return next(call);
	const timeout = call.timeLeft();
	const fetching = authenticator.obtainToken({ timeout, until: call.within(timeout) });
	if (!fetching) return next(call);
	return fetching.then(
		() => next(call),
		(error: unknown) => withoutToken(error, call),
	);
};

/** @throws an error that has nothing to do with authentication */
function withoutToken(error: unknown, { run }: PendingCall): Attempt {
	if (error instanceof AuthenticationError) {
		const { classification, response, isFinal, reason: cause } = error;
		if (isFinal) run.giveUpReason = run.guard.blockedReason(run.clock.now()) ?? toProblem(classification);
		return { ...notAttempted(classification, isFinal ? 'done' : nextAfter(classification)), response, cause };
	}
	assertTransportError(error);
	if (run.cancelled.aborted) return notAttempted(classifyTransportError('cancelled', false));
	return notAttempted(classifyTransportError('timeout', false), 'retryLater');
}
