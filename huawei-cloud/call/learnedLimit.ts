import type { Admission, Limit, SentCall } from './limit';

/**
 * The limit of a service that accepts so many calls in a window of so many milliseconds.
 *
 * As with TCP and the adaptive mode of the AWS SDKs, it begins with few calls at once and opens up, and later tries a
 * little more now and then. Unlike them it learns windows instead of a pace, since that is what gateways count: the first
 * refusal ends a window, and single calls find out when the next begins. Token buckets look like short windows. Refusals
 * that follow no window are noticed: see `isErratic`.
 */

/** So many calls of a load are sent at once, however little is known: when they are refused, it is a small part of it. */
const FIRST_PART = 1 / 33;

/** Windows that services count in, where nothing better is known, and when to look after a refusal. Milliseconds. */
const PERIODS_MS = [1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000];
const LONGEST_LOOK_MS = 300_000;

/** When a window that should have begun has not, it is looked for so often at least; or twice in its length, if that is longer. */
const LONGEST_BLIND_MS = 30_000;

/** A first window counted within this time gives an estimate of the next. */
const SHORT_BURST_MS = 3000;

/** A window's beginning that is known to this part of its length is known well enough. */
const PRECISION = 1 / 20;
const SHORTEST_MS = 50;

/** Something more is tried after so many calls without a refusal: a failure costs one call. */
const CALLS_BEFORE_TRY = 100;

/** Or after so many whole windows: a hundred calls take too long where few are allowed. */
const WINDOWS_BEFORE_TRY = 10;

/** Sooner where windows have taken more than twice as much: others may have used it up for a while. */
const WINDOWS_BEFORE_RETURN = 3;

/** A call that looks for a window and is sent later than this after its time was held up. */
const TIMELY_MS = 100;

/** A single call that finds out whether a window has begun is waited for this long at least, then another may go. */
const PATIENCE_MS = 5000;

/** Windows of fewer calls are not taken for two. */
const SMALLEST_CAPACITY = 8;

/** Fewer calls than this were what others had left of a window: nothing can be learned from it. */
const FEWEST_TO_LEARN_FROM = 4;

/** If they were accepted again so soon, it may be that they came too fast. */
const LONGEST_OF_PACE_MS = 2500;

/** So many refusals in a row, with hardly a call accepted between them, follow no window of that length. */
const REFUSALS_OF_NO_WINDOW = 6;

/** A first window of this size and less may have been what was left of one, too: it is doubled until it is refused. */
const FEWEST_TO_BELIEVE = 20;

/** How soon after a refusal to see whether it stays, while that is not known: in a window it does. */
const QUICK_LOOK_MS = 30;

/** So many of the last refusals say whether there are windows. */
const REFUSALS_TO_JUDGE = 4;

/** Calls that were sent in what is taken for one window. */
interface Window {
	sent: number;
	throttled: number;
	/** Accepted after the first was refused. */
	acceptedAfter: number;
	/** From here on the service should refuse: the first refused call had arrived. Calls overtake each other by less than that. */
	refusesFrom: number;
	/** Accepted though sent later than that. */
	acceptedLater: number;
	underWay: number;
}

function newWindow(): Window {
	return { sent: 0, throttled: 0, acceptedAfter: 0, refusesFrom: Infinity, acceptedLater: 0, underWay: 0 };
}

/** Why a single call is sent: the window should have begun; it may have begun before; windows may be shorter; it was just
 * refused. */
type Probe = 'quick' | 'due' | 'earlier' | 'shorter';

export class LearnedLimit implements Limit {
	private state: 'unlimited' | 'closed' | 'probing' | 'open' = 'unlimited';
	private window: Window = newWindow();
	/** The window before, while the next is looked for. */
	private last = this.window;

