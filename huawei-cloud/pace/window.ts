import type { AcceptedCalls } from './acceptedCalls';

/** Lengths that windows usually have. A longer one than the last is never assumed. */
export const WINDOW_LENGTHS_MS: readonly number[] = [
	1000, 1500, 2000, 3000, 5000, 7000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000,
];
const MAX_WINDOW_MS = 120_000;

/** A rejection after this share of the calls means that the window is used up. */
const USED_UP = 0.8;

/** After this many accepted calls, or this many windows, one call more is tested. */
const CALLS_BETWEEN_TESTS = 100;
const WINDOWS_BETWEEN_TESTS = 4;

/** A test that succeeds makes the window this many times as large. */
const GROWTH = 1.1;

/** A belief: the service accepts this many calls in any time of this length. */
export class Window {
	/** The last rejection ended when the window did. */
	private isConfirmed = false;
	/** One call more than believed is allowed. */
	private isTesting = true;
	private acceptedSinceTest = 0;

	constructor(
		private calls: number,
		readonly ms: number,
	) {}

	/** The window for rejections that went on for a time: the shortest usual one that is longer. */
	static after(rejectedMs: number, countIn: (ms: number) => number): Window {
		const ms = WINDOW_LENGTHS_MS.find((length) => length > rejectedMs) ?? MAX_WINDOW_MS;
		return new Window(Math.max(1, countIn(ms)), ms);
	}

	/** How many calls a minute it allows, once it is confirmed. */
	get perMinute(): number | undefined {
		return this.isConfirmed ? Math.max(1, Math.round((this.calls * 60_000) / this.ms)) : undefined;
	}

	/** @returns milliseconds until a call may be sent, `Infinity` for not before another one ends */
	delay(now: number, inFlight: number, accepted: AcceptedCalls): number {
		const free = this.calls + (this.isTesting ? 1 : 0) - inFlight;
		if (free <= 0) return Infinity;
		return Math.max(0, (accepted.nthLast(free) ?? -Infinity) + this.ms - now);
	}

	/** A call was accepted. @param count how many were accepted in a window that ends now */
	accepted(count: number): void {
		this.acceptedSinceTest += 1;
		if (this.isTesting) {
			if (count > this.calls) this.calls = Math.ceil(this.calls * GROWTH) + 1;
			return;
		}
		const callsBetween = Math.min(CALLS_BETWEEN_TESTS, WINDOWS_BETWEEN_TESTS * this.calls);
		this.isTesting = this.acceptedSinceTest >= callsBetween;
	}

	/**
	 * A call was rejected after some accepted ones in the window.
	 * @returns when the window began, if it is used up
	 */
	usedUpSince(count: number, accepted: AcceptedCalls): number | undefined {
		if (count < USED_UP * this.calls) return undefined;
		this.calls = Math.max(1, Math.min(this.calls, count));
		return accepted.nthLast(this.calls);
	}

	/** The window was used up, and the next one began in time. */
	confirm(): void {
		this.isConfirmed = true;
		this.isTesting = false;
		this.acceptedSinceTest = 0;
	}

	/** The next window began late. @returns whether this one is too short */
	noteLate(): boolean {
		const isTooShort = !this.isConfirmed;
		this.isConfirmed = false;
		return isTooShort;
	}
}
