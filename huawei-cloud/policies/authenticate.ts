import { notAttempted } from '../call/apiCall';
import type { Policy } from './pendingCall';

/** Waits for a token fetch, as long as it takes, in the call's time. Without a permit: other credentials' calls go on. */
export const obtainToken: Policy = (call, next) => {
	const { authenticator, cancelled } = call.run;
	const fetching = authenticator.obtainToken?.(cancelled);
	if (!fetching) return next(call);
	return fetching.then(({ classification, response, cause }) => {
		if (classification.kind !== 'error') return next(call);
		return { ...notAttempted(classification), response, cause };
	});
};

/** Authenticates the request: after all waits, since a signature has a date. Waits for nothing. */
export const sign: Policy = (call, next) => {
	const { service, method, origin, path, body = '' } = call.request;
	call.headers = call.run.authenticator.headersFor({ service, method, origin, path, payload: body });
	return next(call);
};
