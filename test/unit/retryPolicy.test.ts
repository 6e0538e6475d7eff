import { describe, expect, test } from '@jest/globals';

import { decideRetry, parseRetryAfter, type FailedAttempt } from '../../huawei-cloud/policies/retryPolicy';

/** When a call is repeated, as a table: no clock, no client. */

const MINUTE = 60_000;

/** A first attempt that failed in a way that is worth another, in the first second of five minutes. */
const FAILED: FailedAttempt = {
	mayRepeat: true,
	retries: 0,
	maxRetries: 3,
	retryAfter: 0,
	timeout: 30_000,
	now: 1000,
	end: 5 * MINUTE,
	random: 0.5,
};

const wait = (ms: number) => ({ wait: ms, latestStart: 5 * MINUTE - 5000 });

describe.each<[string, Partial<FailedAttempt>, ReturnType<typeof decideRetry>]>([
	['the first retry', {}, wait(250)],
	['the second', { retries: 1 }, wait(500)],
	['the last that is allowed', { retries: 2 }, wait(1000)],
	['one more', { retries: 3 }, { stop: true }],
	['no retries allowed', { maxRetries: 0 }, { stop: true }],
	['a call that must not be repeated', { mayRepeat: false }, { stop: true }],
	['chance picks none of the wait', { random: 0 }, wait(0)],
	['chance picks nearly all of it', { random: 0.999, retries: 2 }, wait(1998)],
	['never more than half a minute', { retries: 9, maxRetries: 10, random: 1 }, wait(30_000)],
	['the service asks for longer', { retryAfter: 7000 }, wait(7000)],
	['the service asks for less than is waited anyway', { retryAfter: 100 }, wait(250)],
	['the service asks for almost all the time', { retryAfter: 4 * MINUTE }, wait(4 * MINUTE)],
	['the service asks for more', { retryAfter: 5 * MINUTE + 1 }, { stop: true, pause: 5 * MINUTE + 1 }],
	['too little time for another attempt', { now: 5 * MINUTE - 5200 }, { stop: true }],
	['just enough', { now: 5 * MINUTE - 5250 }, wait(250)],
	[
		'a short timeout needs less time',
		{ now: 5 * MINUTE - 1250, timeout: 1000 },
		{ wait: 250, latestStart: 5 * MINUTE - 1000 },
	],
])('%s', (_name, failed, decision) => {
	test('is decided', () => {
		expect(decideRetry({ ...FAILED, ...failed })).toEqual(decision);
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');
	test.each([
		[undefined, 0],
		['7', 7000],
		[' 7 ', 7000],
		['0', 0],
		['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
		['Thursday, 01-Jan-26 00:00:20 GMT', 20_000],
		['Thu Jan  1 00:00:20 2026', 20_000],
		['Wed, 31 Dec 2025 23:59:59 GMT', 0],
		['Thu, 41 Jan 2026 00:00:20 GMT', 0],
		// What JavaScript would read as a date, years away.
		['in 3000', 0],
		['5, 2050', 0],
		['x Thu, 01 Jan 2026 00:00:20 GMT', 0],
		['Thu, 01 Jan 2026 00:00:20 GMT+1', 0],
		['-7', 0],
		['7s', 0],
		['', 0],
	])('%j is %i ms', (header, ms) => {
		expect(parseRetryAfter(header, now)).toBe(ms);
	});
});
