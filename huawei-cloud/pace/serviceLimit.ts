import { MAX_GAP_MS, Pacing } from './pacing';
import { AcceptedCalls, assumeWindow, MAX_SILENCE_MS, type Window } from './window';

/** The end of a call: accepted, whatever the response; throttled; lost: unknown, or the host may be down; not sent; not even tried. */
export type Admission = 'accepted' | 'throttled' | 'unknown' | 'hostDown' | 'unsent' | 'untried';

interface SentCall {
	/** In milliseconds. */
	readonly sentAt: number;
	/** The rejections that it probes, if any. */
	readonly probeOf: Rejections | undefined;
}

/** A run waits this long for the service to accept anything, for a host that is down, and for a `Retry-After`. */
export const GIVE_UP_AFTER_MS = 5 * 60_000;

/** Without a rejection or a pause for this long, everything learned from rejections is forgotten. */
const MEMORY_MS = 5 * 60_000;

/** Max calls in flight, as many as one execution may have. */
const MAX_IN_FLIGHT = 100;

/** How many may be in flight at first, and after how many accepted calls one more: a limit may reject all in flight. */
const START = 10;
const ACCEPTED_PER_CALL = 10;

/** A call in flight for this long may hang, and keeps no others waiting. While rejections are probed, one more goes then. */
const MAX_WAIT_FOR_CALL_MS = 10_000;

/** Rejections that end this soon, or within this many times the time per accepted call, mean that calls came too fast. */
const SOON_MS = 150;
const SOON_CALLS = 2.5;

/** The time per accepted call is measured over at most this many. */
const MEASURED_CALLS = 200;

/** Without a call for this long, and not because of a window, there were none to send. */
const IDLE_MS = 2000;

/** When to probe whether the service accepts calls again: milliseconds since the first rejected call, or the window's start. */
const PROBES_MS: readonly number[] = [20, 100, 500, 2000, 5000, 10_000];

/** Round trips differ, so a window may end later than it should, by this share of its length. */
const LATE = 0.05;

/** Then every 2 to 6 seconds, unevenly: the service may open periodically. After ten probes, the time grows up to five times. */
const BETWEEN_PROBES_MS = 4000;
const CLOSE_PROBES = 10;
const MAX_GROWTH = 5;
const GOLDEN_RATIO = 0.618;

/** The service rejects calls: single probes go until one is accepted. Times in milliseconds. */
class Rejections {
	/** The probe in flight. */
	probe: SentCall | undefined;
	/** When the next probe may go, or the one in flight could have gone. */
	dueAt: number;
	private probes = 0;

	constructor(
		/** When the first rejected call was sent, or when the window began that is used up. */
		readonly startedAt: number,
		/** When the last rejected call was sent. */
		public lastAt: number,
		now: number,
		readonly window?: Window,
	) {
		// After as long as the rejection took, unless the clock was set meanwhile, or the machine slept.
		const roundTrip = Math.min(now - lastAt, BETWEEN_PROBES_MS);
		this.dueAt = Math.max(now + roundTrip, startedAt + (window?.probeAfterMs ?? 0));
	}

	delay(now: number): number {
		return this.probe ? Infinity : Math.max(0, this.dueAt - now);
	}

	/** The probe was not accepted. If that says nothing about the service, such as after a tiny timeout, the next one may go at once. */
	probeFailed({ sentAt }: SentCall, admission: Admission, now: number): void {
		this.probe = undefined;
		if (admission !== 'throttled' && admission !== 'hostDown') return;
		if (admission === 'throttled') this.lastAt = sentAt;
		this.probes += 1;
		const windowEnd = this.startedAt + (this.window?.ms ?? 0);
		if (now < windowEnd) {
			this.dueAt = Math.min(windowEnd, now + MAX_SILENCE_MS);
			return;
		}
		const times = [...PROBES_MS, (1 + LATE) * (this.window?.ms ?? 0)].map((time) => this.startedAt + time);
		const next = Math.min(...times.filter((time) => time > now));
		const growth = Math.min(MAX_GROWTH, Math.max(1, this.probes / CLOSE_PROBES));
		const latest = now + BETWEEN_PROBES_MS * growth * (0.5 + ((this.probes * GOLDEN_RATIO) % 1));
		this.dueAt = Math.min(next, latest);
	}
}

/** Learns from responses what a service accepts, and says when the next call may be sent. It is told the time. */
export class ServiceLimit {
	private readonly accepted = new AcceptedCalls();
	private pacing = new Pacing();
	private window: Window | undefined;
	private rejections: Rejections | undefined;
	/** The calls that were sent and have not ended, the oldest first, and when the last call was sent. */
	private readonly calls = new Set<SentCall>();
	private lastSentAt = 0;
	/** When the first call was sent after there were none to send. */
	private busySince = 0;
	/** When the probe that ended the last rejections was sent. Only later calls say something about a limit. */
	private openedAt = 0;
	/** When a call was last rejected, unless that is forgotten. */
	private rejectedAt: number | undefined;
	/** Until when nothing is sent, and until when the service asked to wait, which may be longer. */
	private pausedUntil = 0;
	private askedUntil = 0;

	/** True if the service rejected a call recently. */
	get isLimited(): boolean {
		return this.rejectedAt !== undefined;
	}

	/** How many calls were sent and have not ended. */
	get inFlight(): number {
		return this.calls.size;
	}

