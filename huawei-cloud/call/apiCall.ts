import type { HttpMethod } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { Service } from './errorTable';

/** One call of an API, without what authenticates it. */
export interface ApiCall {
	service: Service;
	method: HttpMethod;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** JSON. */
	body?: string;
	/** Whether it does no harm to carry the call out twice. If it may, an attempt that may have been received is the last. */
	idempotent: boolean;
	/** Whether a response holds what the API answers with on success. */
	isExpected(response: ApiResponse): boolean;
	/** Whether "not found" after a lost response means that the lost call did its work. */
	notFoundAfterRetryMeansDone?: boolean;
	/** The IAM action it takes, to be named when it is missing. */
	permission?: string | undefined;
	/** What to do when the request is refused as invalid; default: look at what the service said. */
	invalidHint?: string;
	/** The largest body that the API can answer with; default: that of a call for one thing. */
	maxResponseBytes?: number;
}

export interface CallSettings {
	/** How often a failed attempt is repeated, 0 or more. */
	maxRetries: number;
	/** Milliseconds that one attempt may take, from connecting to the last byte. */
	timeout: number;
}
