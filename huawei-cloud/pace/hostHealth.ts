/** A host is down when this many first attempts in a row fail: no response, or a gateway's 502, 503 or 504. */
const FAILURES_OF_OUTAGE = 5;

/** Time between probes of a host that is down: the first one, which doubles each time. */
const FIRST_PROBE_MS = 1000;

/** The maximum. A run gives up after 300 seconds: the last probe before that goes after 31 + 9 * 29 = 292. */
const MAX_PROBE_MS = 29_000;

/** A gateway's `Retry-After` postpones the next probe by this at most, so that a run probes the host before it gives up. */
const MAX_POSTPONED_MS = 4 * 60_000;

/** Notices that a host is down for an API, and says when to probe it. Times in milliseconds. */
export class HostHealth {
	/** How long it was down, in all outages. */
	downMs = 0;
	/** Failures in a row, until it is down, and then the probes; and when the next probe may go. */
	private failures = 0;
	private nextProbeAt = 0;

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

	private postpone(until: number): void {
		this.nextProbeAt = Math.max(this.nextProbeAt, until);
	}
}
