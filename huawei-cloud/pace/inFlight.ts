/** A run of up to this many calls sends a fifth of them, or ten, at once. */
const SMALL_RUN = 100;
const SMALL_RUN_SHARE = 1 / 5;
const SMALL_RUN_MIN = 10;

/** A larger run sends a fiftieth, or four, at once: that is how many a limit rejects when it is met. */
const LARGE_RUN_SHARE = 1 / 50;
const LARGE_RUN_MIN = 4;

/** Each accepted call adds this many to the calls that may be in flight. */
const GROWTH = 1 / 16;

/** When calls came too fast, this share of those in flight may be in flight from then on. */
const CUT = 0.7;

/** More in flight than all executions of a process have. */
const MAX_ALLOWED = 1000;

/** Counts calls in flight, and says how many are allowed. */
export class InFlight {
	count = 0;
	/** Allowed from the start, for the largest run that was announced. */
	private start = LARGE_RUN_MIN;
	/** Allowed by what was accepted since. */
	private earned = 0;
	private isLimited = false;

	get isFull(): boolean {
		return this.count >= Math.max(this.start, this.earned);
	}

	/** A run is going to make this many calls, about. */
	expect(calls: number): void {
		if (this.isLimited) return;
		const isSmall = calls <= SMALL_RUN;
		const start = isSmall
			? Math.max(SMALL_RUN_MIN, calls * SMALL_RUN_SHARE)
			: Math.max(LARGE_RUN_MIN, calls * LARGE_RUN_SHARE);
		this.start = Math.max(this.start, start);
		if (isSmall) this.earned = Math.max(this.earned, start);
	}

	accepted(): void {
		this.earned = Math.min(MAX_ALLOWED, this.earned + GROWTH);
	}

	/** A call was rejected: from now on, what is accepted counts, not what is expected. */
	rejected(): void {
		this.isLimited = true;
		this.start = LARGE_RUN_MIN;
	}

	/** @param count how many were in flight when calls came too fast */
	cutFrom(count: number): void {
		this.earned = Math.min(this.earned, count) * CUT;
	}
}
