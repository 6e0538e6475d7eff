import { createHmac } from 'node:crypto';

import { createRedactor, type Redactor } from '../call/redaction';
import { CredentialGuard } from '../policies/credentialGuard';
import type { Credential } from './credential';
import { Secret } from './secret';
import { TokenCache } from './tokenCache';

/** State of a credential beyond its fields. */
export class CredentialState {
	readonly tokenCache = new TokenCache();

	constructor(readonly guard = new CredentialGuard()) {}
}

/** Tells credentials apart by all of their fields, without revealing any of them. */
export function fingerprint({ method, ...fields }: Credential, key: string | Uint8Array): string {
	const values = Object.values(method).map((value: unknown) =>
		value instanceof Secret ? value.reveal() : value,
	);
	return createHmac('sha256', key)
		.update(JSON.stringify([fields, values]))
		.digest('hex');
}

/** Replaces values that hold a secret of a credential, or a token fetched with it. */
export function redactorFor({ method }: Credential, { tokenCache }: CredentialState): Redactor {
	const own = Object.values(method).filter((value: unknown) => value instanceof Secret);
	return createRedactor(() => [...own, ...tokenCache.secrets].map((secret) => secret.reveal()));
}
