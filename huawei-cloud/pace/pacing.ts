/** A longer gap is never needed: a service that needs one has a window. Milliseconds. */
export const MAX_GAP_MS = 1000;

/** Each accepted call makes the gap this many times as long. */
const SHORTENING = 0.997;

/** A rejection that nothing explains is a strike. It takes this many accepted calls to make up for one. */
const CALLS_PER_STRIKE = 20;

/** After this many strikes, slowing down does not help. */
const MAX_STRIKES = 5;

/** After this many rejections in a row it may help after all, and one strike is dropped. */
const MAX_REJECTED_IN_A_ROW = 10;

/** The gap between two calls, for services that reject calls that come too fast. Times in milliseconds. */
export class Pacing {
	gap = 0;
	/** Rejections that nothing explains, less those that later accepted calls made up for. */
	private strikes = 0;
	/** Rejections since a call was accepted. */
	private rejectedInARow = 0;

	/** True if calls are rejected whatever their pace, for example because one of the service's nodes rejects all. */
	get isFixed(): boolean {
		return this.strikes >= MAX_STRIKES;
	}

	accepted(): void {
		this.gap *= SHORTENING;
		this.rejectedInARow = 0;
		if (!this.isFixed) this.strikes = Math.max(0, this.strikes - 1 / CALLS_PER_STRIKE);
	}

	rejected(): void {
		this.rejectedInARow += 1;
		if (this.isFixed && this.rejectedInARow >= MAX_REJECTED_IN_A_ROW) this.strikes -= 1;
	}

	/** Counts a rejection that nothing explains. */
	strike(): void {
		this.strikes += 1;
		if (this.isFixed) this.gap = 0;
	}

	/**
	 * Calls came too fast.
	 * @param perCall how long an accepted call took recently
	 * @returns true if that explains the rejection: the gap is at least twice as long now
	 */
	slowDown(perCall: number): boolean {
		const before = this.gap;
		this.gap = Math.min(MAX_GAP_MS, Math.max(before, perCall));
		return this.gap >= 2 * before && this.gap > 0;
	}
}
