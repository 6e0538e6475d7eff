import { RateLimiter } from '../pace/rateLimiter';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { Credential } from './credential';
import { CredentialState, fingerprint } from './credentialState';

const OF_HUAWEI_CLOUD = /^https:\/\/(live|iam)(\.[a-z0-9-]+)?\.myhuaweicloud\.(com|eu)$/;

/** State that all runs of a process share: credentials, rate limits and connections. */
export class Runtime {
	private readonly statesAtHuawei;
	private readonly otherStates;
	private readonly limiters;
	private readonly transports = new WeakMap<object, Transport>();

	constructor(clock: Clock) {
		// One that is forgotten loses its block and failed probes, which could cause a lockout.
		const isBlank = ({ guard, tokenCache }: CredentialState) => guard.isBlank && !tokenCache.current;
		const newStates = () => new SharedEntries(clock, () => new CredentialState(), 5000, isBlank);
		// Apart, so that somebody's own server can't reject enough credentials for Huawei Cloud's to be forgotten.
		this.statesAtHuawei = newStates();
		this.otherStates = newStates();
		this.limiters = new SharedEntries(clock, () => new RateLimiter(clock));
	}

	/** The state of a credential. Any changed field makes it a different credential. */
	stateOf(credential: Credential): CredentialState {
		const hosts = [credential.liveEndpoint, credential.iamEndpoint];
		const states = hosts.every((host) => OF_HUAWEI_CLOUD.test(host)) ? this.statesAtHuawei : this.otherStates;
		return states.getOrCreate(fingerprint(credential));
	}

	/** The rate limiter of a credential's project at its Live endpoint. */
	limiterOf({ liveEndpoint, projectId }: Credential): RateLimiter {
		return this.limiters.getOrCreate(JSON.stringify([liveEndpoint, projectId]));
	}

	/** The transport for an egress policy of the host application, for as long as the policy exists. */
	transportFor(policy: object, create: () => Transport): Transport {
		const transport = this.transports.get(policy) ?? create();
		this.transports.set(policy, transport);
		return transport;
	}
}

/** No entry is useful for longer: tokens expire after 24 hours. */
const MAX_IDLE_MS = 24 * 60 * 60_000;

/** Entries by key, each created when first asked for, and forgotten when idle or many others are in use, blank ones first. */
export class SharedEntries<Entry> {
	/** The least recently used first. */
	private readonly entries = new Map<string, { entry: Entry; usedAt: number }>();

	constructor(
		private readonly clock: Clock,
		private readonly create: () => Entry,
		private readonly maxEntries = 500,
		private readonly isBlank: (entry: Entry) => boolean = () => true,
	) {}

	getOrCreate(key: string): Entry {
		const now = this.clock.now();
		const isFull = () => this.entries.size >= this.maxEntries && !this.entries.has(key);
		for (const [other, { entry, usedAt }] of this.entries) {
			if (now - usedAt > MAX_IDLE_MS || (isFull() && this.isBlank(entry))) this.entries.delete(other);
			else if (!isFull()) break;
		}
		const [oldest = ''] = this.entries.keys();
		if (isFull()) this.entries.delete(oldest);
		const entry = this.entries.get(key)?.entry ?? this.create();
		this.entries.delete(key);
		this.entries.set(key, { entry, usedAt: now });
		return entry;
	}
}
