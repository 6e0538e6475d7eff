import { describe, expect, test } from '@jest/globals';

import { NO_RESPONSE } from '../../huawei-cloud/call/outcome';
import { Redactor, REDACTED } from '../../huawei-cloud/call/redaction';
import { numberedRangeAt, readList, type PagedList, type PageRange } from '../../huawei-cloud/live/list';
import type { PageOutcome } from '../../huawei-cloud/live/page';
import { FakeClock } from '../support/fakeClock';

/** Reading a list from scripted pages. An entry is a letter, `?` is one without an ID. */

type Letters = PagedList<string>;
const clock = new FakeClock();
const EACH = {
	client: { clock, redactor: new Redactor(['SECRET-OF-MINE']) },
	idOf: (letter: string) => letter,
	isWanted: () => true,
	matches: undefined,
};
type Options = Partial<Letters> & { limit?: number };

const FAILED: PageOutcome<string> = {
	...NO_RESPONSE,
	kind: 'error',
	category: 'server',
	message: 'failed',
	hint: 'wait',
	retryable: true,
	mayHaveHappened: false,
};
const REJECTED: PageOutcome<string> = { ...FAILED, category: 'validation', retryable: false };

/** `abc`: a page with these entries; `abc/5`: which says that there are 5 in total; `404`, `500`, `400`. */
function pageOf(script: string): PageOutcome<string> {
	if (script === '404') return { ...NO_RESPONSE, kind: 'notFound', statusCode: 404 };
	if (script === '500') return FAILED;
	if (script === '400') return REJECTED;
	const [letters = '', total] = script.split('/');
	return page([...letters], total === undefined ? undefined : Number(total));
}

const pagesOf = (script: string) => script.split(' ').map((one) => pageOf(one));

function page(letters: readonly string[], total?: number, weight = 0): PageOutcome<string> {
	const entries = letters.filter((letter) => letter !== '?');
	const isSurelyEmpty = letters.length === 0 && total === 0;
	const read = { entries, size: letters.length, total, isSurelyEmpty, weight };
	return { ...NO_RESPONSE, kind: 'success', statusCode: 200, value: read };
}

/** Reads the list; the last page comes again and again. Windows are written as `start+size`. */
async function read(pages: ReadonlyArray<PageOutcome<string>>, { limit, ...rest }: Options = {}) {
	const ranges: string[] = [];
	const list: Letters = {
		name: 'letters',
		page: async ({ offset: start, limit: size }: PageRange) => {
			const next = pages[Math.min(ranges.length, pages.length - 1)];
			ranges.push(`${start}+${size}`);
			if (next === undefined || ranges.length > 1100) throw new Error('It is read forever');
			return await Promise.resolve(next);
		},
		...EACH,
		...rest,
	};
	const outcome = await readList(list, limit);
	const letters = outcome.kind === 'success' ? outcome.entries.join('') : outcome.kind;
	const isComplete = outcome.kind === 'success' ? outcome.isComplete : undefined;
	return { outcome, letters, isComplete, ranges };
}

const GAP = 'a gap, which stepping back by half a page';

test.each<[name: string, pages: string, letters: string, isComplete: boolean | undefined, ranges: string]>([
	['pages that overlap', 'abc/5 cde/5 e/5', 'abcde', true, '0 2 4'],
	['no total', 'abc c', 'abc', true, '0 2'],
	['a total that changes', 'ab/3 bc/4 cd/4 d/4', 'abcd', true, '0 1 2 3'],
	['a total that falls while it is read', 'abc/5 c/3', 'abc', false, '0 2'],
	['a total that is too high', 'abc/5 c/5', 'abc', false, '0 2'],
	['a total that is too low', 'abc/0 c/0', 'abc', true, '0 2'],
	['pages of a single entry, of which none shows a gap', 'a b ', 'ab', false, '0 1 2'],
	['a single entry', 'a ', 'a', true, '0 1'],
	['none, for sure', '/0', '', true, '0'],
	['none, as it seems', '', '', false, '0'],
	['none, by a 404', '404', 'notFound', undefined, '0'],
	['a 404 at the end', 'a/1 404', 'a', true, '0 1'],
	['a 404 before the end', 'a/3 404', 'a', false, '0 1'],
	['a 404 instead of what overlaps', 'abcd 404 404', 'abcd', false, '0 3 1 0'],
	['an entry twice in a page and in two', 'aabb bc c', 'abc', true, '0 3 4'],
	[`${GAP} closes`, 'abcd fg bcdefg g', 'abcdefg', true, '0 3 1 6'],
	[`${GAP} closes at the second step`, 'abcd gh fgh defgh h', 'abcdefgh', true, '0 3 1 0 4'],
	[
		'a second gap after the first was closed',
		'abcd fg bcdefgh jk efghijk k',
		'abcdefghijk',
		true,
		'0 3 1 7 4 10',
	],
	['a whole page of known entries, then more', 'abcd abcd de e', 'abcde', true, '0 3 6 7'],
	['the same page again and again', 'abcd abcd abcd', 'abcd', false, '0 3 6'],
	['the same page again, and no more than that by its total', 'abcd/4 abcd/4 abcd/4', 'abcd', true, '0 3 6'],
	['entries without an ID', 'ab? ?c c', 'abc', false, '0 2 3'],
	['an entry without an ID at the end', 'ab?/3 ?/3', 'ab', false, '0 2'],
	['an error of the first page', '500', 'error', undefined, '0'],
	['an error of a later page', 'ab 500', 'error', undefined, '0 1'],
	['a rejected page', 'ab 400', 'error', undefined, '0 1'],
])('a list with %s', async (_name, script, letters, isComplete, starts) => {
	const { ranges, outcome, ...result } = await read(pagesOf(script));
	expect(result).toEqual({ letters, isComplete });
	expect(ranges).toEqual(starts.split(' ').map((start) => `${start}+100`));
	expect(outcome).not.toHaveProperty('value');
});

