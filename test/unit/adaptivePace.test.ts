import { describe, expect, test } from '@jest/globals';

import { AdaptivePace } from '../../huawei-cloud/call/adaptivePace';

/** Times in milliseconds. The pace is judged after forty calls, so a fortieth is 2.5 %. */

const SAMPLE = 40;
let now = 1_000_000;

/** Sends calls, of which so many are refused: now and then. */
function send(pace: AdaptivePace, refused: number, calls = SAMPLE): void {
	const refusedUpTo = (call: number) => Math.floor((call * refused) / calls);
	for (let call = 0; call < calls; call++) {
		const isRefused = refusedUpTo(call + 1) > refusedUpTo(call);
		pace.send(now).end(isRefused ? 'throttled' : 'accepted', now);
	}
}

/** Between two calls, as it is now. What is late is made up for up to 10 ms. */
function intervalOf(pace: AdaptivePace): number {
	now += 1_000_000;
	pace.send(now).end('unknown', now);
	return Math.round(pace.wait(now - 10) * 100) / 100;
}

/** The intervals after samples with so many refused each. */
function intervals(...refused: number[]): number[] {
	const pace = new AdaptivePace();
	return refused.map((count) => {
		send(pace, count);
		return intervalOf(pace);
	});
}

test('calls are sent every ten milliseconds at first, and one more at once when it is late', () => {
	const pace = new AdaptivePace();
	expect(pace.wait(now)).toBe(0);
	pace.send(now);
	expect(pace.wait(now)).toBe(0);
	pace.send(now);
	expect(pace.wait(now)).toBe(10);
	expect(pace.wait(now + 4)).toBe(6);
	expect(pace.wait(now + 20)).toBe(0);
	expect(pace).toMatchObject({ isLimited: true, perMinute: undefined });
});

test('the pace is judged after forty calls whose end is known, and not before', () => {
	const pace = new AdaptivePace();
	send(pace, 0, SAMPLE - 1);
	expect(intervalOf(pace)).toBe(10);
	send(pace, 0, 1);
	expect(intervalOf(pace)).toBe(8);
	send(pace, 34, SAMPLE - 1);
	expect(intervalOf(pace)).toBe(8);
});

test('the pace is judged after ten calls when nine of them were refused, so that few more are', () => {
	const pace = new AdaptivePace();
	send(pace, 9, 9);
	expect(intervalOf(pace)).toBe(10);
	send(pace, 0, 1);
	expect(intervalOf(pace)).toBe(15);
	send(pace, 8, 10);
	expect(intervalOf(pace)).toBe(15);
});

describe('it gets', () => {
	test('faster while few are refused, down to half a millisecond', () => {
		expect(intervals(0, 3, 0)).toEqual([8, 6.4, 5.12]);
		expect(intervals(...Array<number>(30).fill(0)).at(-1)).toBe(0.5);
	});

	test('slower while many are refused, up to a second', () => {
		expect(intervals(4, 4)).toEqual([15, 22.5]);
		expect(intervals(...Array<number>(30).fill(SAMPLE)).at(-1)).toBe(1000);
	});

	test('faster again when fewer are refused', () => {
		expect(intervals(4, 3, 4)).toEqual([15, 12, 18]);
	});
});

describe('a part that is refused whatever the pace', () => {
	test('is tolerated once four times as slow has not helped, at the pace of before', () => {
		expect(intervals(8, 8, 8, 8, 8, 8, 12, 13)).toEqual([15, 22.5, 33.75, 50.63, 10, 8, 6.4, 9.6]);
	});

	test('is looked for from where it began to get slower', () => {
		expect(intervals(8, 3, 8, 8, 8, 8, 8).slice(1)).toEqual([12, 18, 27, 40.5, 60.75, 12]);
	});

	test('is not what gets less at a slower pace', () => {
		expect(intervals(20, 20, 20, 20, 14)).toEqual([15, 22.5, 33.75, 50.63, 75.94]);
		expect(intervals(20, 20, 20, 20, 15).at(-1)).toBe(10);
	});

	test('is never more than six in ten', () => {
		expect(intervals(24, 24, 24, 24, 24).at(-1)).toBe(75.94);
		expect(intervals(23, 23, 23, 23, 23, 24, 25)).toEqual([15, 22.5, 33.75, 50.63, 10, 8, 12]);
	});
});
