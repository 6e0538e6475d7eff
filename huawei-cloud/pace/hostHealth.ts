/** A host is down when this many new calls fail in a row, with no response in between. */
const FAILURES_OF_OUTAGE = 5;

/** The time between probes of a host that is down: at first, doubled each time, and at most. */
const FIRST_PROBE_MS = 1000;
const MAX_PROBE_MS = 30_000;

/** Notices that a host is down, and says when to probe it. Times in milliseconds. */
export class HostHealth {
	/** Failures in a row, and when the first of these calls was sent. */
	private failures = 0;
	private failingSince = 0;
	private nextProbeAt = 0;
	private probeInterval = FIRST_PROBE_MS;
	/** How long the host was down while requests waited, in total. */
	downMs = 0;

	get isDown(): boolean {
		return this.failures >= FAILURES_OF_OUTAGE;
	}

	/** @returns milliseconds until a call that waits for the host may be sent */
	delay(now: number): number {
		return this.isDown ? Math.max(0, this.nextProbeAt - now) : 0;
	}

	/** Requests waited. */
	waited(ms: number): void {
		if (this.isDown) this.downMs += ms;
	}

	probed(now: number): void {
		this.nextProbeAt = now + this.probeInterval;
		this.probeInterval = Math.min(MAX_PROBE_MS, this.probeInterval * 2);
	}

	responded(): void {
		this.failures = 0;
		this.probeInterval = FIRST_PROBE_MS;
	}

	/** A new call failed because the host is down. Repeated calls may keep failing for their own reasons. */
	failed(sentAt: number, now: number): void {
		if (this.failures === 0) this.failingSince = sentAt;
		this.failures += 1;
		if (this.failures !== FAILURES_OF_OUTAGE) return;
		// The machine may have slept since.
		this.downMs += Math.min(now - this.failingSince, MAX_PROBE_MS);
		this.probed(now);
	}
}
