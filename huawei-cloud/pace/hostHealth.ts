/** A host is down when this many calls in a row fail, of calls that were not sent before, with no response in between. */
const FAILURES_OF_OUTAGE = 5;

/** The time between probes of a host that is down: at first, doubled each time, and at most. */
const FIRST_PROBE_MS = 1000;
const MAX_PROBE_MS = 30_000;

/** Notices that a host is down, and says when to probe it. Times in milliseconds since the epoch. */
export class HostHealth {
	/** Failures in a row, and when the first of these calls was sent. */
	private failures = 0;
	private failingSince = 0;
	private nextProbeAt = 0;
	private probeInterval = FIRST_PROBE_MS;
	/** How long the host was down, in all outages that are over. */
	private pastOutagesMs = 0;

	get isDown(): boolean {
		return this.failures >= FAILURES_OF_OUTAGE;
	}

	/** How long the host was down, in all. */
	downMs(now: number): number {
		return this.pastOutagesMs + (this.isDown ? Math.max(0, now - this.failingSince) : 0);
	}

	/** @returns milliseconds until a call that waits for the host may be sent */
	delay(now: number): number {
		return this.isDown ? Math.max(0, this.nextProbeAt - now) : 0;
	}

	probed(now: number): void {
		this.nextProbeAt = now + this.probeInterval;
		this.probeInterval = Math.min(MAX_PROBE_MS, this.probeInterval * 2);
	}

	responded(now: number): void {
		this.pastOutagesMs = this.downMs(now);
		this.failures = 0;
		this.probeInterval = FIRST_PROBE_MS;
	}

	/** A call that was never sent before failed since the host is down. Others may fail for themselves, again and again. */
	failed(sentAt: number, now: number): void {
		if (this.failures === 0) this.failingSince = sentAt;
		this.failures += 1;
		if (this.failures === FAILURES_OF_OUTAGE) this.probed(now);
	}
}
