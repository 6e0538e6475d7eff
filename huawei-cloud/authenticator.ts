import type { Answer } from './answer';
import type { Failure } from './client';

/** A request as far as it has to be known to authenticate it. */
export interface RequestToAuthenticate {
	method: string;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** The body, or null if it can't be known before it is sent. */
	payload: string | Uint8Array | null;
}

/** Makes requests that Huawei Cloud accepts as coming from the holder of a credential. There is one for each method. */
export interface Authenticator {
	/** What is refused when Huawei Cloud refuses it, e.g. `the access key`. */
	readonly subject: string;
	/** What must not appear in anything a person or a log gets to see. */
	readonly secrets: readonly string[];
	/** Whether calls go out one at a time until one was accepted, since a wrong key is locked after a few. */
	readonly isLockedWhenWrong: boolean;
	/**
	 * The headers to add to a request, in place of any of the same name.
	 * @throws AuthenticationFailure when what they need could not be had
	 */
	headersFor(request: RequestToAuthenticate): Promise<Record<string, string>>;
	/** Lets go of what these headers were made of, since it was refused. False: there is nothing fresh to be had. */
	renew(headers: Readonly<Record<string, string>>): boolean;
	/** How to get unstuck after a refusal. */
	refusalHint(answer: Answer | undefined): string;
}

/** Thrown when a request can't be authenticated: the reason, as an outcome of the call that was to be made. */
export class AuthenticationFailure extends Error {
	constructor(readonly failure: Failure) {
		super(failure.error);
		this.name = 'AuthenticationFailure';
	}
}
