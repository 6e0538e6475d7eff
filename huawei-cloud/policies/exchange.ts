import { notAttempted, type ApiRequest, type Attempt } from '../call/apiCall';
import type { Classification, Service } from '../call/classification';
import { classifyResponse } from '../call/errorTable';
import { classifyTransportError } from '../call/transportErrors';
import { Canceller, deadlineAfter, raceAbort, type Cancellation } from '../http/abort';
import { nameCause } from '../http/errorCodes';
import { assertTransportError, type HttpRequest, type TransportErrorCode } from '../http/http';
import { parseResponse, type ApiResponse } from '../http/response';
import type { PendingCall, Send } from './pendingCall';
import { MIN_PATIENCE_MS, TIME_USED_UP } from './retryPolicy';

/** Enough for any response about a single resource, and for the pages of proxies, which are longer. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Errors of requests that were deliberately not sent. */
const NEVER_SENT = new Set<TransportErrorCode>(['egressDenied', 'proxyUnusable', 'cancelled']);

/** Errors after which the host, or the network to it, may be down. A wrong name or certificate won't fix itself. */
const OUTAGE = new Set<TransportErrorCode>(['unreachable', 'connectionLost', 'timeout', 'proxyUnreachable']);

/**
 * Sends the request once, and waits for its response, for as long as an attempt may take. Cancelling the run never aborts
 * a probe: without its response, it would count as failed for all who use the credential.
 */
export const exchange: Send = (call) => {
	const { cancelled } = call.run;
	if (!call.maxFailedProbes) return sendOnce(call, cancelled);
	const late = sendOnce(call, new Canceller());
	const aborted = { classification: classifyTransportError('cancelled', true), sent: true, late };
	return raceAbort(late, cancelled, () => aborted);
};

async function sendOnce(call: PendingCall, cancelled: Cancellation): Promise<Attempt> {
	const { request, run, timeLeft, timeout } = call;
	const { transport, clock } = run;
	if (timeLeft === 0) return notAttempted(TIME_USED_UP);
	call.end = clock.elapsed() + timeLeft;
	call.attempts += 1;
	try {
		const deadline = deadlineAfter(timeout, clock, cancelled);
		const response = parseResponse(await transport.send(requestOf(call), deadline));
		call.value = request.parse(response);
		const meaning = classifyResponse(response, call.value !== undefined, request.service);
		const hostIsDown = comesFromGateway(response, meaning, request.service);
		return { classification: withHint(request, meaning), sent: true, hostIsDown, response };
	} catch (error) {
		assertTransportError(error);
		const { sent, proxy } = error;
		const code = error.code === 'cancelled' && !cancelled.aborted ? 'timeout' : error.code;
		if (!sent && NEVER_SENT.has(code)) call.attempts -= 1;
		const classification = classifyTransportError(code, sent, proxy);
		const hostIsDown = OUTAGE.has(code) && (code !== 'timeout' || timeout >= MIN_PATIENCE_MS);
		return { classification, sent, hostIsDown, cause: nameCause(error.cause) };
	}
}

/** True if a gateway responded, since its service, which has codes of its own, did not. */
function comesFromGateway(response: ApiResponse, meaning: Classification, service: Service): boolean {
	const { status, errorCode, isPage } = response;
	if (meaning.category === 'throttled') return false;
	// A page, or a failure, but no 4xx and no unusable token (201). IAM.0020: it fails over to another site.
	const isOfIam = status === 201 || (status >= 400 && status < 500 && errorCode !== 'IAM.0020');
	if (service === 'iam') return isPage || (meaning.kind === 'error' && !isOfIam);
	return [502, 503, 504].includes(status) && !errorCode?.startsWith('LIVE.');
}

/** Adds the hint that only the call itself knows. */
function withHint({ rejectedHint, permission }: ApiRequest, classification: Classification): Classification {
	if (classification.hintSource === 'rejected') return { ...classification, hint: rejectedHint };
	if (classification.hintSource !== 'permission' || permission === undefined) return classification;
	return { ...classification, hint: `Ask the account administrator to grant the permission ${permission}.` };
}

function requestOf({ request, headers, mayHaveHappened }: PendingCall): HttpRequest {
	const { method, origin, path, body, idempotent, maxResponseBytes = MAX_RESPONSE_BYTES } = request;
	return {
		method,
		origin,
		path,
		// The API reference requires a content type on every request, even without a body.
		headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
		body,
		// Stale connections lose requests: bad if one can't be repeated, or for each retry of one that was lost.
		onNewConnection: !idempotent || mayHaveHappened,
		maxResponseBytes,
	};
}
