import { getEventListeners } from 'node:events';
import { jest, describe, expect, test } from '@jest/globals';
import {
	cancellationOf,
	Canceller,
	deadlineAfter,
	NEVER_CANCELLED,
	raceAbort,
	sleepUnlessAborted,
	type Cancellation,
} from '../../huawei-cloud/http/abort';
import { FakeClock } from '../support/fakeClock';
import { watchCancellation } from '../support/watchedCancellation';

/** How often a cancellation called its listener, and what removes that. */
function listenTo(cancellation: Cancellation) {
	const heard = jest.fn();
	return { heard, remove: cancellation.onAbort(heard) };
}

/** True if a promise has settled, once everything that could be done at once has been done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
	let settled = false;
	const settle = () => (settled = true);
	void promise.then(settle, settle);
	await new Promise(setImmediate);
	return settled;
}

const forever = new Promise<void>(() => undefined);

test('a canceller tells everyone once, and those who no longer listen nothing', () => {
	const canceller = new Canceller();
	const [one, other, gone] = [listenTo(canceller), listenTo(canceller), listenTo(canceller)];
	gone.remove();
	expect(canceller.aborted).toBe(false);
	canceller.abort();
	canceller.abort();
	expect(canceller.aborted).toBe(true);
	expect([one, other, gone].map(({ heard }) => heard.mock.calls.length)).toEqual([1, 1, 0]);
});

test('a signal has one listener, whoever asks, and those who ask later learn that it was aborted', () => {
	const controller = new AbortController();
	const [one, other] = [cancellationOf(controller.signal), cancellationOf(controller.signal)];
	expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
	const { heard } = listenTo(one);
	controller.abort();
	expect(heard).toHaveBeenCalledTimes(1);
	for (const { aborted } of [one, other, cancellationOf(AbortSignal.abort())]) expect(aborted).toBe(true);
});

describe('a deadline', () => {
	test('shares a timer with timeouts that end at about the same time, and never fires early', () => {
		const clock = new FakeClock();
		const run = new Canceller();
		const [first, second] = [deadlineAfter(30_000, clock, run), deadlineAfter(30_000, clock, run)];
		clock.advance(1);
		const later = deadlineAfter(30_000, clock, run);
		const still = deadlineAfter(30_000, clock, run);
		expect(clock.deadlines.map(({ ms }) => ms)).toEqual([30_000, 30_999]);
		const heard = [first, second, later, still].map((deadline) => listenTo(deadline).heard);
		clock.deadlines[0]?.expire();
		expect(heard.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0, 0]);
		expect([first, second, later, still].map(({ aborted }) => aborted)).toEqual([true, true, false, false]);
	});

	test.each([1, 7, 99, 100, 1234, 9999, 10_001, 300_000])('of %d ms is late by a thirtieth at most', (ms) => {
		const clock = new FakeClock(1_767_225_600_007);
		deadlineAfter(ms, clock, new Canceller());
		const [timer] = clock.deadlines;
		expect(timer?.ms).toBeGreaterThanOrEqual(ms);
		expect(timer?.ms).toBeLessThanOrEqual(ms * (1 + 1 / 30));
	});

	test('is not over because another one was, which began at the same time', () => {
		const [clock, run] = [new FakeClock(), new Canceller()];
		deadlineAfter(30_000, clock, run);
		clock.deadlines[0]?.expire();
		expect(deadlineAfter(30_000, clock, run).aborted).toBe(false);
	});

	test('is over with the run, also with one that was cancelled before', () => {
		const [clock, run] = [new FakeClock(), new Canceller()];
		const { heard } = listenTo(deadlineAfter(30_000, clock, run));
		run.abort();
		expect(heard).toHaveBeenCalledTimes(1);
		expect(deadlineAfter(30_000, clock, run).aborted).toBe(true);
	});

	test('leaves no listener at the run behind', () => {
		const clock = new FakeClock();
		const { cancellation, listeners } = watchCancellation();
		deadlineAfter(30_000, clock, cancellation);
		clock.deadlines[0]?.expire();
		expect(listeners.size).toBe(0);
	});
});

describe('waiting', () => {
	const giveUp = () => {
		throw new RangeError('aborted');
	};

	test('for a promise ends as it does', async () => {
		await expect(raceAbort(Promise.resolve('it'), NEVER_CANCELLED, giveUp)).resolves.toBe('it');
		const failure = new Error('no');
		await expect(raceAbort(Promise.reject(failure), NEVER_CANCELLED, giveUp)).rejects.toBe(failure);
		expect(await isSettled(raceAbort(forever, NEVER_CANCELLED, giveUp))).toBe(false);
	});

	test('for a promise ends with an abort, also one of before, and with what that makes of it', async () => {
		const canceller = new Canceller();
		const waiting = raceAbort(forever, canceller, () => 'aborted');
		const failing = raceAbort(forever, canceller, giveUp);
		expect(await isSettled(waiting)).toBe(false);
		canceller.abort();
		expect(await waiting).toBe('aborted');
		await expect(failing).rejects.toThrow(RangeError);
		await expect(raceAbort(forever, canceller, giveUp)).rejects.toThrow(RangeError);
	});

	test('leaves no listener behind', async () => {
		const { cancellation, listeners } = watchCancellation();
		const waiting = [
			raceAbort(Promise.resolve(), cancellation, giveUp),
			raceAbort(Promise.reject(new Error('no')), cancellation, giveUp).catch(() => undefined),
			sleepUnlessAborted(1000, new FakeClock(), cancellation),
		];
		expect(listeners.size).toBeGreaterThan(0);
		await Promise.all(waiting);
		await new Promise(setImmediate);
		expect(listeners.size).toBe(0);
	});

	test('for a time does not begin after an abort', async () => {
		const clock = new FakeClock();
		const canceller = new Canceller();
		canceller.abort();
		await sleepUnlessAborted(1234, clock, canceller);
		expect(clock.sleeps).toEqual([]);
	});

	test('for a time ends with an abort, and takes the timer back', async () => {
		let timer: AbortSignal | undefined;
		const clock = Object.assign(new FakeClock(), {
			sleep: async (_ms: number, signal?: AbortSignal) => {
				timer = signal;
				await forever;
			},
		});
		const canceller = new Canceller();
		const sleeping = sleepUnlessAborted(1000, clock, canceller);
		expect(await isSettled(sleeping)).toBe(false);
		canceller.abort();
		expect(await isSettled(sleeping)).toBe(true);
		expect(timer?.aborted).toBe(true);
	});
});