describe('a limit', () => {
	test.each<[string, string, number, string, string]>([
		['ends the reading', 'ab/9', 2, 'ab', '0+100'],
		['above a page is read page by page', 'ab b', 101, 'ab', '0+100 1+100'],
		['holds when a page has more', 'abcd', 3, 'abc', '0+100'],
	])('%s', async (_name, script, limit, letters, ranges) => {
		const result = await read(pagesOf(script), { limit });
		expect(result.letters).toBe(letters);
		expect(result.ranges.join(' ')).toBe(ranges);
	});

	test('counts what is wanted', async () => {
		const isWanted = (letter: string) => 'bdf'.includes(letter);
		const result = await read([pageOf('abc'), pageOf('cdef')], { limit: 2, isWanted });
		expect(result).toMatchObject({ letters: 'bd', isComplete: true, ranges: ['0+100', '2+100'] });
	});

	test('counts what a filter matches, which can tell nothing of a secret', async () => {
		const matches = (text: string) => text === REDACTED;
		const result = await read([page(['a', 'x SECRET-OF-MINE', 'b'])], { limit: 1, matches });
		expect(result).toMatchObject({ letters: 'x SECRET-OF-MINE', ranges: ['0+100'] });
	});
});

describe('a list has an end, whatever it holds', () => {
	const many = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}`);
	const hint = expect.stringContaining('only Get Many with a Limit');
	const ENDLESS = { kind: 'error', category: 'endpoint', retryable: false, mayHaveHappened: false, hint };

	test.each([undefined, 50])('entries without an ID, with a limit of %s', async (limit) => {
		const { outcome, ranges } = await read([pageOf('?'.repeat(100))], limit === undefined ? {} : { limit });
		expect(outcome).toMatchObject({ ...ENDLESS, message: expect.stringMatching(/letters can't be read/) });
		expect(ranges.length).toBeLessThanOrEqual(12);
	});

	test.each<[string, (index: number) => PageOutcome<string>, number]>([
		['entries', (index) => page(many(100, index * 99)), 203],
		['entries of which few have an ID', (index) => page([...many(1, index), ...'?'.repeat(99)]), 203],
		['pages', (index) => page(many(2, index)), 1000],
		['bytes and values', (index) => page(many(3, index), undefined, 16 * 1024 * 1024), 5],
		['minutes', (index) => (clock.advance(60_000), page(many(3, index))), 61],
	])('too many %s', async (_name, pageAt, maxPages) => {
		let index = 0;
		const next = async () => await Promise.resolve(pageAt(index++));
		const { outcome } = await read([], { page: next });
		expect(outcome).toMatchObject({ ...ENDLESS, message: expect.stringMatching(/letters can't be read/) });
		expect(index).toBeLessThanOrEqual(maxPages);
	});

	test.each(['400', '404', ''])('ten thousand entries, then %j', async (beyond) => {
		const next = async ({ offset: start, limit: size }: PageRange) =>
			await Promise.resolve(start + size > 10_000 ? pageOf(beyond) : page(many(size, start)));
		const { outcome } = await read([], { page: next });
		expect(outcome).toMatchObject({ kind: 'success', isComplete: false });
		expect(outcome.kind === 'success' && outcome.entries).toHaveLength(10_000);
	});
});

test('a list of numbered pages is read in those that overlap', async () => {
	const numbers = Array.from({ length: 150 }, (_, index) => `${index}`);
	const ranges: PageRange[] = [];
	const outcome = await readList({
		name: 'numbers',
		...EACH,
		rangeAt: numberedRangeAt,
		page: async (window) => {
			ranges.push(window);
			return await Promise.resolve(page(numbers.slice(window.offset, window.offset + window.limit), 150));
		},
	});
	expect(outcome).toMatchObject({ kind: 'success', isComplete: true, entries: numbers });
	expect(ranges.every(({ offset, limit }) => offset % limit === 0)).toBe(true);
});

test('a numbered page holds where to read on, and enough that is new', () => {
	const starts = Array.from({ length: 20_000 }, (_, index) => 99 + index);
	const wrong = starts.filter((from) => {
		const { offset: start, limit: size } = numberedRangeAt(from);
		return !Number.isInteger(start / size) || size > 100 || start > from || start + size < from + 37;
	});
	expect(wrong).toEqual([]);
});
