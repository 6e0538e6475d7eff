import type { HttpRequest } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { Classification, ErrorClassification, Service } from './classification';
import { classifyTransportError } from './transportErrors';

/** One request to an API, without the headers that authenticate it. */
export interface ApiRequest extends Pick<HttpRequest, 'method' | 'origin' | 'path' | 'body'> {
	service: Service;
	/** True if the call may safely be carried out twice. If not, an attempt that may have reached the service is the last. */
	idempotent: boolean;
	/** The IAM action it requires, named in the hint when it is missing. */
	permission?: string | undefined;
	/** The hint when the service rejects the request as invalid: what to check. */
	rejectedHint: string;
	/** The largest body that the API can return; default: enough for a single resource. */
	maxResponseBytes?: number;
}

export interface ApiCall<T> extends ApiRequest {
	/** The content of a successful response; undefined if it is not what the API returns on success. */
	parse(response: ApiResponse): T | undefined;
}

/** Hints that depend on where in n8n a call comes from: a list in the editor has no options to change. */
export interface Advice {
	throttled: string;
	timeout: string;
}

export interface CallSettings {
	maxRetries: number;
	/** How many milliseconds one attempt may take, from connecting to the last byte. */
	timeout: number;
	advice: Advice;
}

export interface Attempt {
	classification: Classification;
	/** True if the request may have reached the service. */
	sent: boolean;
	/** Whatever the settings say: true if it is to be sent again at once, limited by the policy that sets it; false if never. */
	retryNow?: boolean;
	/** The real outcome of a probe whose run was cancelled before its response. */
	late?: Promise<Attempt>;
	/** True if the service did not respond because it, or the network to it, is down. */
	hostIsDown?: boolean;
	/** The service's response, or that of IAM when a token could not be fetched. */
	response?: ApiResponse | undefined;
	/** The names of the errors that kept a response from coming, for the log. */
	cause?: string | undefined;
}

/** An attempt that ended before anything was sent, which ends the call. */
export function notAttempted(reason: ErrorClassification | 'cancelled'): Attempt {
	const classification = typeof reason === 'string' ? classifyTransportError(reason, false) : reason;
	return { classification: { ...classification, retry: false, mayHaveHappened: false }, sent: false };
}
