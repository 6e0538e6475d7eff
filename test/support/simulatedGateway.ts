import { NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { VirtualClock } from './virtualClock';

/** Decides whether a gateway accepts a call that arrives now. */
export interface Rule {
	accepts(now: number): boolean;
	/** When the next call would be accepted, for a sender that knows. */
	opensAt(now: number): number;
	/** The service is done with an accepted call. */
	leave?(now: number): void;
}

export const START = Date.parse('2026-01-01T00:00:00Z');

/** A number of calls in each window; the phase, from 0 to 1, says how much of the first is over. */
export function fixedWindows(calls: number, ms: number, phase: number): Rule {
	let current = -1;
	let count = 0;
	const windowAt = (now: number) => Math.floor((now - START) / ms + phase);
	return {
		accepts: (now) => {
			if (windowAt(now) !== current) count = 0;
			current = windowAt(now);
			count += 1;
			return count <= calls;
		},
		opensAt: (now) =>
			windowAt(now) !== current || count < calls ? now : START + (windowAt(now) + 1 - phase) * ms,
	};
}

/** A number of accepted calls in any such time. */
export function slidingWindow(calls: number, ms: number): Rule {
	const accepted: number[] = [];
	const opensAt = (now: number) => Math.max(now, (accepted.at(-calls) ?? -Infinity) + ms);
	return {
		accepts: (now) => {
			if (opensAt(now) > now) return false;
			accepted.push(now);
			return true;
		},
		opensAt,
	};
}

export function tokenBucket(perSecond: number, burst: number): Rule {
	let tokens = burst;
	let at = START;
	const fill = (now: number) => {
		tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
		at = now;
	};
	return {
		accepts: (now) => {
			fill(now);
			if (tokens < 0.999) return false;
			tokens -= 1;
			return true;
		},
		opensAt: (now) => {
			fill(now);
			return now + Math.max(0, ((1 - tokens) * 1000) / perSecond);
		},
	};
}

/** A number of calls at the same time. */
export function atMostConcurrent(calls: number): Rule {
	let current = 0;
	return {
		accepts: () => {
			if (current >= calls) return false;
			current += 1;
			return true;
		},
		opensAt: (now) => (current < calls ? now : now + 1),
		leave: () => void (current -= 1),
	};
}

export const unlimited: Rule = { accepts: () => true, opensAt: (now) => now };

/** Rejects a share of all calls, whatever their pace. */
export function randomly(share: number, seed: number, rule: Rule = unlimited): Rule {
	const dice = new VirtualClock(0, seed);
	return { ...rule, accepts: (now) => dice.random() >= share && rule.accepts(now) };
}

/** Rejects every nth call. */
export function everyNth(n: number): Rule {
	let calls = 0;
	return { ...unlimited, accepts: () => (calls += 1) % n !== 0 };
}

/** Nodes that calls are spread over at random. */
export function nodes(rules: readonly Rule[], seed: number): Rule {
	const dice = new VirtualClock(0, seed);
	return {
		accepts: (now) => rules[Math.floor(dice.random() * rules.length)]?.accepts(now) ?? false,
		opensAt: (now) => Math.min(...rules.map((rule) => rule.opensAt(now))),
	};
}

/** One rule until some time after the start, then another. */
export function changing(first: Rule, ms: number, then: Rule): Rule {
	const current = (now: number) => (now < START + ms ? first : then);
	return { accepts: (now) => current(now).accepts(now), opensAt: (now) => current(now).opensAt(now) };
}

/** Rejects everything from one time after the start until another. */
export function closed(from: number, to: number, rule: Rule): Rule {
	const isClosed = (now: number) => now >= START + from && now < START + to;
	return {
		...rule,
		accepts: (now) => !isClosed(now) && rule.accepts(now),
		opensAt: (now) => (isClosed(now) ? START + to : rule.opensAt(now)),
	};
}

/** Rejects everything for a time after a call that another rule rejects. A call in that time starts it again. */
export function banning(ms: number, rule: Rule): Rule {
	let bannedUntil = -Infinity;
	return {
		accepts: (now) => {
			if (now >= bannedUntil && rule.accepts(now)) return true;
			bannedUntil = now + ms;
			return false;
		},
		opensAt: (now) => Math.max(bannedUntil, rule.opensAt(now)),
	};
}

/** A sliding window that rejected calls fill, too. */
export function countingRejected(calls: number, ms: number): Rule {
	const all: number[] = [];
	return {
		accepts: (now) => now - (all[all.push(now) - 1 - calls] ?? -Infinity) >= ms,
		opensAt: (now) => Math.max(now, (all.at(-calls) ?? -Infinity) + ms),
	};
}

/** Accepts everything for a time at the beginning of each period, and nothing for the rest of it. */
export function periodically(openMs: number, periodMs: number): Rule {
	const overMs = (now: number) => (now - START) % periodMs;
	return {
		accepts: (now) => overMs(now) < openMs,
		opensAt: (now) => (overMs(now) < openMs ? now : now + periodMs - overMs(now)),
	};
}

export interface Load {
	calls: number;
	concurrency: number;
	/** Each call is an execution of its own. */
	executionEach?: boolean;
	seed?: number;
	/** Mean round trip in milliseconds; each is up to a quarter shorter or longer. */
	roundTrip?: number;
}

export interface Measured {
	ms: number;
	sent: number;
	rejected: number;
	failed: number;
}

/** Sends a load through a limiter to a gateway. */
export async function simulate(load: Load, rule: Rule): Promise<Measured> {
	const { calls, concurrency, seed = 1, executionEach = false } = load;
	const clock = new VirtualClock(START, seed);
	const limiter = new RateLimiter(clock);
	const shared = limiter.createHandle(calls);
	const measured: Measured = { ms: 0, sent: 0, rejected: 0, failed: 0 };
	let left = calls;
	const exchange = async () => {
		measured.sent += 1;
		const way = wayOf(load, clock);
		await clock.sleep(way);
		const isAccepted = rule.accepts(clock.now());
		if (!isAccepted) measured.rejected += 1;
		await clock.sleep(way);
		if (isAccepted) rule.leave?.(clock.now());
		return isAccepted;
	};
	const worker = async () => {
		while (left > 0) {
			left -= 1;
			const handle = executionEach ? limiter.createHandle(1) : shared;
			for (let isFresh = true, isDone = false; !isDone; isFresh = false) {
				const { permit } = await handle.acquire(NEVER_CANCELLED, { isFresh });
				if (!permit) {
					measured.failed += 1;
					break;
				}
				isDone = await exchange();
				permit.end(isDone ? 'accepted' : 'throttled');
			}
		}
	};
	await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
	measured.ms = clock.now() - START;
	return measured;
}

/** How long a sender takes that knows the limit: each call arrives when the gateway accepts it. */
export async function idealTime(load: Load, rule: Rule): Promise<number> {
	const { calls, concurrency, seed = 1 } = load;
	const clock = new VirtualClock(START, seed);
	let left = calls;
	const worker = async () => {
		while (left > 0) {
			left -= 1;
			const way = wayOf(load, clock);
			await clock.sleep(way);
			while (rule.opensAt(clock.now()) > clock.now() || !rule.accepts(clock.now()))
				await clock.sleep(Math.max(0.01, rule.opensAt(clock.now()) - clock.now()));
			await clock.sleep(way);
			rule.leave?.(clock.now());
		}
	};
	await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
	return clock.now() - START;
}

function wayOf({ roundTrip = 40 }: Load, clock: VirtualClock): number {
	return (roundTrip * (0.75 + clock.random() / 2)) / 2;
}
