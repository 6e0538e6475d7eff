import { describe, expect, test } from '@jest/globals';

import { backoff, parseRetryAfter } from '../../huawei-cloud/policies/retryPolicy';

test.each([
	[1, 0.5, 250],
	[2, 0.5, 500],
	[3, 0.999, 1998],
	[3, 0, 0],
	[10, 1, 30_000],
])('after %d attempts, if chance says %d, the next one waits %d ms', (attempts, chance, ms) => {
	expect(backoff(attempts, chance)).toBe(ms);
});

describe('Retry-After', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');
	test.each([
		[undefined, 0],
		['7', 7000],
		[' 7 ', 7000],
		['0', 0],
		['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
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
		expect(parseRetryAfter(header === undefined ? undefined : { 'retry-after': header }, now)).toBe(ms);
	});

	test.each([
		['Thu, 01 Jan 2026 00:10:00 GMT', 20_000],
		['Thu, 01 Jan 2026 00:10:30 GMT', 620_000],
		['Thu, 01 Jan 1970 00:00:00 GMT', 620_000],
		['10 minutes ago', 620_000],
		[undefined, 620_000],
	])('of a response dated %j is the shorter wait by the two clocks: %i ms', (date, ms) => {
		const asked = { 'retry-after': 'Thu, 01 Jan 2026 00:10:20 GMT' };
		expect(parseRetryAfter(date === undefined ? asked : { ...asked, date }, now)).toBe(ms);
	});
});
