import type { AcceptedCalls } from './acceptedCalls';

/** Lengths that windows usually have. A longer one than the last is never assumed: a limit of days is not waited for. */
export const WINDOW_LENGTHS_MS: readonly number[] = [
	1000, 1500, 2000, 3000, 5000, 7000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000,
];
const MAX_WINDOW_MS = 120_000;

/** A rejection after this share of the calls means that the window is used up; after the other, that it did not begin yet. */
const USED_UP = 0.8;
const HARDLY_USED = 0.2;

/** After this many accepted calls, or four windows, one call more is tried. */
const CALLS_BETWEEN_TESTS = 100;
const WINDOWS_BETWEEN_TESTS = 4;

/** A call more that was accepted makes the window this many times as large. */
const GROWTH = 1.1;

/** A window of fewer calls may be a coincidence, so that a rejection is followed by a probe before it ends. */
const FEW_CALLS = 20;

/** A window is believed to be longer when it ended late this often in a row. */
const LATE_TO_LENGTHEN = 2;

/** A belief: the service accepts this many calls in any time of this length. */
export class Window {
	/** A rejection once ended just when the window did. */
	private isConfirmed = false;
	/** One call more than believed is allowed. */
	private isTesting = true;
	/** Calls had to wait for the window since the last test. */
	private isUsedUp = false;
	private acceptedSinceTest = 0;
	private timesLate = 0;

	constructor(
		private calls: number,
		readonly ms: number,
	) {}

	/** The window for rejections that went on for a time: the shortest usual one that is longer. */
	static after(rejectedMs: number, countIn: (ms: number) => number): Window {
		const ms = WINDOW_LENGTHS_MS.find((length) => length > rejectedMs) ?? MAX_WINDOW_MS;
		return new Window(Math.max(1, countIn(ms)), ms);
	}

	/** How many calls a minute it allows, once it is certain. */
	get perMinute(): number | undefined {
		return this.isConfirmed ? Math.max(1, Math.round((this.calls * 60_000) / this.ms)) : undefined;
	}

	/** @returns milliseconds until a call may be sent, `Infinity` for not before another one ends */
	delay(now: number, inFlight: number, accepted: AcceptedCalls): number {
		const free = this.calls + (this.isTesting ? 1 : 0) - inFlight;
		if (free <= 0) return Infinity;
		const delay = Math.max(0, (accepted.nthLast(free) ?? -Infinity) + this.ms - now);
		if (delay > 0) this.isUsedUp = true;
		return delay;
	}

	/** @param openedAt when the service began to accept calls again */
	accepted(now: number, openedAt: number, accepted: AcceptedCalls): void {
		this.acceptedSinceTest += 1;
		if (this.isTesting) {
			const isLarger = accepted.countBetween(Math.max(now - this.ms, openedAt - 1), now) > this.calls;
			if (isLarger) this.calls = Math.ceil(this.calls * GROWTH) + 1;
			return;
		}
		const callsBetween = Math.min(CALLS_BETWEEN_TESTS, WINDOWS_BETWEEN_TESTS * this.calls);
		this.isTesting = this.isUsedUp && this.acceptedSinceTest >= callsBetween;
	}

	/**
	 * A call was rejected after so many accepted ones in the window.
	 * @returns when the window begins and what to do before it ends; undefined if the rejection has nothing to do with it
	 */
	rejectedAfter(
		count: number,
		accepted: AcceptedCalls,
	): { startedAt: number; isDoubtful: boolean } | undefined {
		const isUsedUp = count >= USED_UP * this.calls;
		if (!isUsedUp && count > HARDLY_USED * this.calls) return undefined;
		if (isUsedUp) this.calls = Math.max(1, Math.min(this.calls, count));
		const startedAt = accepted.nthLast(this.calls);
		return startedAt === undefined
			? undefined
			: { startedAt, isDoubtful: this.isTesting && this.calls < FEW_CALLS };
	}

	/** The window was used up, and the next one began in time. */
	confirm(): void {
		this.isConfirmed = true;
		this.isTesting = false;
		this.isUsedUp = false;
		this.acceptedSinceTest = 0;
		this.timesLate = 0;
	}

	/** The next window began late. @returns whether this one is too short */
	noteLate(): boolean {
		this.timesLate += 1;
		return !this.isConfirmed || this.timesLate >= LATE_TO_LENGTHEN;
	}

	/** Fewer calls were accepted than believed. */
	lowerTo(calls: number): void {
		this.calls = Math.max(1, calls);
	}
}
