import type { Policy } from './compose';
import { MAX_CALL_MS } from './retryPolicy';
import { whyNotAllowed } from './stillAllowed';

/**
 * Sends nothing with a rejected credential. With one that could get locked and was not accepted yet, sends one call
 * at a time: the others wait for its response.
 */
export const probe: Policy = (call, next) => {
	const { authenticator, guard, clock } = call.run;
	const blocked = whyNotAllowed(call);
	if (blocked) return blocked;
	const { subject, probeLimits } = authenticator;
	if (!probeLimits || guard.isAccepted) return next(call);
	const until = call.within(Math.max(0, Math.min(MAX_CALL_MS, call.end - clock.now())));
	return guard
		.probe({ subject, limits: probeLimits, clock, until }, async () => await next(call))
		.then((attempt) => (attempt.sent ? attempt : (whyNotAllowed(call) ?? attempt)));
};
