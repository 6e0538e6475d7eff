import type { Admission, Limit, SentCall } from './limit';

/** Between two calls, in milliseconds: at first, at least, at most. */
const FIRST_INTERVAL_MS = 10;
const SHORTEST_INTERVAL_MS = 0.5;
const LONGEST_INTERVAL_MS = 1000;

/** What timers are late is made up for, up to this: more would be a burst. */
const LONGEST_LAG_MS = 10;

/** The pace is judged anew after so many calls; or after fewer, if nearly all of them were refused. */
const SAMPLE = 40;
const SMALL_SAMPLE = 10;
const NEARLY_ALL = 0.9;

/** More than this part refused is too much. */
const TOLERATED = 0.075;

/** A part that is refused whatever the pace is tolerated: less than this, and hardly less at a pace so much slower. */
const MOST_TOLERATED = 0.6;
const FUTILE_FACTOR = 4;

/**
 * A pace that gets slower while many calls are refused, and faster while few are. For services whose refusals follow no
 * window, as when they refuse what is too much at the same time, or at random.
 */
export class AdaptivePace implements Limit {
	readonly isLimited = true;
	/** Depends on more than this limit sees. */
	readonly perMinute = undefined;

	private interval = FIRST_INTERVAL_MS;
	private nextAt = 0;
	private accepted = 0;
	private throttled = 0;
	private tolerated = TOLERATED;
	/** Where it began to get slower, and what part was refused there. */
	private before: { interval: number; refused: number } | undefined;

	wait(now: number): number {
		return Math.max(0, this.nextAt - now);
	}

	send(now: number): SentCall {
		this.nextAt = Math.max(this.nextAt, now - LONGEST_LAG_MS) + this.interval;
		return { end: (admission) => this.count(admission) };
	}

	private count(admission: Admission): void {
		if (admission === 'accepted') this.accepted += 1;
		if (admission === 'throttled') this.throttled += 1;
		const calls = this.accepted + this.throttled;
		const refused = this.throttled / calls;
		if (calls < SAMPLE && (calls < SMALL_SAMPLE || refused < NEARLY_ALL)) return;
		this.judge(refused);
		this.accepted = 0;
		this.throttled = 0;
	}

	private judge(refused: number): void {
		if (refused <= this.tolerated) {
			this.before = undefined;
			this.interval = Math.max(SHORTEST_INTERVAL_MS, this.interval * 0.8);
			return;
		}
		const before = (this.before ??= { interval: this.interval, refused });
		const isFutile = refused < MOST_TOLERATED && refused > before.refused * 0.7;
		if (isFutile && this.interval >= FUTILE_FACTOR * before.interval) {
			this.tolerated = Math.min(MOST_TOLERATED, refused * 1.5);
			this.interval = before.interval;
			this.before = undefined;
		} else this.interval = Math.min(LONGEST_INTERVAL_MS, this.interval * 1.5);
	}
}