	/** Calls that a window takes; of these, so many are known to be accepted, and the others are sent few at once. */
	private capacity = Infinity;
	private proven = 0;
	/** By how much `capacity` was raised to try it, or 0. */
	private step = 0;
	private acceptedSinceThrottled = 0;
	private refusedInTiny = 0;
	/** The most that a window has taken; less, if that was tried again in vain. */
	private most = 0;
	/** Whether the capacity is only what was left of a window, as far as is known. */
	private mayDouble = false;
	/** The largest known load. */
	private load = 0;

	/** Length of a window, 0 while unknown; it is longer than `shorterThan`. */
	private period = 0;
	private longerThan = 0;
	/** Whether a window was seen to begin a period after another. */
	private isConfirmed = false;

	/** When the window began, or at most `slack` before. */
	private start = 0;
	private slack = 0;
	/** A time after which a window began that is so many windows before this one: what bounds the length of windows. */
	private anchor = 0;
	private windows = 0;
	/** For how long a single call is waited for: twice as long as any call took. */
	private patience = PATIENCE_MS;
	/** How long it took to learn that a window has begun. */
	private roundTrip = 0;

	/** Whether the last window took no more than it was given, so that a call accepted earlier means another window. */
	private mayTryShorter = false;
	/** How often in a row windows began earlier than they had to. What goes well is tried again at once. */
	private earlyInARow = 0;

	private probe: Probe = 'due';
	private probeAt = 0;
	private probesInVain = 0;
	/** Whether the window began later than it was looked for. */
	private wasLate = false;
	/** Whether looking for it had to wait, for a call to send or since the service asked for that: it may have begun before. */
	private isHeldUp = false;
	/** When a call was last refused that was sent to find out whether a window has begun; or the first refusal. */
	private refusedAt = 0;
	private firstSentAt = 0;
	private firstRefusedAt = 0;
	/** What to do if the refusal stays, and if not. */
	private doubt: { isSettled: () => boolean; close: () => void; reopen: () => void } | undefined;
	/** Whether the last refusals stayed for a moment. */
	private stayed: boolean[] = [];

	/** Whether the service has said that it was too much, not long ago. */
	get isLimited(): boolean {
		return this.state !== 'unlimited';
	}

	/** About how many calls a minute the service allows, once that is known. */
	get perMinute(): number | undefined {
		const isKnown = Number.isFinite(this.capacity) && !this.mayDouble;
		return isKnown ? Math.round((this.capacity * 60_000) / this.period) : undefined;
	}

	/** Whether there are no windows: many refusals did not stay, or short ones that take next to nothing are never known well. */
	get isErratic(): boolean {
		const changed = this.stayed.filter((stayed) => !stayed).length;
		return changed >= REFUSALS_TO_JUDGE / 2 || this.refusedInTiny >= REFUSALS_OF_NO_WINDOW;
	}

	/** Counts refusals that come one after the other where windows are short and take next to nothing. */
	private noteTiny(): void {
		const isTiny = this.capacity < FEWEST_TO_LEARN_FROM && this.period <= LONGEST_OF_PACE_MS;
		const isInARow = this.acceptedSinceThrottled < FEWEST_TO_LEARN_FROM;
		this.refusedInTiny = isTiny && isInARow ? this.refusedInTiny + 1 : 0;
	}

	/** @param load how many calls an execution will make, about */
	expect(load: number): void {
		this.load = Math.max(this.load, load);
	}

	wait(now: number): number {
		if (this.state === 'open' && now >= this.start + this.period) this.rollOver(now);
		if (this.state === 'open' && this.window.sent >= this.capacity) this.close();
		if (this.state === 'closed') {
			if (now >= this.probeAt && this.doubt?.isSettled() === true) this.endQuickLook(true);
			return Math.max(0, this.probeAt - now);
		}
		if (this.state === 'probing') return Math.max(0, this.probeAt + this.patience - now);
		return this.window.underWay < this.mostAtOnce() ? 0 : Infinity;
	}

