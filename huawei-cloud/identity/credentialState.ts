import { Redactor } from '../call/redaction';
import { CredentialGuard } from '../policies/credentialGuard';
import type { Credential } from './credential';
import { revealAll } from './secret';
import { sha256 } from './signature';
import { TokenCache } from './tokenCache';

export class CredentialState {
	readonly guard = new CredentialGuard();
	readonly tokenCache = new TokenCache();
}

/** Tells credentials apart by all of their fields, without revealing any of them. */
export function fingerprint(credential: Credential): string {
	return sha256(JSON.stringify([credential, revealAll(credential.method)]));
}

/** Redacts what must never appear in an item, a message or a log: a credential's secrets, and tokens fetched with it. */
export function redactorOf({ method }: Credential, { tokenCache }: CredentialState): Redactor {
	return new Redactor(revealAll(method), () => tokenCache.secrets);
}
