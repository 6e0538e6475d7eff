import { NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { RateLimiter, type RateLimiterShare } from '../../huawei-cloud/call/rateLimiter';
import { VirtualClock } from './virtualClock';

/** Says whether a gateway lets a call through that arrives now; or when one would be, if it is `ask`ed only. */
export interface Rule {
	admits(now: number): boolean;
	/** When the next call would be let through. */
	opensAt(now: number): number;
}

/** The number of calls in each window, aligned to a phase from 0 to 1. */
export function fixedWindows(most: number, ms: number, phase: number): Rule {
	let current = -1;
	let count = 0;
	const windowAt = (now: number) => Math.floor((now + phase * ms) / ms);
	return {
		admits: (now) => {
			if (windowAt(now) !== current) count = 0;
			current = windowAt(now);
			if (count >= most) return false;
			count += 1;
			return true;
		},
		opensAt: (now) =>
			windowAt(now) !== current || count < most ? now : (windowAt(now) + 1) * ms - phase * ms,
	};
}

export function tokenBucket(perSecond: number, burst: number): Rule {
	let tokens = burst;
	let at = 0;
	const fill = (now: number) => {
		if (at > 0) tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
		at = now;
	};
	return {
		admits: (now) => {
			fill(now);
			if (tokens < 1) return false;
			tokens -= 1;
			return true;
		},
		opensAt: (now) => {
			fill(now);
			return now + Math.max(0, ((1 - tokens) * 1000) / perSecond);
		},
	};
}

/** One rule until some time, then another. */
export function changing(first: Rule, at: number, then: Rule): Rule {
	const current = (now: number) => (now < at ? first : then);
	return { admits: (now) => current(now).admits(now), opensAt: (now) => current(now).opensAt(now) };
}

export const unlimited: Rule = { admits: () => true, opensAt: (now) => now };

export interface Load {
	tasks: number;
	atOnce: number;
	/** True if each task is an execution of its own. */
	executionEach?: boolean;
	seed?: number;
	/** Round trips in milliseconds, from and to. */
	roundTrip?: readonly [number, number];
	maxPerMinute?: number;
	/** Milliseconds that the gateway asks to wait with each rejection. */
	pause?: number;
	limiter?: RateLimiter;
}

export interface Measured {
	ms: number;
	sent: number;
	refused: number;
	/** When each call was refused, in milliseconds from the beginning, and how many had been sent by then. */
	refusals: Array<{ at: number; sent: number }>;
	perMinute: number | undefined;
	waited: boolean;
}

export const START = Date.parse('2026-01-01T00:00:00Z');

/** Sends a load through a limiter to a gateway that rejects what is too much. */
export async function simulate(load: Load, rule: Rule): Promise<Measured> {
	const { tasks, atOnce, seed = 1, roundTrip: [least, most] = [20, 50] } = load;
	const clock = new VirtualClock(START, seed);
	const limiter = load.limiter ?? new RateLimiter();
	const shares = new Set<RateLimiterShare>();
	const newShare = () => limiter.share(clock, load.executionEach === true ? 1 : tasks, load.maxPerMinute);
	const shared = newShare();
	const measured: Measured = {
		ms: 0,
		sent: 0,
		refused: 0,
		refusals: [],
		perMinute: undefined,
		waited: false,
	};
	let left = tasks;

	const call = async (): Promise<boolean> => {
		measured.sent += 1;
		const way = (least + clock.random() * (most - least)) / 2;
		await clock.sleep(way);
		const isAdmitted = rule.admits(clock.now());
		if (!isAdmitted) {
			measured.refused += 1;
			measured.refusals.push({ at: clock.now() - START, sent: measured.sent });
		}
		await clock.sleep(way);
		return isAdmitted;
	};
	const worker = async () => {
		while (left > 0) {
			left -= 1;
			const share = load.executionEach === true ? newShare() : shared;
			shares.add(share);
			for (let isDone = false; !isDone;) {
				const { permit } = await share.acquire(NEVER_CANCELLED);
				isDone = await call();
				permit?.end(isDone ? 'accepted' : 'throttled', isDone ? 0 : load.pause);
			}
			const slowdown = share.slowdown();
			measured.waited ||= slowdown !== undefined;
			measured.perMinute = slowdown?.perMinute ?? measured.perMinute;
		}
	};
	await clock.run(Promise.all(Array.from({ length: atOnce }, worker)));
	measured.ms = clock.now() - START;
	return measured;
}

/** How long a perfect sender takes: each call arrives when the gateway lets one through, and none is refused. */
export async function idealTime(load: Load, rule: Rule): Promise<number> {
	const { tasks, atOnce, seed = 1, roundTrip: [least, most] = [20, 50] } = load;
	const clock = new VirtualClock(START, seed);
	let left = tasks;
	const worker = async () => {
		while (left > 0) {
			left -= 1;
			const way = (least + clock.random() * (most - least)) / 2;
			await clock.sleep(way);
			while (!rule.admits(clock.now()))
				await clock.sleep(Math.max(0.01, rule.opensAt(clock.now()) - clock.now()));
			await clock.sleep(way);
		}
	};
	await clock.run(Promise.all(Array.from({ length: atOnce }, worker)));
	return clock.now() - START;
}
