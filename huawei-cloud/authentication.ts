import type { Credential } from './credential';
import type { HttpRequest } from './http';

/** A request as far as it has to be known to authenticate it; n8n's HTTP Request node may use any method. */
export type RequestToAuthenticate = Omit<HttpRequest, 'method'> & { method: string };

/** Makes requests that Huawei Cloud accepts as coming from the holder of a credential. There is one for each method. */
export interface Authenticator {
	/** The headers to add to a request, in place of any of the same name. */
	headersFor(request: RequestToAuthenticate): Promise<Record<string, string>>;
	/** What must not appear in anything a person or a log gets to see. */
	readonly secrets: readonly string[];
}

/** The authenticator of a credential. */
export function createAuthenticator({ method }: Credential): Authenticator {
	return {
		headersFor: async () => ({ 'X-Auth-Token': method.token }),
		secrets: [method.token],
	};
}
