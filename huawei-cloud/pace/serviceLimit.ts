import { AcceptedCalls } from './acceptedCalls';
import { InFlight } from './inFlight';
import { Rejections } from './rejections';
import { SearchedPace } from './searchedPace';
import { Spacing } from './spacing';
import { Suspicion } from './suspicion';
import { Window } from './window';

/** What became of a call: let through, whatever was responded; rejected as one too many; or nobody knows. */
export type Admission = 'accepted' | 'throttled' | 'unknown';

/** A call that was sent, in milliseconds since the epoch. */
export interface SentCall {
	readonly sentAt: number;
}

/** What no rejection has confirmed for this long is forgotten. */
const MEMORY_MS = 5 * 60_000;

/** Calls that take longer than this don't keep others waiting for their end. */
const MAX_WAIT_FOR_CALL_MS = 10_000;

/** Rejections that end this soon, or within so many times what an accepted call takes, mean that calls came too fast. */
const SOON_MS = 150;
const SOON_CALLS = 2.5;
const MAX_MS_PER_CALL = 400;

/** The pace of accepted calls is measured over at most so many. */
const MEASURED_CALLS = 200;

/** While calls are rejected whatever their pace, so many in a row mean that none is accepted. */
const REJECTED_IN_A_ROW = 10;

/** What a service was seen to accept, and so when the next call may be sent. It is told the time and has no clock. */
export class ServiceLimit {
	private readonly inFlight = new InFlight();
	private readonly accepted = new AcceptedCalls();
	private spacing = new Spacing();
	private suspicion = new Suspicion();
	private window: Window | undefined;
	private rejections: Rejections | undefined;
	private probe: SentCall | undefined;
	private search: SearchedPace | undefined;
	/** When the probe was sent that ended the last rejections. Only later calls say something about a limit. */
	private openedAt = 0;
	private lastSentAt = 0;
	private lastRejectedAt = 0;
	private rejectedInARow = 0;

	/** Whether the service rejected a call that it has not forgotten. */
	isLimited(now: number): boolean {
		return now - this.lastRejectedAt <= MEMORY_MS;
	}

	/** About how many calls a minute the service accepts, if that is known. */
	get perMinute(): number | undefined {
		return this.search ? undefined : this.window?.perMinute;
	}

	expect(calls: number): void {
		this.inFlight.expect(calls);
	}

	/** @returns milliseconds until a call may be sent; `Infinity` for not before another one ends */
	delay(now: number): number {
		this.forget(now);
		const delay = this.delayByLimit(now);
		return delay === Infinity ? Math.max(0, this.lastSentAt + MAX_WAIT_FOR_CALL_MS - now) : delay;
	}

	private delayByLimit(now: number): number {
		if (this.rejections) return this.probe ? Infinity : this.rejections.delay(now);
		if (this.inFlight.isFull) return Infinity;
		const byWindow = this.search ? 0 : this.window?.delay(now, this.inFlight.count, this.accepted);
		return Math.max(this.spacing.delay(now), byWindow ?? 0);
	}

	private forget(now: number): void {
		const isOld = !this.isLimited(now) && this.lastRejectedAt > 0;
		if (!isOld && !this.search?.isOver(now)) return;
		this.search = this.window = undefined;
		this.spacing = new Spacing();
		this.suspicion = new Suspicion();
	}

	/** A call is sent, after `delay` returned 0. */
	sent(now: number): SentCall {
		const call = { sentAt: now };
		this.inFlight.count += 1;
		if (this.rejections) this.probe = call;
		this.spacing.sent(now, this.search?.gap);
		this.lastSentAt = now;
		return call;
	}

	/** To be called once, when a call is over. */
	ended(call: SentCall, admission: Admission, now: number): void {
		this.inFlight.count -= 1;
		if (admission !== 'unknown') this.search?.ended(admission === 'accepted', now);
		if (admission === 'accepted') this.callAccepted(call, now);
		else if (call === this.probe) this.probeFailed(call, admission === 'throttled', now);
		else if (admission === 'throttled' && !this.rejections && call.sentAt >= this.openedAt)
			this.callRejected(call, now);
	}

	private callAccepted(call: SentCall, now: number): void {
		this.accepted.add(call.sentAt);
		this.inFlight.accepted();
		this.spacing.accepted();
		this.suspicion.accepted();
		this.rejectedInARow = 0;
		if (call === this.probe) this.reopen(call);
		else if (!this.rejections) this.window?.accepted(now, this.openedAt, this.accepted);
	}

	private probeFailed(call: SentCall, isRejected: boolean, now: number): void {
		this.probe = undefined;
		if (isRejected) this.lastRejectedAt = now;
		this.rejections?.probeFailed(call.sentAt, isRejected, now);
	}

	private callRejected(call: SentCall, now: number): void {
		const { inFlight, window } = this;
		inFlight.rejected();
		this.lastRejectedAt = now;
		this.rejectedInARow += 1;
		if (this.search && this.rejectedInARow < REJECTED_IN_A_ROW) return;
		if (this.suspicion.rejected() && !this.search) {
			this.search = new SearchedPace(now);
			return;
		}
		const end =
			window && !this.search
				? window.rejectedAfter(this.countIn(window.ms, call.sentAt), this.accepted)
				: undefined;
		const usedUp = window && end && { belief: window, ...end };
		this.rejections = new Rejections(call.sentAt, now, inFlight.count + 1, usedUp);
	}

	/** A probe was accepted, which ends the rejections. */
	private reopen(call: SentCall): void {
		const { rejections } = this;
		this.rejections = this.probe = undefined;
		if (rejections && !this.search) this.learn(rejections, call.sentAt);
		this.openedAt = call.sentAt;
	}

	private learn(rejections: Rejections, openedAt: number): void {
		const { window, windowEnd, lasted, lastRejectedAt } = rejections;
		if (window && openedAt >= windowEnd) {
			if (lasted < window.belief.ms) {
				window.belief.confirm();
				this.suspicion.lessen();
			} else if (window.belief.noteLate()) this.assumeWindow(rejections);
			return;
		}
		// A window that opened before its end is none.
		if (window) this.window = undefined;
		const perCall = this.timePerCall(openedAt);
		const isSoon = openedAt - rejections.since < SOON_MS;
		const isInPace = perCall < MAX_MS_PER_CALL && openedAt - rejections.since < SOON_CALLS * perCall;
		if (window || isSoon || isInPace) {
			this.spacing.lengthen(perCall);
			this.inFlight.cutFrom(rejections.inFlight);
		} else if (this.window && lasted < this.window.ms) {
			this.window.lowerTo(this.countIn(this.window.ms, lastRejectedAt));
		} else this.assumeWindow(rejections);
	}

	private assumeWindow({ lasted, lastRejectedAt }: Rejections): void {
		this.window = Window.after(lasted, (ms) => this.countIn(ms, lastRejectedAt));
	}

	/** How many calls were accepted in a time, but not before the last rejections. */
	private countIn(ms: number, until: number): number {
		return this.accepted.countBetween(Math.max(until - ms, this.openedAt - 1), until);
	}

	/** How long an accepted call took lately, the time included in which calls were rejected. */
	private timePerCall(now: number): number {
		const first = this.accepted.nthLast(MEASURED_CALLS) ?? this.accepted.first ?? now;
		const from = Math.max(this.openedAt, first);
		return (now - from) / Math.max(1, this.accepted.countBetween(from - 1, now));
	}
}
