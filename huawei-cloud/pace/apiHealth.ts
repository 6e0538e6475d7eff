/** A host is down when this many first attempts in a row fail: no response, or a gateway's 502, 503 or 504. */
const FAILURES_OF_OUTAGE = 5;

/** Time between probes of a host that is down: the first one, which doubles each time. */
const FIRST_PROBE_MS = 1000;

/** The maximum. A run gives up after 300 seconds: the last probe before that goes after 31 + 9 * 29 = 292. */
const MAX_PROBE_MS = 29_000;

/** A gateway's `Retry-After` postpones the next probe by this at most, so that a run probes the host before it gives up. */
const MAX_POSTPONED_MS = 4 * 60_000;

/** Rejections are forgotten this long after the last. */
const MEMORY_MS = 6 * 60_000;

/**
 * Notices that a host is down for one of its APIs, and says when to probe it; and for how long the API rejects everything.
 * Times in milliseconds; `awakeMs` leaves out those in which the machine slept.
 */
export class ApiHealth {
	/** How long it was down, in all outages. */
	downMs = 0;
	/** Failures in a row, until it is down, and then the probes; and when the next probe may go. */
	private failures = 0;
	private nextProbeAt = 0;
	/** The first rejection since a call was accepted, the last, and the last of a fresh call. In awake time, but `time`. */
	private rejections: { from: number; at: number; freshAt: number; time: number } | undefined;

	get isDown(): boolean {
		return this.failures >= FAILURES_OF_OUTAGE;
	}

	/** The host responded, maybe to a call of another API. */
	responded(): void {
		this.failures = 0;
		this.nextProbeAt = 0;
	}

	/** @returns milliseconds until a call that waits for the host may be sent */
	delay(now: number): number {
		return this.isDown ? Math.max(0, this.nextProbeAt - now) : 0;
	}

	probed(now: number): void {
		this.postpone(now + Math.min(MAX_PROBE_MS, FIRST_PROBE_MS * 2 ** (this.failures - FAILURES_OF_OUTAGE)));
		this.failures += 1;
	}

	/** A call failed. Only first attempts count: one that is retried is no outage. A gateway may have asked to wait. */
	failed(now: number, isFirst: boolean, pauseMs: number): void {
		this.postpone(now + Math.min(pauseMs, MAX_POSTPONED_MS));
		if (this.isDown || !isFirst) return;
		this.failures += 1;
		if (this.isDown) this.probed(now);
	}

	accepted(): void {
		this.rejections = undefined;
	}

	rejected(now: number, awakeMs: number, isFresh: boolean): void {
		const { from = awakeMs, freshAt = 0 } = this.rejections ?? {};
		this.rejections = { from, at: awakeMs, freshAt: isFresh ? awakeMs : freshAt, time: now };
	}

	/** True if the last rejection is so long ago that it should be forgotten, unless calls still wait for the end of it. */
	isOutdated(now: number): boolean {
		return now - (this.rejections?.time ?? now) > MEMORY_MS;
	}

	/** For how long such calls were only rejected, since a time. After a rejection, this decides whether to give up. */
	rejectedMs(since: number, isFresh: boolean): number {
		const { from = 0, at = 0, freshAt = 0 } = this.rejections ?? {};
		return (isFresh ? freshAt : at) - Math.max(from, since);
	}

	private postpone(until: number): void {
		this.nextProbeAt = Math.max(this.nextProbeAt, until);
	}
}
