import { randomBytes } from 'node:crypto';

import { RateLimiter } from '../pace/rateLimiter';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { Credential } from './credential';
import { CredentialState, fingerprint } from './credentialState';
import { SharedEntries } from './sharedEntries';

/** State that all runs of a process share: credentials, rate limits and connections. */
export class Runtime {
	/** Known only to this process, so that passwords can't be guessed from a fingerprint. */
	private readonly salt = randomBytes(32);
	private readonly states: SharedEntries<CredentialState>;
	private readonly limiters: SharedEntries<RateLimiter>;
	private readonly transports = new WeakMap<object, Transport>();

	constructor(clock: Clock) {
		this.states = new SharedEntries(clock, () => new CredentialState());
		this.limiters = new SharedEntries(clock, () => new RateLimiter());
	}

	/** The state of a credential. Any changed field makes it a different credential. */
	stateOf(credential: Credential): CredentialState {
		return this.states.getOrCreate(fingerprint(credential, this.salt));
	}

	/** The rate limiter of a credential's project at its Live endpoint. */
	limiterOf({ liveEndpoint, projectId }: Credential): RateLimiter {
		return this.limiters.getOrCreate(JSON.stringify([liveEndpoint, projectId]));
	}

	/** The transport for a policy of the host application, for as long as the policy exists. */
	transportFor(policy: object, create: () => Transport): Transport {
		const transport = this.transports.get(policy) ?? create();
		this.transports.set(policy, transport);
		return transport;
	}
}