	send(now: number): SentCall {
		if (this.window.sent === 0) this.firstSentAt = now;
		if (this.state === 'closed' || this.state === 'probing') {
			this.window = newWindow();
			this.state = 'probing';
			this.isHeldUp ||= now - this.probeAt > Math.max(TIMELY_MS, this.period * PRECISION);
			this.probeAt = now;
		}
		const { window } = this;
		window.sent += 1;
		window.underWay += 1;
		return { end: (admission, endedAt) => this.end(window, now, admission, endedAt) };
	}

	/** A call is over that was sent at some time in a window. */
	private end(window: Window, at: number, admission: Admission, now: number): void {
		window.underWay -= 1;
		this.patience = Math.max(this.patience, 2 * (now - at));
		if (admission === 'throttled') window.throttled += 1;
		else if (window.throttled > 0) window.acceptedAfter += 1;
		if (admission === 'throttled') window.refusesFrom = Math.min(window.refusesFrom, (at + now) / 2);
		else if (at > window.refusesFrom) window.acceptedLater += 1;
		if (admission === 'throttled') this.noteTiny();
		this.acceptedSinceThrottled = admission === 'throttled' ? 0 : this.acceptedSinceThrottled + 1;
		if (window !== this.window) return;
		if (this.state === 'probing') this.endProbe(at, admission, now);
		else if (admission !== 'throttled' || this.state === 'closed') return;
		else this.refuse(at, now);
	}

	/** The service refused a call though the limit is not known to be reached. */
	private refuse(at: number, now: number): void {
		const { state, window } = this;
		const close = () => (state === 'unlimited' ? this.closeFirst(at, window) : this.close(window));
		const isKnown = this.stayed.length > 1 && this.stayed.slice(-2).every((stayed) => stayed);
		const accepted = window.sent - window.throttled;
		const isUnlikely = accepted < Math.max(SMALLEST_CAPACITY, this.proven / 2);
		if (isKnown && !isUnlikely) return close();
		const reopen = () => {
			this.state = state;
			this.window = window;
		};
		// Those that were under way tell as well.
		const isSettled = () => window.throttled > Math.max(2, 2 * window.acceptedAfter);
		this.doubt = { isSettled, close, reopen };
		this.state = 'closed';
		this.probe = 'quick';
		this.probeAt = now + QUICK_LOOK_MS;
	}

	private note(hasStayed: boolean): void {
		this.stayed = [...this.stayed, hasStayed].slice(-REFUSALS_TO_JUDGE);
	}

	private endQuickLook(hasStayed: boolean): void {
		this.note(hasStayed);
		if (hasStayed) this.doubt?.close();
		else this.doubt?.reopen();
		this.doubt = undefined;
	}

	private mostAtOnce(): number {
		const { sent, underWay } = this.window;
		if (sent < this.proven) return Infinity;
		if (Number.isFinite(this.capacity)) return Math.max(2, Math.ceil(this.capacity / 20));
		return Math.max(Math.floor(this.load * FIRST_PART), firstAtOnce(sent - underWay));
	}

	/** The service refused for the first time. */
	private closeFirst(at: number, window: Window): void {
		this.state = 'closed';
		this.last = window;
		this.isHeldUp = false;
		this.firstRefusedAt = at;
		this.refusedAt = at;
		this.probe = 'due';
		this.probeAt = at + this.nextLook(0);
	}

	/** How long after the first refusal to look next. The more calls a window takes, the finer: each look may cost one. */
	private nextLook(after: number): number {
		const looksInFirstSecond = Math.min(
			4,
			Math.max(1, Math.round((this.last.sent - this.last.throttled) / 60)),
		);
		if (after < 1000) return after + 1000 / looksInFirstSecond;
		return periodAbove(after);
	}

