import { createHmac, randomBytes } from 'node:crypto';

import { CircuitBreaker } from '../call/circuitBreaker';
import type { Credential } from './credential';
import { Secret } from './secret';
import { TokenCache } from './tokenCache';

/** How many credentials to remember; beyond that, the least recently used ones are forgotten. */
const MOST_STATES = 500;

/** What is known about a credential beyond its fields. */
export class CredentialState {
	readonly tokenCache = new TokenCache();

	constructor(readonly circuitBreaker = new CircuitBreaker()) {}
}

const states = new Map<string, CredentialState>();

/** The state of a credential, shared by everything in this process. Any changed field makes it a different credential. */
export function sharedState(credential: Credential): CredentialState {
	const key = fingerprint(credential, salt);
	const state = states.get(key) ?? new CredentialState();
	states.delete(key);
	states.set(key, state);
	const oldest = states.keys().next();
	if (states.size > MOST_STATES && !oldest.done) states.delete(oldest.value);
	return state;
}

/** Forgets the state of a credential, since the credential was just seen to work. */
export function forgetState(credential: Credential): void {
	states.delete(fingerprint(credential, salt));
}

/** Known only to this process, so that passwords can't be guessed from a fingerprint. */
const salt = randomBytes(32);

/** Tells credentials apart by all of their fields, without revealing any of them. */
export function fingerprint({ method, ...fields }: Credential, key: string | Uint8Array): string {
	const values = Object.values(method).map((value: unknown) =>
		value instanceof Secret ? value.reveal() : value,
	);
	return createHmac('sha256', key)
		.update(JSON.stringify([fields, values]))
		.digest('hex');
}
