import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import {
	asClassification,
	classifyTransportError,
	type ErrorClassification,
	type Problem,
} from './errorTable';
import { Probes, type ProbeLimits, type ProbeResult } from './probes';

/** How long a refused credential is paused. Huawei Cloud locks a key for the same time. */
const PAUSE_MS = 5 * 60_000;

/**
 * Stops requests with a credential for a while once Huawei Cloud has refused it, and probes it carefully until it is
 * accepted. All runs of a process share it per credential: a webhook starts one run per item, so what one run learned
 * must keep the next from locking a user or a key.
 */
export class CircuitBreaker {
	private block: { refusal: Problem; until: number } | undefined;

	/** @param probes the probes made so far; pass them in to share them */
	constructor(readonly probes = new Probes()) {}

	/** Why the credential must not be sent now, if it is paused. */
	blockedReason(now: number): Problem | undefined {
		const block = this.blockAt(now);
		return block && notSentAgain(block);
	}

	/**
	 * Waits for permission to send a credential that gets locked if it is wrong.
	 * @param subject what is sent, e.g. `the access key`
	 * @param limits how many probes may fail
	 * @param until ends the wait
	 * @returns what to call when the request is over, or why nothing may be sent
	 */
	async acquireProbe(
		subject: string,
		limits: ProbeLimits,
		clock: Clock,
		until: Cancellation,
	): Promise<{ end: (result: ProbeResult) => void; blocked?: never } | { blocked: ErrorClassification }> {
		const probe = await this.probes.acquire(limits, clock, until);
		const reason = this.blockedReason(clock.now());
		if (!reason && probe.end) return { end: probe.end };
		probe.end?.('unsent');
		if (reason) return { blocked: asClassification(reason) };
		if (probe.heldUntil === undefined) return { blocked: classifyTransportError('timeout', false) };
		return { blocked: heldBack(subject, probe.heldUntil) };
	}

	/**
	 * Pauses the credential for five minutes, since it was refused. The first refusal says why: a later one, of a request
	 * that was under way, may only say that the user is locked.
	 */
	trip(refusal: Problem, now: number): void {
		const first = this.blockAt(now)?.refusal ?? refusal;
		this.probes.reset();
		this.block = { refusal: first, until: now + PAUSE_MS };
	}

	/** Also over when the clock was set back: it would last for longer than it should. */
	private blockAt(now: number) {
		const left = (this.block?.until ?? 0) - now;
		return left > 0 && left <= PAUSE_MS ? this.block : undefined;
	}
}

/** Why nothing more was sent: first, why the credential was refused. The time has no date, since a pause is short. */
function notSentAgain({ refusal, until }: { refusal: Problem; until: number }): Problem {
	const [, time] = toSeconds(until).split(/ (.*)/s);
	return {
		...refusal,
		message: `${refusal.message} Nothing more was sent: to avoid a lockout, the credential is paused until ${time}.`,
		hint: `${refusal.hint} Editing the credential lifts the pause.`,
	};
}

/**
 * Too many calls with a credential that was never accepted were refused or got no response: one more may lock it.
 * @param until milliseconds since the epoch
 */
function heldBack(subject: string, until: number): ErrorClassification {
	return asClassification({
		category: 'timeout',
		message: `Several requests with ${subject} got no response or were refused, so this one was not sent: if it is wrong, more requests could cause a lockout.`,
		hint: `Check the network between n8n and Huawei Cloud, then run this again after ${toSeconds(until)}.`,
		retryable: true,
	});
}

/** `2026-01-31 18:00:00 UTC` */
function toSeconds(ms: number): string {
	return new Date(ms).toISOString().replace(/T(.+)\.\d+Z$/, ' $1 UTC');
}