	/** The window is used up: the next begins a period after this, or may have begun a little before. */
	private close(window = this.window): void {
		this.state = 'closed';
		this.last = window;
		this.probesInVain = 0;
		this.isHeldUp = false;
		const due = this.start + this.period;
		this.probe = 'due';
		this.probeAt = due;
		if (this.isTimeForShorter()) {
			this.mayTryShorter = false;
			this.probe = 'shorter';
			this.probeAt = this.start + (this.longerThan + this.period) / 2;
		} else if (this.isConfirmed && this.slack > Math.max(2 * this.roundTrip, this.period * PRECISION)) {
			this.probe = 'earlier';
			this.probeAt = due - this.slack / 2;
		}
	}

	private isTimeForShorter(): boolean {
		return this.canBeShorter() && (this.earlyInARow > 1 || this.acceptedSinceThrottled >= CALLS_BEFORE_TRY);
	}

	private tookMore(): boolean {
		return this.capacity < this.most / 2;
	}

	private isTimeForMore(): boolean {
		const windows = this.tookMore() ? WINDOWS_BEFORE_RETURN : WINDOWS_BEFORE_TRY;
		return this.acceptedSinceThrottled >= Math.min(CALLS_BEFORE_TRY, windows * this.capacity);
	}

	private canBeShorter(): boolean {
		return (
			this.isConfirmed &&
			this.mayTryShorter &&
			this.capacity >= SMALLEST_CAPACITY &&
			this.period - this.longerThan > Math.max(2 * SHORTEST_MS, this.period * 2 * PRECISION)
		);
	}

	private endProbe(at: number, admission: Admission, now: number): void {
		if (this.probe === 'quick' && admission !== 'unknown') {
			this.endQuickLook(admission === 'throttled');
			return;
		}
		if (admission === 'accepted') {
			this.roundTrip = now - at;
			this.open(now);
		} else {
			this.state = 'closed';
			if (admission === 'throttled') this.probeLater(at);
		}
	}

	/** A single call was refused: the window has not begun yet. */
	private probeLater(at: number): void {
		this.refusedAt = at;
		if (this.period === 0) {
			this.probeAt = this.firstRefusedAt + this.nextLook(at - this.firstRefusedAt);
			return;
		}
		if (this.probe === 'shorter') this.longerThan = at - this.start;
		if (this.probe === 'due') {
			this.probesInVain += 1;
			if (this.isConfirmed) {
				// For once it may be that others used it up, however long: that says nothing of its length.
				const next =
					this.probesInVain <= 4
						? at + Math.max(20, this.period / 16) * 2 ** (this.probesInVain - 1)
						: this.start + periodAbove(at - this.start);
				this.probeAt = Math.min(next, at + Math.max(LONGEST_BLIND_MS, this.period / 2));
				return;
			}
			this.longerThan = at - this.start;
			this.period = periodAbove(at - this.start);
		}
		this.probe = 'due';
		this.probeAt = this.start + this.period;
	}

	/** A single call was accepted, as is known now: a window has begun. */
	private open(now: number): void {
		this.state = 'open';
		if (this.period === 0) this.openFirst(now);
		else {
			this.settle(this.last);
			this.openNext(now);
		}
	}

	private openFirst(now: number): void {
		const accepted = this.last.sent - this.last.throttled;
		if (accepted < FEWEST_TO_LEARN_FROM) {
			// Twice in a row, it is a pace rather than windows.
			if (now - this.firstRefusedAt <= LONGEST_OF_PACE_MS) this.note(false);
			this.state = 'unlimited';
			return;
		}
		this.longerThan = this.refusedAt - this.firstRefusedAt;
		this.period = periodAbove(this.longerThan);
		this.start = now;
		this.slack = now - this.refusedAt;
		this.anchor = this.refusedAt;
		if (this.firstRefusedAt - this.firstSentAt > SHORT_BURST_MS) return;
		// It may be what was left of one window and another.
		this.capacity = accepted;
		this.proven = Math.ceil(this.capacity / 2);
		this.mayDouble = accepted <= FEWEST_TO_BELIEVE;
	}

