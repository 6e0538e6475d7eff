/** The gap never gets longer than this. A service that needs a longer one has a window of one call. */
export const MAX_GAP_MS = 300;

/** A gap that was too short becomes at least this many times as long. */
const LENGTHENING = 1.1;

/** Each accepted call makes the gap this many times as long. */
const SHORTENING = 0.997;

/** A call that a timer sends late delays the next one by this much less, at most. */
const MAX_LATENESS_MS = 10;

/** A rejection after fewer accepted calls than this counts as one that the pace did not cause. */
const CALLS_PER_REJECTION = 20;

/** After more such rejections than this, calls go at a fixed pace: slowing down does not help. */
const MAX_STRIKES = 4;
const FIXED_GAP_MS = 5;

/** The gap between two calls, for services that reject calls that come too fast. Times in milliseconds. */
export class Pacing {
	private gap = 0;
	/** When the next call may go. */
	private nextAt = 0;
	/** Rejections that the pace did not cause, as far as later accepted calls don't outweigh them. */
	private strikes = 0;
	private acceptedSinceRejection = 0;

	/** True if calls are rejected whatever their pace, for example because one of the service's nodes rejects all. */
	get isFixed(): boolean {
		return this.strikes > MAX_STRIKES;
	}

	delay(now: number): number {
		return Math.max(0, this.nextAt - now);
	}

	sent(now: number): void {
		this.nextAt = Math.max(this.nextAt, now - MAX_LATENESS_MS) + (this.isFixed ? FIXED_GAP_MS : this.gap);
	}

	accepted(): void {
		this.gap *= SHORTENING;
		this.acceptedSinceRejection += 1;
	}

	/** A call was rejected that does not merely repeat an earlier rejection. */
	rejected(): void {
		if (this.isFixed) return;
		this.strikes = Math.max(0, this.strikes - this.acceptedSinceRejection / CALLS_PER_REJECTION) + 1;
		this.acceptedSinceRejection = 0;
	}

	/** The last rejection was one that had to be expected. */
	forgiveRejection(): void {
		this.strikes = Math.max(0, this.strikes - 1);
	}

	/** Calls came too fast. @param perCall how long an accepted call took lately */
	slowDown(perCall: number): void {
		this.gap = Math.min(MAX_GAP_MS, Math.max(this.gap * LENGTHENING, perCall));
	}
}
