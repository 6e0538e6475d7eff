import { describe, expect, test } from '@jest/globals';

import { LearnedLimit } from '../../huawei-cloud/call/learnedLimit';
import type { SentCall } from '../../huawei-cloud/call/limit';
import { changing, fixedWindows, tokenBucket, unlimited, type Rule } from '../support/simulatedGateway';

/** What is learned from calls that are sent and refused one by one. Times in milliseconds. */

/** A limit, and the hands of its clock. */
class Bench {
	readonly limit = new LearnedLimit();
	now = 1_000_000;

	get wait(): number {
		return this.limit.wait(this.now);
	}

	/** Sends as many calls as may be sent now, or so many. */
	send(most = 1000): SentCall[] {
		const sent: SentCall[] = [];
		while (sent.length < most && this.wait === 0) sent.push(this.limit.send(this.now));
		return sent;
	}

	/** Sends so many calls that are let through at once. */
	accept(count: number): void {
		for (let call = 0; call < count; call++) {
			const [sent] = this.send(1);
			if (!sent) throw new RangeError(`Only ${call} may be sent`);
			sent.end('accepted', this.now);
		}
	}

	/** Sends one call that ends a little later, or at once. */
	one(admission: 'accepted' | 'throttled' | 'unknown', after = 0): void {
		const [sent] = this.send(1);
		if (!sent) throw new RangeError('None may be sent');
		this.now += after;
		sent.end(admission, this.now);
	}

	/** Waits until one may be sent. Returns how long. */
	pass(): number {
		const { wait } = this;
		this.now += wait;
		return wait;
	}

	/** A number of calls is let through, then one is refused, and so is the one that looks whether that stays. */
	fill(accepted: number): void {
		this.accept(accepted);
		this.one('throttled');
		this.pass();
		this.one('throttled');
	}
}

describe('while nothing was refused', () => {
	test.each([
		[0, 6],
		[50, 6],
		[51, 16],
		[199, 16],
		[200, 16],
		[202, 17],
		[300, 66],
	])('after %d calls that were let through, %d may be under way', (accepted, most) => {
		const bench = new Bench();
		bench.accept(accepted);
		expect(bench.send()).toHaveLength(most);
		expect(bench.wait).toBe(Infinity);
		expect(bench.limit).toMatchObject({ isLimited: false, perMinute: undefined, isErratic: false });
	});

	test('a thirty-third of the largest load may be under way, if that is more', () => {
		const bench = new Bench();
		bench.limit.expect(340);
		bench.limit.expect(66);
		expect(bench.send()).toHaveLength(10);
	});

	test('a call whose end is not known makes room for another', () => {
		const bench = new Bench();
		const [first] = bench.send();
		first?.end('unknown', bench.now);
		expect(bench.send()).toHaveLength(1);
	});
});

describe('after the first refusal', () => {
	test('a single call looks after a moment whether it stays; if not, all goes on', () => {
		const bench = new Bench();
		bench.accept(10);
		bench.one('throttled', 20);
		expect(bench.limit.isLimited).toBe(true);
		expect(bench.pass()).toBe(30);
		const [look] = bench.send();
		expect(bench.wait).toBe(5000);
		look?.end('accepted', bench.now + 20);
		expect(bench.send()).toHaveLength(6);
		expect(bench.limit.isLimited).toBe(false);
	});

	test('looks go on until the service lets one through: after 1, 2, 5, 10, 30, 60 seconds, 2, 5, 10 minutes', () => {
		const bench = new Bench();
		bench.accept(10);
		const first = bench.now;
		bench.one('throttled');
		bench.pass();
		const looks: number[] = [];
		for (let look = 0; look < 12; look++) {
			bench.one('throttled');
			bench.pass();
			looks.push((bench.now - first) / 1000);
		}
		expect(looks).toEqual([1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1200, 1500]);
	});

	test.each([
		[89, [1000]],
		[90, [500, 1000]],
		[149, [500, 1000]],
		[150, [333, 667, 1000]],
		[210, [250, 500, 750, 1000]],
		[1000, [250, 500, 750, 1000]],
	])('of a window that took %d calls, looks in the first second come after %j', (accepted, expected) => {
		const bench = new Bench();
		bench.accept(accepted);
		const first = bench.now;
		bench.one('throttled');
		bench.pass();
		const looks = expected.map(() => {
			bench.one('throttled');
			bench.pass();
			return Math.round(bench.now - first);
		});
		expect(looks).toEqual(expected);
	});

	test('a look whose end is not known is followed by another at once', () => {
		const bench = new Bench();
		bench.accept(10);
		bench.one('throttled');
		bench.pass();
		bench.one('unknown', 100);
		expect(bench.wait).toBe(0);
		bench.one('throttled');
		expect(bench.pass()).toBe(1000 - 130);
		bench.one('unknown', 100);
		expect(bench.wait).toBe(0);
	});

	test('a look that takes long is waited for twice as long as any call took', () => {
		const bench = new Bench();
		bench.one('accepted', 4000);
		bench.one('throttled');
		bench.pass();
		bench.send();
		expect(bench.pass()).toBe(8000);
		expect(bench.send()).toHaveLength(1);
	});

	test('no look is needed when the calls that were under way tell', () => {
		for (const [refused, letThrough, isClear] of [
			[2, 0, false],
			[3, 0, true],
			[3, 1, true],
			[3, 2, false],
			[4, 2, false],
		] as const) {
			const bench = new Bench();
			const calls = bench.send();
			const ends = [
				...Array<'throttled'>(refused).fill('throttled'),
				...Array<'accepted'>(letThrough).fill('accepted'),
			];
			ends.forEach((admission, index) => calls[index]?.end(admission, bench.now));
			bench.now += 30;
			expect({ refused, letThrough, wait: bench.wait }).toEqual({
				refused,
				letThrough,
				wait: isClear ? 970 : 0,
			});
		}
	});

	test('what others left of a window teaches nothing', () => {
		const bench = new Bench();
		bench.fill(3);
		bench.pass();
		bench.one('accepted');
		expect(bench.limit.isLimited).toBe(false);
		const more = new Bench();
		more.fill(4);
		more.pass();
		more.one('accepted');
		expect(more.limit.isLimited).toBe(true);
	});
});

