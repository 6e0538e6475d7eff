import { createHmac, randomBytes } from 'node:crypto';

import { CircuitBreaker } from '../call/circuitBreaker';
import type { Credential } from './credential';
import { Secret } from './secret';
import { TokenCache } from './tokenCache';

/** So many credentials are remembered; beyond it, those not used for longest are forgotten. */
const MOST_STATES = 500;

/** What is known of a credential beyond its fields. */
export class CredentialState {
	readonly tokenCache = new TokenCache();

	constructor(readonly circuitBreaker = new CircuitBreaker()) {}
}

const states = new Map<string, CredentialState>();

/** What this process knows of a credential, for all who use it. Any changed field makes it another one. */
export function sharedState(credential: Credential): CredentialState {
	const key = fingerprint(credential, salt);
	const state = states.get(key) ?? new CredentialState();
	states.delete(key);
	states.set(key, state);
	const oldest = states.keys().next();
	if (states.size > MOST_STATES && !oldest.done) states.delete(oldest.value);
	return state;
}

/** Forgets what is known of a credential, since it was just seen to work. */
export function forgetState(credential: Credential): void {
	states.delete(fingerprint(credential, salt));
}

/** Known to this process alone, so that a fingerprint is no hash of a password that could be guessed. */
const salt = randomBytes(32);

/** Tells credentials apart by all of their fields, without giving any of them away. */
export function fingerprint({ method, ...fields }: Credential, key: string | Uint8Array): string {
	const values = Object.values(method).map((value: unknown) =>
		value instanceof Secret ? value.reveal() : value,
	);
	return createHmac('sha256', key)
		.update(JSON.stringify([fields, values]))
		.digest('hex');
}
