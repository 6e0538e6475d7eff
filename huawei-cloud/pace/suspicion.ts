/** Rejections after fewer accepted calls than this, again and again, follow no limit that could be learned. */
const CALLS_PER_REJECTION = 20;

/** So many of them are enough. */
const ENOUGH = 4;

/** Notices that calls are rejected whatever their pace. */
export class Suspicion {
	private score = 0;
	private acceptedSince = 0;

	accepted(): void {
		this.acceptedSince += 1;
	}

	/** Calls began to be rejected. @returns whether that has happened too often */
	rejected(): boolean {
		this.score = Math.max(0, this.score - this.acceptedSince / CALLS_PER_REJECTION) + 1;
		this.acceptedSince = 0;
		return this.score > ENOUGH;
	}

	/** The rejections ended when they should. */
	lessen(): void {
		this.score = Math.max(0, this.score - 1);
	}
}