describe('a window that was counted', () => {
	/** So many calls in a second, and the next second has begun. */
	const counted = (accepted: number) => {
		const bench = new Bench();
		bench.fill(accepted);
		bench.pass();
		bench.one('accepted');
		return bench;
	};

	test('says how many calls a minute there are, unless it may have been what was left of one', () => {
		expect(counted(20).limit.perMinute).toBeUndefined();
		expect(counted(21).limit.perMinute).toBe(1260);
	});

	test('is half sent at once; then, few at a time', () => {
		const bench = counted(60);
		// One was the look.
		const half = bench.send();
		expect(half).toHaveLength(29);
		for (const call of half.slice(0, 27)) call.end('accepted', bench.now);
		expect(bench.send()).toHaveLength(1);
		expect(bench.wait).toBe(Infinity);
		const large = counted(100);
		for (const call of large.send(49)) call.end('accepted', large.now);
		expect(large.send()).toHaveLength(5);
	});

	test('is waited for when it is used up', () => {
		const bench = counted(60);
		bench.accept(59);
		expect(bench.pass()).toBe(1000);
		expect(bench.send()).toHaveLength(1);
	});

	test('is followed by the next when it was not', () => {
		const bench = counted(60);
		bench.accept(20);
		bench.now += 999;
		bench.accept(39);
		expect(bench.pass()).toBe(1);
		const other = counted(60);
		other.accept(20);
		other.now += 1000;
		other.accept(60);
		expect(other.pass()).toBe(1000);
		const later = counted(60);
		later.now += 2500;
		later.accept(60);
		expect(later.pass()).toBe(500);
	});

	/** Uses up windows whose calls are all let through. Returns their sizes, and how long each was. */
	const useUp = (bench: Bench, windows: number) =>
		Array.from({ length: windows }, () => {
			const begin = bench.now;
			let size = 0;
			for (; bench.wait === 0 && size < 1000; size++) bench.one('accepted');
			bench.pass();
			return [size, Math.round(bench.now - begin)];
		});

	test('is doubled while it is small and nothing is refused', () => {
		const sizes = useUp(counted(10), 5).map(([size]) => size);
		expect(sizes).toEqual([9, 20, 40, 80, 160]);
		expect(useUp(counted(60), 3).map(([size]) => size)).toEqual([59, 60, 60]);
	});

	test('began up to a second before that was noticed, so the next is looked for earlier', () => {
		const bench = counted(60);
		expect(useUp(bench, 4).map(([, ms]) => ms)).toEqual([1000, 500, 750, 875]);
		// The service refuses that: the window begins when it has to, as is known better now.
		bench.accept(60);
		expect(bench.pass()).toBe(937.5);
		bench.one('throttled');
		expect(bench.pass()).toBe(62.5);
		expect(useUp(bench, 3).map(([, ms]) => ms)).toEqual([969, 1000, 1000]);
	});

	test('ends with a refusal at once when the last two have stayed, unless it comes early', () => {
		for (const [accepted, wait] of [
			[18, 30],
			[19, 500],
		] as const) {
			const bench = counted(60);
			bench.accept(39);
			bench.one('throttled');
			expect(bench.pass()).toBe(30);
			bench.one('throttled');
			bench.pass();
			bench.one('accepted');
			bench.accept(accepted);
			bench.one('throttled');
			expect(bench.wait).toBe(wait);
		}
	});

	test('ends with a refusal that has to stay, when one of the last two did not', () => {
		const bench = new Bench();
		bench.accept(10);
		bench.one('throttled');
		bench.pass();
		bench.one('accepted');
		bench.fill(60);
		bench.pass();
		bench.one('accepted');
		bench.accept(39);
		bench.one('throttled');
		expect(bench.pass()).toBe(30);
		bench.one('throttled');
		bench.pass();
		bench.one('accepted');
		bench.accept(29);
		bench.one('throttled');
		expect(bench.wait).toBeGreaterThan(30);
		expect(bench.limit.isErratic).toBe(false);
	});

	test('that took minutes to fill is not taken for the size of one', () => {
		const bench = new Bench();
		bench.accept(30);
		bench.now += 3001;
		bench.fill(30);
		bench.pass();
		bench.one('accepted');
		expect(bench.limit).toMatchObject({ isLimited: true, perMinute: undefined });
		// As many as it once took are sent at once in the next.
		for (const calls of [39, 5, 5]) {
			bench.accept(calls);
			bench.now += 1000;
		}
		expect(bench.send()).toHaveLength(40);
		const quick = new Bench();
		quick.accept(30);
		quick.now += 3000;
		quick.fill(30);
		quick.pass();
		quick.one('accepted');
		expect(quick.limit.perMinute).toBe(3600);
	});
});

