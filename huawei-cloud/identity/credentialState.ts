import { Redactor } from '../call/redaction';
import { CredentialGuard } from '../policies/credentialGuard';
import type { Credential } from './credential';
import { revealAll } from './secret';
import { sha256 } from './signature';
import { TokenCache } from './tokenCache';

/** State of a credential beyond its fields. */
export class CredentialState {
	readonly guard = new CredentialGuard();
	readonly tokenCache = new TokenCache();

	/** The next request is authenticated anew, even if the credential is blocked. */
	startOver(): void {
		this.guard.unblock();
		this.tokenCache.startOver();
	}
}

/** Tells credentials apart by all of their fields, without revealing any of them. */
export function fingerprint(credential: Credential): string {
	return sha256(JSON.stringify([credential, revealAll(credential.method)]));
}

/** Replaces values that hold a secret of a credential, or a token fetched with it. */
export function redactorFor({ method }: Credential, { tokenCache }: CredentialState): Redactor {
	const permanent = revealAll(method);
	return new Redactor(() => [...permanent, ...tokenCache.secrets]);
}
