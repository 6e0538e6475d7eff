import type { Cancellation } from '../http/abort';
import type { HttpRequest } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { Attempt } from './apiCall';
import type { Category, Service } from './classification';

export interface RequestToAuthenticate extends Pick<HttpRequest, 'origin' | 'path'> {
	/** Undefined: any other service of Huawei Cloud. */
	service: Service | undefined;
	method: string;
	/** The body, or null if it is not known before it is sent. */
	payload: string | Uint8Array | null;
}

export const TOKEN_HEADER = 'X-Auth-Token';

export type AuthenticationHeaders = Readonly<Record<string, string>>;

/** Authenticates requests to Huawei Cloud with a credential. There is one implementation for each method. */
export interface Authenticator {
	/** The name of what Huawei Cloud rejects when it rejects the credential, e.g. `the access key`. */
	readonly subject: string;
	/** Set if Huawei Cloud locks a wrong credential: how many calls may fail, or get no response, within 15 minutes. */
	readonly maxFailedProbes?: number;
	/** True if the next use is a probe again, even after one was accepted. */
	readonly isAlwaysProbed?: true;
	/** Categories of errors in which the credential is rejected; default: authentication. */
	readonly rejectedBy?: ReadonlySet<Category>;
	/**
	 * Fetches a token if signing needs one and there is none, or it is about to expire; undefined: nothing to wait for.
	 * @param cancelled ends the wait. The fetch itself continues, since others may be waiting for it too.
	 */
	obtainToken?(cancelled: Cancellation): Promise<Attempt> | undefined;
	/** The headers to add to a request, replacing any of the same name. */
	headersFor(request: RequestToAuthenticate): AuthenticationHeaders;
	/** A call was accepted with the token in these headers. */
	tokenAccepted?(headers: AuthenticationHeaders): void;
	/** Discards the token in these headers, since it was rejected. @returns whether a new one may be accepted */
	discardToken?(headers: AuthenticationHeaders): boolean;
	rejectionHint(response: ApiResponse): string;
}
