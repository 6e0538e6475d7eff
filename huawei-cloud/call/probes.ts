import { firstOf, settledOrAborted } from '../http/abort';
import type { Clock } from '../http/clock';

/** So many failures of a credential, and they may lock it. */
export interface ProbeLimits {
	/** Calls that were refused, or may have been since no answer came. */
	most: number;
	/** How long such a call is remembered, in milliseconds. */
	withinMs: number;
}

/**
 * What became of a probe: the credential was accepted, or refused; something else was answered; the call was sent, but no
 * answer came; or it was not sent.
 */
export type ProbeResult = 'accepted' | 'refused' | 'answered' | 'lost' | 'unsent';

/** Permission to send, with what is to be called when the call is over; or until when there is none. */
export interface Probe {
	end?: (result: ProbeResult) => void;
	/** Milliseconds since the epoch. */
	heldUntil?: number;
}

/** How long a probe is waited for before the next may go out beside it. */
export const PATIENCE_MS = 3000;

/** How long to wait after the first, second, … probe that was lost. */
const PAUSES_MS = [1000, 3000, 10_000, 30_000];

/**
 * Calls with a credential that has not been accepted yet. One goes out at a time, so that a wrong one fails once, however
 * many calls are waiting; the next goes as well when there has been no answer for a few seconds, but never so many that
 * they could lock the credential.
 */
export class Probes {
	private isProven = false;
	/** When the probes were begun that are under way. Milliseconds since the epoch. */
	private readonly underWay = new Map<object, number>();
	/** When probes were lost or refused. */
	private failed: number[] = [];
	private readonly waiting = new Set<() => void>();

	/** Whether the credential was accepted, and not refused since. */
	get isAccepted(): boolean {
		return this.isProven;
	}

	/** Begins anew: the credential was refused. */
	reset(): void {
		this.isProven = false;
	}

	/** Waits for permission to send, until `signal` aborts. */
	async acquire(limits: ProbeLimits, clock: Clock, signal: AbortSignal): Promise<Probe> {
		while (!signal.aborted) {
			if (this.isProven) return { end: () => undefined };
			const now = clock.now();
			this.failed = this.failed.filter((at) => now < at + limits.withinMs);
			const [oldest] = this.failed;
			// Nothing under way could change this, so there is nothing to wait for.
			if (oldest !== undefined && this.underWay.size === 0 && this.failed.length >= limits.most) {
				return { heldUntil: oldest + limits.withinMs };
			}
			const wait = this.waitOf(limits, now);
			if (wait <= 0) return { end: this.begin(clock) };
			// With none under way, only time can change anything.
			if (this.underWay.size === 0) await settledOrAborted(clock.sleep(wait, signal), signal);
			else await this.change(clock.deadline(wait), signal);
		}
		return {};
	}

	private begin(clock: Clock): (result: ProbeResult) => void {
		const probe = {};
		this.underWay.set(probe, clock.now());
		return (result) => {
			this.underWay.delete(probe);
			if (result === 'accepted') {
				this.isProven = true;
				this.failed = [];
			}
			if (result === 'lost' || result === 'refused') this.failed.push(clock.now());
			for (const wake of [...this.waiting]) wake();
		};
	}

	/** Milliseconds until the next probe may go out, as things stand. */
	private waitOf({ most, withinMs }: ProbeLimits, now: number): number {
		if (this.underWay.size + this.failed.length >= most) {
			return Math.min(...this.failed.map((at) => at + withinMs - now), withinMs);
		}
		const afterOthers = [...this.underWay.values()].map((at) => at + PATIENCE_MS - now);
		// A network that breaks for a moment must not use up all tries in that moment.
		const pause = PAUSES_MS[this.failed.length - 1] ?? 0;
		const afterLoss = (this.failed.at(-1) ?? 0) + pause - now;
		return Math.max(...afterOthers, pause > 0 ? afterLoss : 0, 0);
	}

	private async change(deadline: AbortSignal, signal: AbortSignal): Promise<void> {
		const first = firstOf(deadline, signal);
		let wake: () => void = () => undefined;
		const woken = new Promise<void>((resolve) => (wake = resolve));
		this.waiting.add(wake);
		await settledOrAborted(woken, first.signal);
		this.waiting.delete(wake);
		first.release();
	}
}
