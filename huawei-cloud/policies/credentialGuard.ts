import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { notAttempted, type Attempt } from '../call/attempt';
import type { ProbeLimits } from '../call/authenticator';
import {
	asClassification,
	type Classification,
	type ErrorClassification,
	type Problem,
} from '../call/classification';
import { classifyTransportError } from '../call/transportErrors';
import { Probes, type ProbeResult } from './probes';

/** How long a rejected credential is blocked. Huawei Cloud locks a key for the same time. */
const BLOCK_MS = 5 * 60_000;

/** A request with a credential that gets locked if it is wrong. */
interface ProbeRequest {
	/** The secret that is sent, e.g. `the access key`. */
	subject: string;
	limits: ProbeLimits;
	clock: Clock;
	/** Ends the wait. */
	until: Cancellation;
}

/**
 * Blocks a credential for a while once Huawei Cloud has rejected it, and probes it carefully until it is accepted. All
 * runs of a process share it per credential: a webhook starts one run per item, so what one run learned must keep the
 * next from locking a user or a key.
 */
export class CredentialGuard {
	private current: { reason: Problem; until: number } | undefined;

	/** @param probes the probes made so far; pass them in to share them */
	constructor(readonly probes = new Probes()) {}

	/** True if the credential was accepted and has not been rejected since. */
	get isAccepted(): boolean {
		return this.probes.isAccepted;
	}

	/** Why the credential must not be sent now, if it is blocked. */
	blockedReason(now: number): Problem | undefined {
		const block = this.blockAt(now);
		return block && notSentAgain(block);
	}

	/** Makes an attempt when a probe may be sent. Waits for earlier probes. */
	async probe(
		{ subject, limits, clock, until }: ProbeRequest,
		send: () => Promise<Attempt>,
		resultOf: (attempt: Attempt) => ProbeResult = probeResult,
	): Promise<Attempt> {
		const { end, heldUntil } = await this.probes.acquire(limits, clock, until);
		const blocked = this.blockedReason(clock.now());
		if (blocked || !end) {
			end?.('unsent');
			if (blocked) return notAttempted(asClassification(blocked));
			return notAttempted(
				heldUntil === undefined ? classifyTransportError('timeout', false) : heldBack(subject, heldUntil),
			);
		}
		// Also after an unexpected error: it may have been sent.
		let result: ProbeResult = 'lost';
		try {
			const attempt = await send();
			result = resultOf(attempt);
			return attempt;
		} finally {
			end(result);
		}
	}

	/**
	 * Blocks the credential for five minutes, since it was rejected. The first rejection says why: a later one, of a request
	 * that was in flight, may only say that the user is locked.
	 */
	block(reason: Problem, now: number): void {
		const first = this.blockAt(now)?.reason ?? reason;
		this.probes.reset();
		this.current = { reason: first, until: now + BLOCK_MS };
	}

	/** Ends when the clock is set back, since it would last too long otherwise. */
	private blockAt(now: number) {
		const left = (this.current?.until ?? 0) - now;
		return left > 0 && left <= BLOCK_MS ? this.current : undefined;
	}
}

function probeResult({ classification, response, sent }: Attempt): ProbeResult {
	if (!sent) return 'unsent';
	if (!response) return 'lost';
	if (provesCredential(classification)) return 'accepted';
	return classification.kind === 'error' && classification.category === 'authentication'
		? 'rejected'
		: 'answered';
}

/** True if this response proves that the credential was accepted. Throttling, for example, may come earlier. */
function provesCredential(classification: Classification): boolean {
	return (
		classification.kind !== 'error' ||
		['permission', 'account', 'project', 'validation'].includes(classification.category)
	);
}

/** Why nothing more was sent: first, why the credential was rejected. The time has no date, since a block is short. */
function notSentAgain({ reason, until }: { reason: Problem; until: number }): Problem {
	const [, time] = toSeconds(until).split(/ (.*)/s);
	return {
		...reason,
		message: `${reason.message} Nothing more was sent: to avoid a lockout, the credential is paused until ${time}.`,
		hint: `${reason.hint} Editing the credential lifts the pause.`,
	};
}

/**
 * Too many calls with a credential that was never accepted were rejected or got no response: one more may lock it.
 * @param until milliseconds since the epoch
 */
function heldBack(subject: string, until: number): ErrorClassification {
	return asClassification({
		category: 'timeout',
		message: `Several requests with ${subject} got no response or were rejected, so this one was not sent: if it is wrong, more requests could cause a lockout.`,
		hint: `Check the network between n8n and Huawei Cloud, then run this again after ${toSeconds(until)}.`,
		retryable: true,
	});
}

/** `2026-01-31 18:00:00 UTC` */
function toSeconds(ms: number): string {
	const [day = '', time = ''] = new Date(ms).toISOString().split(/[T.]/);
	return `${day} ${time} UTC`;
}
