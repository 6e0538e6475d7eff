import type { Problem } from '../call/classification';
import type { Clock } from '../http/clock';

/** How long a rejected credential is blocked. Huawei Cloud locks a key for the same time. */
const BLOCK_MS = 5 * 60_000;

/** How long a failed probe counts: as long as a wrong password in IAM. A streak of wrong signatures may outlast a lock. */
const KEEP_FAILURES_MS = 15 * 60_000;

/** How long to wait after the first failed probe; five times as long after each further one, a minute at most. */
const FIRST_PAUSE_MS = 2000;
export const MAX_PAUSE_MS = 60_000;

/** Blocks a rejected credential, and counts what may cause a lockout, for all runs of a process. Times in elapsed milliseconds. */
export class CredentialGuard {
	/** True if the credential was accepted and has not been rejected since. */
	isAccepted = false;
	/** The probe in flight. */
	probing: Promise<unknown> | undefined;
	private block: { reason: Problem; until: number } | undefined;
	/** When probes were rejected, or may have been because no response came. */
	private failedAt: number[] = [];

	/** True if it knows nothing that a new one doesn't. */
	get isBlank(): boolean {
		return !this.isAccepted && !this.probing && !this.block && this.failedAt.length === 0;
	}

	/** Why the credential must not be sent now, if it is blocked. */
	blockedReason(clock: Clock): Problem | undefined {
		const block = this.blockAt(clock.elapsed());
		if (!block) return undefined;
		const { reason, until } = block;
		// The date is left out, since a block is short. The clock may have been set meanwhile.
		const time = new Date(clock.now() + until - clock.elapsed()).toISOString().slice(11, 19);
		return {
			...reason,
			message: `${reason.message} Nothing more was sent: to avoid a lockout, the credential is paused until ${time} UTC.`,
			hint: `${reason.hint} Editing the credential lifts the pause.`,
		};
	}

	/** Blocks it anew. The first reason stays: that of a request in flight may only be that the user is locked. */
	rejected(reason: Problem, now: number): void {
		const first = this.blockAt(now)?.reason ?? reason;
		this.isAccepted = false;
		this.block = { reason: first, until: now + BLOCK_MS };
	}

	/** Lifts the block. What counts towards a lockout still does. */
	unblock(): void {
		this.block = undefined;
	}

	/** A probe may have counted towards a lockout. */
	probeFailed(now: number): void {
		this.failedAt.push(now);
	}

	/** Milliseconds until the next probe, 0 or less for now: a brief outage must not use up all, and `maxFailed` is the limit. */
	delayBeforeProbe(maxFailed: number, now: number): number {
		this.failedAt = this.failedAt.filter((at) => now < at + KEEP_FAILURES_MS);
		const failures = this.failedAt;
		const oldest = failures.at(-maxFailed);
		if (oldest !== undefined) return oldest + KEEP_FAILURES_MS - now;
		const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 5 ** (failures.length - 1));
		return (failures.at(-1) ?? -Infinity) + pause - now;
	}

	private blockAt(now: number) {
		return this.block && now < this.block.until ? this.block : undefined;
	}
}
