import type { Admission, SentCall } from './serviceLimit';
import type { Window } from './window';

/** When to probe whether the service accepts calls again: milliseconds since it stopped. */
const PROBES_MS: readonly number[] = [500, 2000, 5000, 10_000];

/**
 * Then every 2 to 6 seconds. After ten probes the time grows with their number, up to five times: a service may count them, or
 * start a ban again. The times are uneven, so that they don't fall in step with a service that opens periodically.
 */
const BETWEEN_PROBES_MS = 4000;
const CLOSE_PROBES = 10;
const MAX_GROWTH = 5;
const GOLDEN_RATIO = 0.618;

/** The service rejects calls: single probes go until one is accepted. Times in milliseconds. */
export class Rejections {
	/** The probe in flight. */
	probe: SentCall | undefined;
	/** When the next probe may go, or the one in flight could have gone. */
	dueAt: number;
	private probes = 0;

	/**
	 * @param startedAt when the first rejected call was sent, or when the window began that is used up
	 * @param lastAt when the last rejected call was sent
	 * @param window the window that is used up, if it is known
	 */
	constructor(
		readonly startedAt: number,
		public lastAt: number,
		now: number,
		readonly window?: Window,
	) {
		this.dueAt = Math.max(afterRoundTrip(lastAt, now), startedAt + (window?.ms ?? 0));
	}

	delay(now: number): number {
		return this.probe ? Infinity : Math.max(0, this.dueAt - now);
	}

	/** The probe was rejected, lost or not sent. In the last case, the next one may go at once. */
	probeFailed({ sentAt }: SentCall, admission: Admission, now: number): void {
		this.probe = undefined;
		if (admission === 'unsent') return;
		if (admission === 'throttled') this.lastAt = sentAt;
		this.probes += 1;
		const earliest = afterRoundTrip(sentAt, now);
		const next = PROBES_MS.find((time) => this.startedAt + time > earliest) ?? Infinity;
		const growth = Math.min(MAX_GROWTH, Math.max(1, this.probes / CLOSE_PROBES));
		const latest = now + BETWEEN_PROBES_MS * growth * (0.5 + ((this.probes * GOLDEN_RATIO) % 1));
		this.dueAt = Math.max(earliest, Math.min(this.startedAt + next, latest));
	}
}

/** A round trip after now, as long as the last one. It seems long when the clock was set meanwhile, or the machine slept. */
function afterRoundTrip(sentAt: number, now: number): number {
	return now + Math.min(now - sentAt, BETWEEN_PROBES_MS);
}
