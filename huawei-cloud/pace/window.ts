/** Common lengths of windows, in seconds, and the length that is assumed if all of them are too short. */
const LENGTHS: readonly number[] = [1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90];
const MAX_LENGTH = 120;

/** A rejection after this share of the calls means that the window is used up. */
const USED_UP = 0.8;

/** After this many windows, one extra call is tested. */
const WINDOWS_BETWEEN_TESTS = 4;

/** It goes after this share of the wait for the next call, but after 15 s at most. */
const TEST_SHARE = 0.25;
const MAX_TEST_MS = 15_000;

/** Without a confirmed window, there is a probe after this time. */
export const MAX_SILENCE_MS = 30_000;

/** A test that succeeds adds this share of the calls, at least one. */
const GROWTH = 0.1;

/** Enough for the largest window. Older calls are forgotten. */
const MAX_REMEMBERED = 20_000;

/** When accepted calls were sent, in milliseconds, roughly in order. */
export class AcceptedCalls {
	private readonly sentAt: number[] = [];

	get count(): number {
		return this.sentAt.length;
	}

	add(at: number): void {
		this.sentAt.push(at);
		if (this.sentAt.length > MAX_REMEMBERED) this.sentAt.splice(0, MAX_REMEMBERED / 2);
	}

	/** @returns when the nth call from the end was sent; minus infinity if there were fewer */
	nthLast(n: number): number {
		return this.sentAt[this.sentAt.length - n] ?? -Infinity;
	}

	/** How many calls were sent after a time. */
	countAfter(time: number): number {
		let count = 0;
		while (this.nthLast(count + 1) > time) count += 1;
		return count;
	}
}

/** The window for rejections that lasted for a time: the shortest common one that is longer; none if it accepted nothing. */
export function assumeWindow(rejectedMs: number, countIn: (ms: number) => number): Window | undefined {
	const ms = 1000 * (LENGTHS.find((length) => length * 1000 > rejectedMs) ?? MAX_LENGTH);
	const calls = countIn(ms);
	return calls === 0 ? undefined : new Window(ms, calls);
}

/** An estimate: the service accepts this many calls in any time of this length. */
export class Window {
	/** How many calls are accepted before one extra is tested. Minus infinity until the window is confirmed. */
	private untilTest = -Infinity;

	constructor(
		readonly ms: number,
		private calls: number,
	) {}

	/** When to probe it, once it is used up: at its end or, as long as it is only assumed, after half a minute. */
	get probeAfterMs(): number {
		return this.isConfirmed ? this.ms : Math.min(this.ms, MAX_SILENCE_MS);
	}

	/** False if it is only assumed. */
	private get isConfirmed(): boolean {
		return this.untilTest > -Infinity;
	}

	/** How many calls a minute it allows, once it is confirmed. */
	get perMinute(): number | undefined {
		return this.isConfirmed ? Math.max(1, Math.round((this.calls * 60_000) / this.ms)) : undefined;
	}

	/** @returns milliseconds until a call may be sent, `Infinity` for not before another one ends */
	delay(now: number, inFlight: number, accepted: AcceptedCalls, lastSentAt: number): number {
		const free = this.calls - inFlight;
		if (free <= 0) return Infinity;
		const nextAt = accepted.nthLast(free) + this.ms;
		if (this.untilTest > 0) return Math.max(0, nextAt - now);
		// Right after the last call, it might be rejected for that alone, and seem to confirm a window that is too long.
		const earliest = lastSentAt + Math.min(MAX_TEST_MS, TEST_SHARE * (nextAt - lastSentAt));
		const oneExtra = this.isConfirmed ? accepted.nthLast(free + 1) + this.ms : earliest;
		return Math.max(0, Math.min(nextAt, Math.max(earliest, oneExtra)) - now);
	}

	/**
	 * A call was accepted.
	 * @param count how many were accepted in a window that ends now
	 * @returns false if the window was only assumed, and is wrong
	 */
	accepted(count: number): boolean {
		this.untilTest -= 1;
		if (this.untilTest > 0 || count <= this.calls) return true;
		this.calls += Math.ceil(this.calls * GROWTH);
		return this.isConfirmed;
	}

	/**
	 * A call was rejected. If that means that the window is used up, lowers it to what was accepted.
	 * @param count how many calls were accepted in the window before
	 * @returns when the window began; undefined if it is not used up
	 */
	exhaust(count: number, accepted: AcceptedCalls): number | undefined {
		if (count < USED_UP * this.calls) return undefined;
		this.calls = Math.max(1, Math.min(this.calls, count));
		return accepted.nthLast(this.calls);
	}

	/** The window was used up, and the next one began in time. */
	confirm(): void {
		this.untilTest = WINDOWS_BETWEEN_TESTS * this.calls;
	}
}
