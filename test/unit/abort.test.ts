import { jest, describe, expect, test } from '@jest/globals';
import { Canceller, deadlineAfter, FirstOf, type Cancellation } from '../../huawei-cloud/http/abort';
import { FakeClock } from '../support/fakeClock';

/** How often a cancellation called its listener, and what removes that. */
function listenTo(cancellation: Cancellation) {
	const heard = jest.fn();
	return { heard, remove: cancellation.onAbort(heard) };
}

describe('the first of two cancellations', () => {
	test.each([0, 1])('aborts with either of them (%d)', (which) => {
		const both = [new Canceller(), new Canceller()] as const;
		const first = new FirstOf(...both);
		const { heard } = listenTo(first);
		expect(first.aborted).toBe(false);
		both[which]?.abort();
		expect(first.aborted).toBe(true);
		expect(heard).toHaveBeenCalledTimes(1);
	});

	test('tells a listener that was removed nothing, neither of one nor of the other', () => {
		const [one, other] = [new Canceller(), new Canceller()];
		const { heard, remove } = listenTo(new FirstOf(one, other));
		remove();
		one.abort();
		other.abort();
		expect(heard).not.toHaveBeenCalled();
	});
});

describe('a deadline', () => {
	test('shares a timer with all that end at about the same time, and never comes early', () => {
		const clock = new FakeClock();
		const [first, second] = [deadlineAfter(30_000, clock), deadlineAfter(30_000, clock)];
		clock.advance(1);
		const later = deadlineAfter(30_000, clock);
		const still = deadlineAfter(30_000, clock);
		expect(clock.deadlines.map(({ ms }) => ms)).toEqual([30_000, 30_999]);
		const heard = [first, second, later, still].map((deadline) => listenTo(deadline).heard);
		clock.deadlines[0]?.expire();
		expect(heard.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0, 0]);
		expect([first, second, later, still].map(({ aborted }) => aborted)).toEqual([true, true, false, false]);
	});

	test.each([1, 7, 99, 100, 1234, 9999, 10_001, 300_000])('of %d ms is late by a tenth at most', (ms) => {
		const clock = new FakeClock(1_767_225_600_007);
		deadlineAfter(ms, clock);
		const [timer] = clock.deadlines;
		expect(timer?.ms).toBeGreaterThanOrEqual(ms);
		expect(timer?.ms).toBeLessThanOrEqual(ms * 1.1);
	});

	test('is not taken for one of before the clock was set back, which ends too soon', () => {
		const clock = new FakeClock();
		const before = deadlineAfter(30_000, clock);
		clock.advance(-10_000);
		deadlineAfter(20_000, clock);
		clock.advance(10_000);
		const after = deadlineAfter(30_000, clock);
		clock.deadlines[0]?.expire();
		expect([before.aborted, after.aborted]).toEqual([true, false]);
	});

	test('does not last longer because the clock jumped to near the end of another', () => {
		const clock = new FakeClock();
		deadlineAfter(300_000, clock);
		clock.advance(270_000);
		deadlineAfter(30_000, clock);
		expect(clock.deadlines.map(({ ms }) => ms)).toEqual([300_000, 30_000]);
	});
});
