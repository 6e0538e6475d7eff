import type { SentCall } from './serviceLimit';
import { WINDOW_LENGTHS_MS, type Window } from './window';

/** When to probe whether the service accepts calls again: milliseconds since it stopped, and later every so often. */
const PROBES_MS: readonly number[] = [
	500, 2000, 5000, 10_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000,
];
const MAX_BETWEEN_PROBES_MS = 30_000;

/** The service rejects calls: single probes go until one is accepted. Times in milliseconds since the epoch. */
export class Rejections {
	/** The probe in flight. */
	probe: SentCall | undefined;
	/** When the last rejected call was sent. */
	lastAt: number;
	private nextProbeAt: number;

	/**
	 * @param since when the first rejected call was sent
	 * @param window the window that is used up, if it is known
	 * @param startedAt when that window began
	 */
	constructor(
		readonly since: number,
		now: number,
		readonly window?: Window,
		private readonly startedAt = since,
	) {
		this.lastAt = since;
		this.nextProbeAt = Math.max(afterRoundTrip(since, now), this.windowEnd);
	}

	/** When the next window should begin. */
	get windowEnd(): number {
		return this.startedAt + (this.window?.ms ?? 0);
	}

	/** How long calls have been rejected, since the beginning of their window if it is known. */
	get lastedMs(): number {
		return this.lastAt - this.startedAt;
	}

	delay(now: number): number {
		return this.probe ? Infinity : Math.max(0, this.nextProbeAt - now);
	}

	/** The probe was not accepted. @param isRejected whether it was rejected, rather than lost */
	probeFailed({ sentAt }: SentCall, isRejected: boolean, now: number): void {
		this.probe = undefined;
		if (isRejected) this.lastAt = sentAt;
		const earliest = afterRoundTrip(sentAt, now);
		const times = this.window ? WINDOW_LENGTHS_MS : PROBES_MS;
		const next = times.find((time) => this.startedAt + time > earliest) ?? Infinity;
		this.nextProbeAt = Math.min(this.startedAt + next, Math.max(earliest, now + MAX_BETWEEN_PROBES_MS));
	}
}

/** A round trip after now, as long as the last one. It seems long when the clock was set meanwhile, or the machine slept. */
function afterRoundTrip(sentAt: number, now: number): number {
	return now + Math.min(now - sentAt, MAX_BETWEEN_PROBES_MS);
}
