import type { Cancellation } from '../http/abort';
import type { ApiResponse } from '../http/response';
import type { ErrorClassification, Service } from './errorTable';
import type { ProbeLimits } from './probes';

/** The parts of a request that are needed to authenticate it. */
export interface RequestToAuthenticate {
	/** Undefined: any other service of Huawei Cloud. */
	service: Service | undefined;
	method: string;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** The body, or null if it is not known before it is sent. */
	payload: string | Uint8Array | null;
}

/** How long to keep trying, when something has to be fetched. */
export interface Patience {
	/** How many milliseconds one request may take, from connecting to the last byte. */
	timeout: number;
	/** Ends the wait. The fetch itself goes on, since others may be waiting for it too. */
	until: Cancellation;
}

/** Authenticates requests to Huawei Cloud with a credential. There is one implementation for each method. */
export interface Authenticator {
	/** What Huawei Cloud refuses when it refuses the credential, e.g. `the access key`. */
	readonly subject: string;
	/** What must never appear in an item, a message or a log. */
	readonly secrets: readonly string[];
	/** How many calls may go out before one is accepted, if a wrong credential gets locked after a few. */
	readonly probeLimits?: ProbeLimits;
	/**
	 * The headers to add to a request, replacing any of the same name: at once, if nothing has to be fetched.
	 * @throws AuthenticationError when what they need could not be fetched
	 * @throws TransportError when the wait is aborted
	 */
	headersFor(
		request: RequestToAuthenticate,
		patience: Patience,
	): Record<string, string> | Promise<Record<string, string>>;
	/** Discards what these headers were made from, since it was refused. Undefined: there is nothing new to fetch. */
	renew?(headers: Readonly<Record<string, string>>): void;
	/** How to get unstuck after a refusal. */
	refusalHint(response: ApiResponse | undefined): string;
}

/** Thrown when a request can't be authenticated, for now or at all. Nothing was sent to the called service. */
export class AuthenticationError extends Error {
	/**
	 * @param classification what went wrong, and whether a retry is worthwhile
	 * @param response the response, if there was one
	 * @param isFinal whether trying again would get the same response, for every call of the run
	 */
	constructor(
		readonly classification: ErrorClassification,
		readonly response: ApiResponse | undefined,
		readonly isFinal: boolean,
	) {
		super(classification.message);
		this.name = 'AuthenticationError';
	}
}
