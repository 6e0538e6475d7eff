import type { Policy } from './pendingCall';

/** Authenticates the request: after all waits, since a signature has a date. Waits for nothing. */
export const sign: Policy = (call, next) => {
	const { service, method, origin, path, body = '' } = call.request;
	call.headers = call.run.authenticator.headersFor({ service, method, origin, path, payload: body });
	return next(call);
};
