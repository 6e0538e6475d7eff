import { createHmac } from 'node:crypto';

import { createRedactor, type Redactor } from '../call/redaction';
import { CredentialGuard } from '../policies/credentialGuard';
import type { Credential } from './credential';
import { Secret } from './secret';
import { TokenCache } from './tokenCache';

/** State of a credential beyond its fields. */
export class CredentialState {
	readonly guard = new CredentialGuard();
	readonly tokenCache = new TokenCache();

	/** The next request is authenticated anew, even if the credential is blocked. */
	startOver(): void {
		this.guard.unblock();
		this.tokenCache.reject(this.tokenCache.current?.value.reveal());
	}
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
	const permanent = Object.values(method).flatMap((value: unknown) =>
		value instanceof Secret ? [value.reveal()] : [],
	);
	return createRedactor(() => [...permanent, ...tokenCache.secrets]);
}
