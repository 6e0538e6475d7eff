/** Pace at first, at its fastest, and at its slowest: milliseconds from call to call. */
const FIRST_GAP_MS = 10;
const MIN_GAP_MS = 1;
const MAX_GAP_MS = 1000;

/** A pace is judged by this many calls. */
const BATCH = 40;

/** The next pace to try is this many times faster or slower. */
const STEP = 1.5;

/** What is found is used for this long, then the service gets a new chance to have a limit. */
const DURATION_MS = 5 * 60_000;

/**
 * The pace for a service that rejects calls whatever their pace, for example because one of its nodes rejects all. It goes on
 * getting faster, or slower, while that makes accepted calls per second times their share of all calls larger: with random
 * rejections faster is better, and with a limit the best pace is the limit.
 */
export class SearchedPace {
	gap = FIRST_GAP_MS;
	private isFaster = true;
	private calls = 0;
	private accepted = 0;
	private lastScore = 0;
	private batchAt: number;
	private readonly endsAt: number;

	constructor(now: number) {
		this.batchAt = now;
		this.endsAt = now + DURATION_MS;
	}

	isOver(now: number): boolean {
		return now > this.endsAt;
	}

	ended(isAccepted: boolean, now: number): void {
		this.calls += 1;
		if (isAccepted) this.accepted += 1;
		if (this.calls < BATCH) return;
		const score = this.accepted ** 2 / this.calls / Math.max(1, now - this.batchAt);
		if (score < this.lastScore) this.isFaster = !this.isFaster;
		this.gap = Math.min(MAX_GAP_MS, Math.max(MIN_GAP_MS, this.isFaster ? this.gap / STEP : this.gap * STEP));
		this.lastScore = score;
		this.batchAt = now;
		this.calls = this.accepted = 0;
	}
}
