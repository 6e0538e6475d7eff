import { AcceptedCalls } from './acceptedCalls';
import { MAX_GAP_MS, Pacing } from './pacing';
import { Rejections } from './rejections';
import { Window } from './window';

/** The end of a call: let through, whatever the response; rejected as one too many; or unknown. */
export type Admission = 'accepted' | 'throttled' | 'unknown';

/** A call that was sent, in milliseconds since the epoch. */
export interface SentCall {
	readonly sentAt: number;
}

/** A limit that no rejection has confirmed for this long is forgotten. */
const MEMORY_MS = 5 * 60_000;

/** Most calls in flight, which is as many as one execution may have. */
const MAX_IN_FLIGHT = 100;

/** Calls that take longer than this don't keep others waiting for their end. */
const MAX_WAIT_FOR_CALL_MS = 10_000;

/** A run of up to this many calls sends half of them at once, or ten. */
const SMALL_RUN = 100;
const SMALL_RUN_SHARE = 1 / 2;
const SMALL_RUN_MIN = 10;

/** A larger run sends a fiftieth, or four, at once: that is how many are rejected when it first meets a limit. */
const LARGE_RUN_SHARE = 1 / 50;
const LARGE_RUN_MIN = 4;

/** Each call that was ever accepted allows this many more in flight. */
const IN_FLIGHT_PER_ACCEPTED = 1 / 16;

/** Rejections that end this soon, or within this many times the time per accepted call, mean that calls came too fast. */
const SOON_MS = 150;
const SOON_CALLS = 2.5;

/** The time per accepted call is measured over at most this many. */
const MEASURED_CALLS = 200;

/** While calls are rejected whatever their pace, this many in a row mean that none is accepted. */
const REJECTED_IN_A_ROW = 10;

/** Learns from responses what a service accepts, and says when the next call may be sent. It is told the time. */
export class ServiceLimit {
	private readonly accepted = new AcceptedCalls();
	private pacing = new Pacing();
	private window: Window | undefined;
	private rejections: Rejections | undefined;
	private inFlight = 0;
	/** How many may be in flight at the start, for the largest run that was announced. */
	private start = LARGE_RUN_MIN;
	/** When the probe was sent that ended the last rejections. Only later calls say something about a limit. */
	private openedAt = 0;
	private lastSentAt = 0;
	/** The last rejection that taught something. */
	private learnedAt = -Infinity;
	private rejectedInARow = 0;

	/** True if the service rejected a call that is not forgotten. */
	isLimited(now: number): boolean {
		return now - this.learnedAt <= MEMORY_MS;
	}

	/** About how many calls a minute the service accepts, if that is known. */
	get perMinute(): number | undefined {
		return this.pacing.isFixed ? undefined : this.window?.perMinute;
	}

	/** A run is going to make about this many calls. Once a call was rejected, only what was accepted counts. */
	expect(calls: number): void {
		if (this.learnedAt > 0) return;
		const [min, share] =
			calls <= SMALL_RUN ? [SMALL_RUN_MIN, SMALL_RUN_SHARE] : [LARGE_RUN_MIN, LARGE_RUN_SHARE];
		this.start = Math.max(this.start, min, calls * share);
	}

	/** @returns milliseconds until a call may be sent; `Infinity` for not before another one ends */
	delay(now: number): number {
		if (this.inFlight >= MAX_IN_FLIGHT) return Infinity;
		if (this.learnedAt > 0 && !this.isLimited(now)) this.forget();
		const delay = this.delayByLimit(now);
		return delay === Infinity ? Math.max(0, this.lastSentAt + MAX_WAIT_FOR_CALL_MS - now) : delay;
	}

	private delayByLimit(now: number): number {
		const { rejections, pacing, window, accepted, inFlight } = this;
		if (rejections) return rejections.delay(now);
		if (inFlight >= Math.max(this.start, accepted.count * IN_FLIGHT_PER_ACCEPTED)) return Infinity;
		const byWindow = pacing.isFixed ? 0 : window?.delay(now, inFlight, accepted);
		return Math.max(pacing.delay(now), byWindow ?? 0);
	}

	private forget(): void {
		this.window = undefined;
		this.pacing = new Pacing();
	}

	/** A call is sent, after `delay` returned 0. */
	sent(now: number): SentCall {
		const call = { sentAt: now };
		this.inFlight += 1;
		if (this.rejections) this.rejections.probe = call;
		this.pacing.sent(now);
		this.lastSentAt = now;
		return call;
	}

	/** To be called once, when a call is over. */
	ended(call: SentCall, admission: Admission, now: number): void {
		this.inFlight -= 1;
		const { rejections } = this;
		if (admission === 'accepted') this.callAccepted(call, now);
		else if (rejections?.probe === call) rejections.probeFailed(call, admission === 'throttled', now);
		else if (admission === 'throttled') this.callRejected(call, now);
	}

	private callAccepted(call: SentCall, now: number): void {
		const { rejections, window, pacing } = this;
		this.accepted.add(call.sentAt);
		pacing.accepted();
		this.rejectedInARow = 0;
		if (rejections?.probe === call) {
			this.rejections = undefined;
			if (!pacing.isFixed) this.learn(rejections, call.sentAt);
			this.openedAt = call.sentAt;
		} else if (!rejections && window) window.accepted(this.countIn(window.ms, now));
	}

	private callRejected(call: SentCall, now: number): void {
		const { pacing, window } = this;
		this.rejectedInARow += 1;
		if (this.rejections) return;
		const wasFixed = pacing.isFixed;
		pacing.rejected();
		if (!wasFixed) this.learnedAt = now;
		if (pacing.isFixed) {
			if (this.rejectedInARow >= REJECTED_IN_A_ROW) this.rejections = new Rejections(call.sentAt, now);
			return;
		}
		const usedUpSince = window?.usedUpSince(this.countIn(window.ms, call.sentAt), this.accepted);
		this.rejections =
			usedUpSince === undefined
				? new Rejections(call.sentAt, now)
				: new Rejections(call.sentAt, now, window, usedUpSince);
	}

	/** A probe was accepted. */
	private learn(rejections: Rejections, openedAt: number): void {
		const { window, windowEnd, lastedMs, since, lastAt } = rejections;
		const assumeWindow = () => Window.after(lastedMs, (ms) => this.countIn(ms, lastAt));
		if (window && openedAt >= windowEnd) {
			if (lastedMs < window.ms) {
				window.confirm();
				this.pacing.forgiveRejection();
			} else if (window.noteLate()) this.window = assumeWindow();
			return;
		}
		const perCall = this.timePerCall(openedAt);
		const isSoon = openedAt - since < SOON_MS;
		const isInPace = perCall < MAX_GAP_MS && openedAt - since < SOON_CALLS * perCall;
		if (isSoon || isInPace) this.pacing.slowDown(perCall);
		else this.window = assumeWindow();
	}

	/** How many calls were accepted in a time, but not before the last rejections. */
	private countIn(ms: number, until: number): number {
		return this.accepted.countBetween(Math.max(until - ms, this.openedAt - 1), until);
	}

	/** How long an accepted call took lately, including the time in which calls were rejected. */
	private timePerCall(now: number): number {
		const { accepted } = this;
		const calls = Math.min(MEASURED_CALLS, accepted.count);
		return (now - (accepted.nthLast(calls) ?? now)) / calls;
	}
}
