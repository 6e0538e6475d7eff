import type { ApiResponse } from '../http/response';
import type { Classification } from './classification';
import { classifyTransportError } from './transportErrors';

/** The result of one attempt to send a request. */
export interface Attempt {
	classification: Classification;
	/** `retryNow` is limited by the policy that returns it, and `retryLater` by the settings of the call. */
	next: 'done' | 'retryNow' | 'retryLater';
	/** True if the request may have reached the service. */
	sent: boolean;
	/** False if the request was deliberately not sent. */
	countsAsAttempt: boolean;
	/** True if the service did not respond because it, or the network to it, is down. */
	hostIsDown?: boolean;
	/** The service's response, or that of IAM when a token could not be fetched. */
	response?: ApiResponse | undefined;
	/** The names of the errors that kept a response from coming, for the log. */
	cause?: string | undefined;
}

/** An attempt that ended before anything was sent. */
export function notAttempted(reason: Classification | 'cancelled' | 'timeout'): Attempt {
	const classification = typeof reason === 'string' ? classifyTransportError(reason, false) : reason;
	return { classification, next: 'done', sent: false, countsAsAttempt: false };
}

/** An error that the error table calls worth retrying is retried; anything else ends the call. */
export function nextAfter(classification: Classification): Attempt['next'] {
	return classification.retry ? 'retryLater' : 'done';
}
