import type { Problem } from './errorTable';
import { Probes } from './probes';

/** How long a refused credential is paused. Huawei Cloud locks a key for the same time. */
const PAUSE_MS = 5 * 60_000;

/**
 * Stops requests with a credential for a while once Huawei Cloud has refused it, and probes it carefully until it is
 * accepted. All runs of a process share it per credential: a webhook starts one run per item, so what one run learned
 * must keep the next from locking a user or a key.
 */
export class CircuitBreaker {
	private block: { reason: Problem; until: number } | undefined;

	/** @param probes the probes made so far; pass them in to share them */
	constructor(readonly probes = new Probes()) {}

	/** Why the credential must not be sent now, if it is paused. */
	blockedReason(now: number): Problem | undefined {
		return this.block && now < this.block.until ? this.block.reason : undefined;
	}

	/** Pauses the credential for five minutes, since it was refused. */
	trip(problem: Problem, now: number): void {
		const until = now + PAUSE_MS;
		this.probes.reset();
		this.block = {
			until,
			reason: {
				...problem,
				message: `${problem.message} No further request was sent.`,
				hint: `${problem.hint} To avoid a lockout, this credential is paused until ${toSeconds(until)}; editing it lifts the pause.`,
			},
		};
	}
}

/** `2026-01-31 18:00:00 UTC` */
export function toSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/T(.+)\.\d+Z$/, ' $1 UTC');
}
