import { createHmac, randomBytes } from 'node:crypto';

import type { Credential } from './credential';
import type { Reason } from '../call/errorTable';
import { Probes } from '../call/probes';
import { Secret } from './secret';

/** How long a refused credential is not tried again. Huawei Cloud locks a key for as long. */
const REFUSAL_MEMORY_MS = 5 * 60_000;

/** So many credentials are remembered; beyond it, those not used for longest are forgotten. */
const MOST_SESSIONS = 500;

export interface FetchedToken {
	value: Secret;
	/** From then on a new one is fetched, shortly before this one ends. Milliseconds since the epoch. */
	renewAt: number;
}

/** A token that is being fetched, for all who need it meanwhile. */
export interface TokenFetch {
	/** When it was begun. Milliseconds since the epoch. */
	since: number;
	token: Promise<FetchedToken>;
}

/**
 * What this process knows of a credential beyond its fields: its token, whether it was refused, and whether it was ever
 * accepted. All runs and workflows that use the credential share it. A webhook is a run for each item, so what one run
 * learned has to keep the next from locking a user or a key.
 */
export class Session {
	token: FetchedToken | undefined;
	fetching: TokenFetch | undefined;
	private refusal: { reason: Reason; until: number } | undefined;

	constructor(readonly probes = new Probes()) {}

	/** Why nothing should be sent with this credential now, if so. */
	refusedAt(now: number): Reason | undefined {
		return this.refusal && now < this.refusal.until ? this.refusal.reason : undefined;
	}

	/** Keeps this credential from being used for five minutes. */
	refuse(reason: Reason, now: number): void {
		const until = now + REFUSAL_MEMORY_MS;
		this.probes.reset();
		this.refusal = {
			until,
			reason: {
				...reason,
				error: `${reason.error} It was not asked again.`,
				hint: `${reason.hint} To avoid a lockout, this credential is paused until ${toSeconds(until)}; editing it lifts the pause.`,
			},
		};
	}
}

/** `2026-01-31 18:00:00 UTC` */
export function toSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/T(.+)\.\d+Z$/, ' $1 UTC');
}

const sessions = new Map<string, Session>();

/** The process's session for a credential. Any changed field makes it another one. */
export function sharedSession(credential: Credential): Session {
	const key = fingerprint(credential, salt);
	const session = sessions.get(key) ?? new Session();
	sessions.delete(key);
	sessions.set(key, session);
	const oldest = sessions.keys().next();
	if (sessions.size > MOST_SESSIONS && !oldest.done) sessions.delete(oldest.value);
	return session;
}

/** Forgets what is known of a credential, since it was just seen to work. */
export function forgetSession(credential: Credential): void {
	sessions.delete(fingerprint(credential, salt));
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
