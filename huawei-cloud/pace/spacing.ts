/** A longer gap than this is a window of one call. */
const MAX_GAP_MS = 300;

/** A gap that was too short becomes at least this many times as long. */
const LENGTHENING = 1.1;

/** Each accepted call makes the gap this many times as long. */
const SHORTENING = 0.997;

/** Lateness of timers is made up for, up to this: more would be a burst. */
const MAX_LATENESS_MS = 10;

/** The least time between two calls, for services that reject calls that come too fast. Milliseconds. */
export class Spacing {
	private gap = 0;
	private nextAt = 0;

	delay(now: number): number {
		return Math.max(0, this.nextAt - now);
	}

	/** @param gap the time until the next call, if another one than this spacing's own is to be kept */
	sent(now: number, gap = this.gap): void {
		this.nextAt = Math.max(this.nextAt, now - MAX_LATENESS_MS) + gap;
	}

	accepted(): void {
		this.gap *= SHORTENING;
	}

	/** @param perCall the time that an accepted call took of late */
	lengthen(perCall: number): void {
		this.gap = Math.min(MAX_GAP_MS, Math.max(this.gap * LENGTHENING, perCall));
	}
}
