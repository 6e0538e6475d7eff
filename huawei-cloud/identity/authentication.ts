import { TOKEN_HEADER, type AuthenticationHeaders, type Authenticator } from '../call/authenticator';
import { RateLimiter, type RateLimiterHandle } from '../pace/rateLimiter';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import { Client } from '../policies/client';
import { AccessKeySigner } from './accessKey';
import type { Credential, IamTokenMethod } from './credential';
import { CredentialState } from './credentialState';
import { IamUser } from './iamUser';

/** The network and the time, as a client uses them. */
export interface ClientParts {
	transport: Transport;
	clock: Clock;
}

/**
 * A client that makes calls with a credential.
 * @param state the state of the credential, which a process shares; default: one of its own
 * @param cancelSignal aborts pending calls
 * @param rateLimit the run's access to the rate limiter; default: its own limiter
 */
export function authenticatedClient(
	credential: Credential,
	parts: ClientParts,
	state = new CredentialState(),
	cancelSignal?: AbortSignal,
	rateLimit: RateLimiterHandle = new RateLimiter().createHandle(parts.clock),
): Client {
	const { guard } = state;
	const authenticator = createAuthenticator(credential, parts, state);
	return new Client({ ...parts, guard, rateLimit, authenticator }, cancelSignal);
}

/** The authenticator of a credential. */
export function createAuthenticator(
	credential: Credential,
	parts: ClientParts,
	state: CredentialState = new CredentialState(),
): Authenticator {
	const { method } = credential;
	switch (method.name) {
		case 'iamToken':
			return new IamToken(method);
		case 'iamUser':
			return new IamUser(credential, method, parts, state);
		case 'accessKey':
			return new AccessKeySigner(credential.projectId, method, parts.clock);
	}
}

/** A token that the user obtained. */
class IamToken implements Authenticator {
	readonly subject = 'the IAM token';

	constructor(private readonly method: IamTokenMethod) {}

	get secrets(): string[] {
		return [this.method.token.reveal()];
	}

	headersFor(): AuthenticationHeaders {
		return { [TOKEN_HEADER]: this.method.token.reveal() };
	}

	rejectionHint(): string {
		return 'The token may have expired (it is valid for 24 hours), be incomplete, or belong to another region or project. Get a new one and update the credential.';
	}
}