	private openNext(now: number): void {
		const { start: before } = this;
		const due = before + this.period;
		const isEarly = this.probe !== 'due' && now < due;
		const isLate = this.probesInVain > 0;
		this.earlyInARow = isEarly ? this.earlyInARow + 1 : 0;
		if (isEarly) this.openEarly(now);
		else if (isLate) this.openLate(now);
		else this.advance(Math.max(1, Math.floor((now - before) / this.period)));
		if (this.refusedAt > before && this.start - this.refusedAt < this.slack) {
			this.slack = this.start - this.refusedAt;
			this.anchor = this.refusedAt;
			this.windows = 0;
		}
		this.isConfirmed = true;
		this.wasLate = isLate && !this.isHeldUp;
	}

	/** A window has begun before it had to: either all windows begin earlier than thought, or they are shorter. */
	private openEarly(now: number): void {
		const { start: before } = this;
		this.slack -= before + this.period - now;
		this.start = now;
		this.windows += 1;
		if (this.slack >= 0) return;
		if (this.windows > 4) {
			this.anchor = before;
			this.windows = 1;
		}
		const period = (now - this.anchor) / this.windows;
		this.proven = Math.ceil((this.proven * period) / this.period);
		this.period = period;
		this.slack = 0;
		this.earlyInARow = Math.max(2, this.earlyInARow);
		this.mayTryShorter = true;
	}

	private openLate(now: number): void {
		// Once it may be the beginning that was not known well. Twice, it is the length.
		if (this.wasLate && !this.isHeldUp) this.period = now - this.start;
		this.start = now;
		this.slack = Infinity;
	}

	private advance(windows: number): void {
		this.start += windows * this.period;
		this.windows += windows;
	}

	/** The window is over, and calls go on. */
	private rollOver(now: number): void {
		this.settle(this.window);
		this.advance(Math.floor((now - this.start) / this.period));
		this.window = newWindow();
	}

	/** Learns from a window how many calls it takes. */
	private settle({ sent, throttled, acceptedLater }: Window): void {
		if (acceptedLater > throttled) this.note(false);
		const accepted = sent - throttled;
		this.most = Math.max(this.most, accepted);
		if (throttled > 0) {
			if (this.step > 0) this.most = Math.max(accepted, this.most / 2);
			this.mayDouble = false;
			// Others may have used a part of it, for once: what was proven is not given up for that.
			this.capacity = Math.max(1, accepted, Math.ceil(this.proven / 2));
			this.proven = this.capacity;
			this.mayTryShorter = this.step > 0;
			this.step = 0;
		} else if (sent < this.capacity) {
			if (!Number.isFinite(this.capacity)) this.proven = Math.max(this.proven, sent);
		} else if (this.mayDouble) {
			this.proven = this.capacity;
			this.capacity *= 2;
		} else if (this.step === 0 && this.proven < this.capacity) {
			const gap = this.capacity - this.proven;
			this.proven = gap < this.capacity * PRECISION ? this.capacity : this.proven + Math.ceil(gap / 2);
		} else if (this.step > 0 || (this.isTimeForMore() && !this.canBeShorter())) {
			this.proven = this.capacity;
			this.step = this.tookMore()
				? this.capacity
				: Math.min(Math.max(1, this.step * 2), Math.ceil(this.capacity / 4));
			this.capacity += this.step;
			this.mayTryShorter = false;
		}
	}
}

function periodAbove(ms: number): number {
	const longest = Math.floor(ms / LONGEST_LOOK_MS + 1) * LONGEST_LOOK_MS;
	return PERIODS_MS.find((period) => period > ms) ?? longest;
}

/**
 * How many calls to send at once when so many were accepted and none was refused. All that are under way at the first
 * refusal will be refused, so it takes many to be accepted for many at once.
 */
function firstAtOnce(accepted: number): number {
	if (accepted <= 50) return 6;
	return accepted < 200 ? 16 : 16 + (accepted - 200) / 2;
}