test('refusals that do not stay say that there are no windows', () => {
	const bench = new Bench();
	for (const isErratic of [false, true]) {
		bench.accept(10);
		bench.one('throttled');
		bench.pass();
		bench.one('accepted');
		expect(bench.limit.isErratic).toBe(isErratic);
	}
});

test('refusals of what was sent before other calls were let through say the same', () => {
	const bench = new Bench();
	bench.fill(60);
	bench.pass();
	bench.one('accepted');
	const seen = [20, 10].map((accepted) => {
		bench.accept(accepted);
		const [refused] = bench.send(1);
		bench.now += 15;
		const later = bench.send(2);
		bench.now += 5;
		refused?.end('throttled', bench.now);
		for (const call of later) call.end('accepted', bench.now);
		bench.pass();
		bench.one('throttled');
		bench.pass();
		bench.one('accepted');
		return bench.limit.isErratic;
	});
	expect(seen).toEqual([false, true]);
});

interface Load {
	calls?: number;
	atOnce?: number;
	way?: number;
}

/** Sends a load to a gateway, so many at once and each a while on its way; what is refused is sent again. Later: of the last half. */
function drive(rule: Rule, { calls = 1000, atOnce = 32, way = 10 }: Load): string {
	const bench = new Bench();
	const begin = bench.now;
	bench.limit.expect(calls);
	const underWay: Array<{ at: number; call: SentCall; isAdmitted: boolean }> = [];
	let left = calls;
	let refused = 0;
	let refusedLater = 0;
	for (let step = 0; left > 0 || underWay.length > 0; step++) {
		if (step > 20 * calls) return 'It does not end';
		const wait = underWay.length < atOnce && left > 0 ? bench.wait : Infinity;
		const next = underWay[0]?.at ?? Infinity;
		if (wait === 0) {
			left -= 1;
			const isAdmitted = rule.admits(bench.now + way);
			underWay.push({ at: bench.now + 2 * way, call: bench.limit.send(bench.now), isAdmitted });
			continue;
		}
		bench.now = Math.min(bench.now + wait, next);
		for (const { call, isAdmitted } of next <= bench.now ? underWay.splice(0, 1) : []) {
			call.end(isAdmitted ? 'accepted' : 'throttled', bench.now);
			if (isAdmitted) continue;
			refused += 1;
			if (left < calls / 2) refusedLater += 1;
			left += 1;
		}
	}
	const seconds = ((bench.now - begin) / 1000).toFixed(2);
	const { perMinute = '?', isErratic } = bench.limit;
	return `${seconds} s, ${refused} refused, ${refusedLater} of them later, ${isErratic ? 'erratic' : perMinute}`;
}

const half = (rule: Rule): Rule => {
	let count = 0;
	return { ...rule, admits: (now) => (count += 1) % 2 === 0 && rule.admits(now) };
};

