import type { ApiResponse } from '../http/response';
import type { ErrorClassification, Service } from './errorTable';
import type { ProbeLimits } from './probes';

/** A request as far as it has to be known to authenticate it. */
export interface RequestToAuthenticate {
	/** Undefined: any other service of Huawei Cloud. */
	service: Service | undefined;
	method: string;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** The body, or null if it can't be known before it is sent. */
	payload: string | Uint8Array | null;
}

/** How long to try for, when something has to be fetched. */
export interface Patience {
	/** Milliseconds that one request may take, from connecting to the last byte. */
	timeout: number;
	/** Ends the waiting. What is being fetched goes on, since others may wait for it too. */
	signal: AbortSignal;
}

/** Makes requests that Huawei Cloud accepts as coming from the holder of a credential. There is one for each method. */
export interface Authenticator {
	/** What is refused when Huawei Cloud refuses it, e.g. `the access key`. */
	readonly subject: string;
	/** What must not appear in anything a person or a log gets to see. */
	readonly secrets: readonly string[];
	/** How many calls may go out before one was accepted, if a wrong credential is locked after a few. */
	readonly probeLimits?: ProbeLimits;
	/**
	 * The headers to add to a request, in place of any of the same name.
	 * @throws AuthenticationFailure when what they need could not be had
	 * @throws TransportError when the signal aborts first
	 */
	headersFor(request: RequestToAuthenticate, patience: Patience): Promise<Record<string, string>>;
	/** Lets go of what these headers were made of, since it was refused. False: there is nothing fresh to be had. */
	renew(headers: Readonly<Record<string, string>>): boolean;
	/** How to get unstuck after a refusal. */
	refusalHint(response: ApiResponse | undefined): string;
}

/** Thrown when a request can't be authenticated, for now or at all. Nothing was sent to the service that was to be called. */
export class AuthenticationError extends Error {
	/**
	 * @param classification what happened instead, and whether it is worth another try
	 * @param response what was answered, if anything was
	 * @param isFinal whether asking again would get the same answer, for every call of the run
	 */
	constructor(
		readonly classification: ErrorClassification,
		readonly response: ApiResponse | undefined,
		readonly isFinal: boolean,
	) {
		super(classification.message);
		this.name = 'AuthenticationFailure';
	}
}
