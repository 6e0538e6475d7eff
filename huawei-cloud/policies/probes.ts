import { withTimeout, raceAbort, sleepUnlessAborted, type Cancellation } from '../http/abort';
import type { ProbeLimits } from '../call/authenticator';
import type { Clock } from '../http/clock';

/**
 * The result of a probe: the credential was accepted or rejected; the response was about something else; the call was
 * sent but no response came; or it was not sent.
 */
export type ProbeResult = 'accepted' | 'rejected' | 'answered' | 'lost' | 'unsent';

/** Permission to send, with a function to call when the call is over; or the time until which there is none. */
export interface Probe {
	end?: (result: ProbeResult) => void;
	/** Milliseconds since the epoch. */
	heldUntil?: number;
}

/** How long to wait for a probe before the next one may be sent alongside it. */
export const NEXT_PROBE_AFTER_MS = 3000;

/** How long to wait after the first, second, … probe that was lost. */
const PAUSES_MS = [1000, 3000, 10_000, 30_000];

/**
 * Calls with a credential that has not been accepted yet (half-open). One is sent at a time, so that a wrong
 * credential fails once, however many calls are waiting. If there is no response for a few seconds, the next one is
 * sent too, but never enough to lock the credential.
 */
export class Probes {
	private isProven = false;
	/** When each pending probe started. Milliseconds since the epoch. */
	private readonly inFlight = new Map<object, number>();
	/** When probes were lost or rejected. */
	private failed: number[] = [];
	private readonly waiting = new Set<() => void>();

	/** True if the credential was accepted and has not been rejected since. */
	get isAccepted(): boolean {
		return this.isProven;
	}

	/** Starts over: the credential was rejected. */
	reset(): void {
		this.isProven = false;
	}

	/** Waits for permission to send, until that is aborted. */
	async acquire(limits: ProbeLimits, clock: Clock, until: Cancellation): Promise<Probe> {
		while (!until.aborted) {
			if (this.isProven && !limits.always) return { end: () => undefined };
			const now = clock.now();
			this.failed = this.failed.filter((at) => at <= now && now < at + limits.withinMs);
			const decisive = this.failed.at(-limits.max);
			// None is pending then, so there is nothing to wait for.
			if (decisive !== undefined) return { heldUntil: decisive + limits.withinMs };
			const wait = this.delayBeforeNext(limits, now);
			if (wait <= 0) return { end: this.begin(clock) };
			// With none pending, only time can change anything.
			if (this.inFlight.size === 0) await sleepUnlessAborted(wait, clock, until);
			else await this.nextChange(withTimeout(wait, clock, until));
		}
		return {};
	}

	private begin(clock: Clock): (result: ProbeResult) => void {
		const probe = {};
		this.inFlight.set(probe, clock.now());
		return (result) => {
			this.inFlight.delete(probe);
			if (result === 'accepted') {
				this.isProven = true;
				this.failed = [];
			}
			if (result === 'lost' || result === 'rejected') this.failed.push(clock.now());
			for (const wake of [...this.waiting]) wake();
		};
	}

	/** Milliseconds until the next probe may be sent, as of now. */
	private delayBeforeNext({ max, withinMs }: ProbeLimits, now: number): number {
		if (this.inFlight.size + this.failed.length >= max) {
			return Math.min(...this.failed.map((at) => at + withinMs - now), withinMs);
		}
		const afterOthers = [...this.inFlight.values()].map((at) => at + NEXT_PROBE_AFTER_MS - now);
		// A brief network outage must not use up all probes at once.
		const pause = PAUSES_MS[this.failed.length - 1] ?? 0;
		const afterLoss = (this.failed.at(-1) ?? 0) + pause - now;
		return Math.max(...afterOthers, afterLoss, 0);
	}

	private async nextChange(until: Cancellation): Promise<void> {
		let wake: () => void = () => undefined;
		const notified = new Promise<void>((resolve) => (wake = resolve));
		this.waiting.add(wake);
		await raceAbort(notified, until, () => undefined);
		this.waiting.delete(wake);
	}
}