/**
 * How fast it learns, to the call. Whoever changes that on purpose should look at the sizes of the differences, and at
 * `rateLimiter.test.ts` for what is bearable.
 */
test.each<[string, () => Rule, Load, string]>([
	['100 a second', () => fixedWindows(100, 1000, 0.3), {}, '8.82 s, 34 refused, 3 of them later, 6000'],
	[
		'200 a second',
		() => fixedWindows(200, 1000, 0.7),
		{ calls: 4000 },
		'18.48 s, 42 refused, 6 of them later, 12060',
	],
	[
		'300 ',
		() => fixedWindows(300, 60_000, 0.4),
		{ calls: 1500 },
		'240.44 s, 42 refused, 2 of them later, 300',
	],
	[
		'50 in ten seconds',
		() => fixedWindows(50, 10_000, 0.9),
		{ calls: 400 },
		'61.18 s, 19 refused, 3 of them later, 300',
	],
	[
		'100 in seven seconds',
		() => fixedWindows(100, 7000, 0.3),
		{ calls: 2000 },
		'153.13 s, 50 refused, 13 of them later, 938',
	],
	[
		'100 in 1.5 seconds',
		() => fixedWindows(100, 1500, 0.6),
		{ calls: 4000 },
		'61.31 s, 57 refused, 13 of them later, 3959',
	],
	[
		'40 in 700 ms',
		() => fixedWindows(40, 700, 0.2),
		{ calls: 2000 },
		'35.28 s, 67 refused, 17 of them later, 3581',
	],
	[
		'10 in ten seconds',
		() => fixedWindows(10, 10_000, 0.1),
		{ calls: 100 },
		'89.17 s, 14 refused, 0 of them later, 60',
	],
	[
		'3 in a second',
		() => fixedWindows(3, 1000, 0.1),
		{ calls: 60 },
		'19.40 s, 111 refused, 60 of them later, erratic',
	],
	[
		'100 a second, slowly',
		() => fixedWindows(100, 1000, 0.5),
		{ way: 200, atOnce: 100 },
		'17.20 s, 61 refused, 6 of them later, 3240',
	],
	[
		'a small load',
		() => fixedWindows(30, 5000, 0.5),
		{ calls: 200, atOnce: 5 },
		'27.63 s, 8 refused, 1 of them later, 360',
	],
	[
		'a slow bucket',
		() => tokenBucket(5, 50),
		{ calls: 400, atOnce: 10 },
		'70.19 s, 60 refused, 10 of them later, erratic',
	],
	[
		'a large bucket',
		() => tokenBucket(100, 500),
		{ calls: 3000 },
		'25.15 s, 188 refused, 78 of them later, 5350',
	],
	[
		'a tighter limit',
		() => changing(fixedWindows(200, 1000, 0.3), 1_005_000, fixedWindows(50, 1000, 0.3)),
		{ calls: 2000 },
		'20.79 s, 107 refused, 73 of them later, 3000',
	],
	[
		'a wider limit',
		() => changing(fixedWindows(50, 1000, 0.3), 1_010_000, fixedWindows(200, 1000, 0.3)),
		{ calls: 3000 },
		'26.83 s, 53 refused, 17 of them later, 12000',
	],
	[
		'longer windows',
		() => changing(fixedWindows(100, 2000, 0.3), 1_020_000, fixedWindows(100, 5000, 0.3)),
		{ calls: 3000 },
		'108.88 s, 54 refused, 8 of them later, 1195',
	],
	[
		'shorter windows',
		() => changing(fixedWindows(100, 5000, 0.3), 1_030_000, fixedWindows(100, 2000, 0.3)),
		{ calls: 3000 },
		'90.73 s, 44 refused, 4 of them later, 2834',
	],
	[
		'nothing for 42 seconds',
		() => changing({ admits: () => false, opensAt: (now) => now }, 1_042_000, fixedWindows(300, 60_000, 0.3)),
		{ calls: 900 },
		'122.46 s, 104 refused, 36 of them later, 300',
	],
	[
		'a first window that others use',
		() => changing(fixedWindows(30, 10_000, 0.1), 1_009_000, fixedWindows(100, 10_000, 0.1)),
		{ calls: 800 },
		'145.43 s, 33 refused, 6 of them later, 600',
	],
	[
		'every other refused',
		() => half(unlimited),
		{ calls: 100 },
		'96.10 s, 100 refused, 50 of them later, erratic',
	],
	['no limit', () => unlimited, { calls: 2000 }, '1.26 s, 0 refused, 0 of them later, ?'],
])('%s', (_name, rule, load, expected) => {
	expect(drive(rule(), load)).toBe(expected);
});