	/** About how many calls a minute the service accepts, if that is known. */
	get perMinute(): number | undefined {
		return this.window?.perMinute;
	}

	/** @returns milliseconds until a call may be sent; `Infinity` for not before another one ends */
	delay(now: number): number {
		if (this.inFlight >= MAX_IN_FLIGHT) return Infinity;
		const delay = this.rejections?.delay(now) ?? this.delayWhileOpen(now);
		const limitedMs = delay === Infinity ? this.lastSentAt + MAX_WAIT_FOR_CALL_MS - now : delay;
		return Math.max(0, limitedMs, this.pausedUntil - now);
	}

	/** @returns the rest of a pause that the service asked for, if it is too long to wait for */
	pauseTooLong(now: number): number | undefined {
		return now < this.pausedUntil && this.pausedUntil < this.askedUntil ? this.askedUntil - now : undefined;
	}

	private delayWhileOpen(now: number): number {
		const { pacing, window, accepted, calls } = this;
		let inFlight = calls.size;
		for (const { sentAt } of calls) {
			if (now - sentAt < MAX_WAIT_FOR_CALL_MS) break;
			inFlight -= 1;
		}
		if (inFlight >= START + Math.floor(accepted.count / ACCEPTED_PER_CALL)) return Infinity;
		return Math.max(
			0,
			this.lastSentAt + pacing.gap - now,
			window?.delay(now, inFlight, accepted, this.lastSentAt) ?? 0,
		);
	}

	/** A call is sent, after `delay` returned 0. */
	sent(now: number): SentCall {
		if (this.rejectedAt !== undefined && now - Math.max(this.rejectedAt, this.pausedUntil) > MEMORY_MS) {
			this.rejectedAt = undefined;
			this.rejections = undefined;
			this.window = undefined;
			this.pacing = new Pacing();
		}
		const call = { sentAt: now, probeOf: this.rejections };
		this.calls.add(call);
		if (this.rejections) this.rejections.probe = call;
		const idleMs = Math.max(IDLE_MS, this.window?.ms ?? 0);
		if (!this.rejections && now - this.lastSentAt > idleMs) this.busySince = now;
		this.lastSentAt = now;
		return call;
	}

	/** To be called once, when a call is over. A pause of over five minutes is probed after five. */
	ended(call: SentCall, admission: Admission, now: number, pauseMs: number): void {
		this.calls.delete(call);
		if (admission === 'throttled') {
			this.rejectedAt = now;
			if (now >= this.pausedUntil) this.askedUntil = 0;
			this.pausedUntil = Math.max(this.pausedUntil, now + Math.min(pauseMs, GIVE_UP_AFTER_MS));
			this.askedUntil = Math.max(this.askedUntil, now + pauseMs);
		}
		const { rejections } = this;
		if (admission === 'accepted') this.callAccepted(call, now);
		else if (rejections?.probe === call) rejections.probeFailed(call, admission, now);
		else if (admission === 'throttled' && !rejections && call.sentAt >= this.openedAt)
			this.callRejected(call, now);
	}

	private callAccepted(call: SentCall, now: number): void {
		const { rejections, pacing } = this;
		pacing.accepted();
		if (rejections && call.probeOf === rejections) {
			this.rejections = undefined;
			this.learn(rejections);
			this.openedAt = call.sentAt;
		}
		this.accepted.add(call.sentAt);
		const { window } = this;
		if (!this.rejections && window?.accepted(this.countIn(window.ms, now)) === false) this.window = undefined;
	}

	private callRejected({ sentAt }: SentCall, now: number): void {
		const { accepted, pacing, window } = this;
		pacing.rejected();
		if (pacing.isFixed) return;
		const startedAt = window?.exhaust(this.countIn(window.ms, sentAt), accepted);
		const usedUp = startedAt === undefined ? undefined : window;
		this.rejections = new Rejections(startedAt ?? sentAt, sentAt, now, usedUp);
	}

	/** A probe was accepted. It may have been sent long after it was due, which says nothing about the limit. */
	private learn({ window, startedAt, lastAt, dueAt }: Rejections): void {
		const { pacing } = this;
		const lastedMs = lastAt - startedAt;
		if (window && dueAt < startedAt + window.ms) {
			this.window = undefined;
			return;
		}
		if (window && lastedMs < (1 + LATE) * window.ms) return window.confirm();
		const perCall = this.timePerCall(dueAt);
		const soonMs = Math.max(SOON_MS, perCall < MAX_GAP_MS ? SOON_CALLS * perCall : 0);
		const isSoon = !window && dueAt - startedAt < soonMs;
		if (isSoon && pacing.slowDown(perCall)) return;
		pacing.strike();
		if (pacing.isFixed) this.window = undefined;
		else if (!isSoon) this.window = assumeWindow(lastedMs, (ms) => this.countIn(ms, lastAt));
	}

	/** How many calls were accepted in a time, but not before the last rejections. */
	private countIn(ms: number, until: number): number {
		return this.accepted.countAfter(Math.max(until - ms, this.openedAt - 1));
	}

	/** How long an accepted call took recently, including the time in which calls were rejected. */
	private timePerCall(now: number): number {
		const calls = Math.min(MEASURED_CALLS, this.accepted.countAfter(this.busySince - 1));
		return calls === 0 ? 0 : (now - this.accepted.nthLast(calls)) / calls;
	}
}
