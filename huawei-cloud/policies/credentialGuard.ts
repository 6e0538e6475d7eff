import type { Problem } from '../call/classification';

/** How long a rejected credential is blocked. Huawei Cloud locks a key for the same time. */
const BLOCK_MS = 5 * 60_000;

/** How long a failed probe counts. IAM counts wrong passwords for as long; a streak of wrong signatures may take longer than a lock. */
const KEEP_FAILURES_MS = 15 * 60_000;

/** How long to wait after the first failed probe; five times as long after each further one, a minute at most. */
const FIRST_PAUSE_MS = 2000;
export const MAX_PAUSE_MS = 60_000;

/**
 * Blocks a credential for a while once Huawei Cloud has rejected it, and knows which requests may have counted towards a
 * lockout. All runs of a process share it per credential: a webhook starts one run per item, so what one run learned must
 * keep the next from locking a user or a key. Times in milliseconds since the epoch.
 */
export class CredentialGuard {
	/** True if the credential was accepted and has not been rejected since. */
	isAccepted = false;
	/** The probe that is in flight. */
	probing: Promise<unknown> | undefined;
	private block: { reason: Problem; until: number } | undefined;
	/** When probes were rejected, or may have been because no response came. */
	private failedAt: number[] = [];

	/** Why the credential must not be sent now, if it is blocked. */
	blockedReason(now: number): Problem | undefined {
		const block = this.blockAt(now);
		if (!block) return undefined;
		const { reason, until } = block;
		// The date is left out, since a block is short.
		const time = new Date(until).toISOString().slice(11, 19);
		return {
			...reason,
			message: `${reason.message} Nothing more was sent: to avoid a lockout, the credential is paused until ${time} UTC.`,
			hint: `${reason.hint} Editing the credential lifts the pause.`,
		};
	}

	/**
	 * The credential was rejected, so it is blocked for five minutes. The first rejection says why: a later one, of a request
	 * that was in flight, may only say that the user is locked.
	 */
	rejected(reason: Problem, now: number): void {
		const first = this.blockAt(now)?.reason ?? reason;
		this.isAccepted = false;
		this.block = { reason: first, until: now + BLOCK_MS };
	}

	/** True if forgetting it could cause a lockout: it is blocked, or a probe failed recently. */
	mustBeKept(now: number): boolean {
		return this.blockAt(now) !== undefined || this.failuresAt(now).length > 0;
	}

	/** Lifts the block. What counts towards a lockout still does. */
	unblock(): void {
		this.block = undefined;
	}

	/** A probe may have counted towards a lockout. */
	probeFailed(now: number): void {
		this.failedAt.push(now);
	}

	/**
	 * How long to wait before the next probe: a brief network outage must not use up all of them at once, and one too many
	 * could cause a lockout.
	 * @param maxFailed how many may fail within a quarter of an hour
	 * @returns milliseconds, 0 or less for now
	 */
	delayBeforeProbe(maxFailed: number, now: number): number {
		const failures = this.failuresAt(now);
		const oldest = failures.at(-maxFailed);
		if (oldest !== undefined) return oldest + KEEP_FAILURES_MS - now;
		const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 5 ** (failures.length - 1));
		return (failures.at(-1) ?? -Infinity) + pause - now;
	}

	/** The failures that still count. Forgets the others. */
	private failuresAt(now: number): readonly number[] {
		this.failedAt = this.failedAt.filter((at) => at <= now && now < at + KEEP_FAILURES_MS);
		return this.failedAt;
	}

	/** Ends when the clock is set back, since it would last too long otherwise. */
	private blockAt(now: number) {
		const left = (this.block?.until ?? 0) - now;
		return left > 0 && left <= BLOCK_MS ? this.block : undefined;
	}
}
