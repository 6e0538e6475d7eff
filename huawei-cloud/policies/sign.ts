import { notAttempted } from '../call/attempt';
import { asClassification } from '../call/classification';
import type { Policy } from './compose';

/** How many tokens may expire while a call waits for its turn. */
const MAX_EXPIRED_TOKENS = 5;

/** Authenticates the request, after all waits: a signature has a date, and a token expires. Doesn't wait. */
export const sign: Policy = (call, next) => {
	const { service, method, origin, path, body = '' } = call.request;
	const headers = call.run.authenticator.headersFor({ service, method, origin, path, payload: body });
	if (!headers) {
		call.expiredTokens += 1;
		return call.expiredTokens > MAX_EXPIRED_TOKENS
			? notAttempted(TOO_SLOW)
			: notAttempted(TOO_SLOW, 'retryWithNewToken');
	}
	call.headers = headers;
	return next(call);
};

const TOO_SLOW = asClassification({
	category: 'throttled',
	message: 'The request waited so long that its token expired, several times.',
	hint: 'Run this again later, with fewer items.',
	retryable: true,
});
