import type { Problem } from './errorTable';
import { Probes } from './probes';

/** How long a refused credential is not tried again. Huawei Cloud locks a key for as long. */
const PAUSE_MS = 5 * 60_000;

/**
 * Keeps a credential from being used once Huawei Cloud has refused it, for a while, and tries it out carefully until it was
 * accepted. All runs of a process that use the credential share it: a webhook is a run for each item, so what one run
 * learned has to keep the next from locking a user or a key.
 */
export class CircuitBreaker {
	private block: { reason: Problem; until: number } | undefined;

	/** @param probes what is known of tries so far; to be given when others share it */
	constructor(readonly probes = new Probes()) {}

	/** Why nothing should be sent with the credential now, if so. */
	blockedReason(now: number): Problem | undefined {
		return this.block && now < this.block.until ? this.block.reason : undefined;
	}

	/** Keeps the credential from being used for five minutes, since it was refused. */
	trip(problem: Problem, now: number): void {
		const until = now + PAUSE_MS;
		this.probes.reset();
		this.block = {
			until,
			reason: {
				...problem,
				message: `${problem.message} It was not asked again.`,
				hint: `${problem.hint} To avoid a lockout, this credential is paused until ${toSeconds(until)}; editing it lifts the pause.`,
			},
		};
	}
}

/** `2026-01-31 18:00:00 UTC` */
export function toSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/T(.+)\.\d+Z$/, ' $1 UTC');
}
