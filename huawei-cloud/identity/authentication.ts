import { TOKEN_HEADER, type Authenticator } from '../call/authenticator';
import { RateLimiter, type RateLimiterHandle } from '../pace/rateLimiter';
import { Client } from '../policies/client';
import type { Run } from '../policies/pendingCall';
import { accessKey } from './accessKey';
import type { Credential } from './credential';
import { CredentialState, redactorOf } from './credentialState';
import { iamUser } from './iamUser';

/** The network and the time, as a client uses them. */
export interface ClientParts extends Pick<Run, 'transport' | 'clock'> {
	/** About how many calls the client will make; undefined: one. With more, they wait for IAM while it is down. */
	expectedCalls?: number | undefined;
}

/** A client for a credential, with a state and a rate limiter of its own unless given. The signal aborts pending calls. */
export function authenticatedClient(
	credential: Credential,
	parts: ClientParts,
	state = new CredentialState(),
	cancelSignal?: AbortSignal,
	rateLimit: RateLimiterHandle = new RateLimiter(parts.clock).createHandle(),
): Client {
	const authenticator = createAuthenticator(credential, parts, state);
	const run = { ...parts, guard: state.guard, rateLimit, authenticator };
	return new Client(run, redactorOf(credential, state), cancelSignal);
}

/** The authenticator of a credential. */
export function createAuthenticator(
	credential: Credential,
	parts: ClientParts,
	state = new CredentialState(),
): Authenticator {
	const { method, projectId } = credential;
	if (method.name === 'iamUser') return iamUser(credential, method, parts, state);
	if (method.name === 'accessKey') return accessKey(method, projectId, parts.clock);
	return {
		subject: 'the IAM token',
		headersFor: () => ({ [TOKEN_HEADER]: method.token.reveal() }),
		rejectionHint: () =>
			'The token may have expired (it is valid for 24 hours), be incomplete, or belong to another region or project. Get a new one and update the credential.',
	};
}
