import { describe, expect, test } from '@jest/globals';

import { NO_RESPONSE } from '../../huawei-cloud/call/outcome';
import {
	numberedWindowAt,
	readList,
	readTo,
	type PagedList,
	type Window,
} from '../../huawei-cloud/live/list';
import type { Page, PageOutcome } from '../../huawei-cloud/live/page';

/** Reading a list from pages that are told one by one. An entry is a letter. */

type Letters = PagedList<string>;

/** A page with these entries. Without a total, unless it is told. */
function page(entries: string | readonly string[], rest: Partial<Page<string>> = {}): PageOutcome<string> {
	const unreadable = rest.unreadable ?? [];
	return {
		...NO_RESPONSE,
		kind: 'success',
		statusCode: 200,
		page: {
			entries: [...entries],
			unreadable,
			size: entries.length + unreadable.length,
			isExplicit: true,
			isSurelyEmpty: false,
			total: undefined,
			...rest,
		},
	};
}

const of = (total: number) => ({ total });
const NONE = page('', { isSurelyEmpty: true, total: 0 });
const GONE: PageOutcome<string> = { ...NO_RESPONSE, kind: 'notFound', statusCode: 404 };
const FAILED: PageOutcome<string> = {
	...NO_RESPONSE,
	kind: 'error',
	category: 'server',
	message: 'failed',
	hint: 'wait',
	retryable: true,
	mayHaveHappened: false,
};

interface Options extends Partial<Letters> {
	limit?: number;
}

/** Reads the list; the last page comes again and again. Windows are told as `start+size`. */
async function read(pages: ReadonlyArray<PageOutcome<string>>, { limit, ...rest }: Options = {}) {
	const windows: string[] = [];
	const list: Letters = {
		name: 'letters',
		page: async ({ start, size }: Window) => {
			const next = pages[Math.min(windows.length, pages.length - 1)];
			windows.push(`${start}+${size}`);
			if (next === undefined || windows.length > 50) throw new Error('It is read for ever');
			return next;
		},
		idOf: (letter) => letter,
		...rest,
	};
	const outcome = await readList(list, limit);
	const letters = outcome.kind === 'success' ? outcome.entries.join('') : undefined;
	return { outcome, letters, windows };
}

const COMPLETE = { kind: 'success', isComplete: true, surplus: 0 };
const NOT_READ_WHOLE = { kind: 'success', isComplete: false, surplus: undefined };

describe('a list', () => {
	test('is read until a page brings nothing new, each beginning with the end of the one before', async () => {
		const { outcome, letters, windows } = await read([
			page('abc', of(5)),
			page('cde', of(5)),
			page('e', of(5)),
		]);
		expect(letters).toBe('abcde');
		expect(outcome).toMatchObject({ ...COMPLETE, statusCode: 200 });
		expect(windows).toEqual(['0+100', '2+100', '4+100']);
		expect(outcome).not.toHaveProperty('page');
	});

	test('needs no total', async () => {
		const { outcome, letters } = await read([page('abc'), page('c')]);
		expect(letters).toBe('abc');
		expect(outcome).toMatchObject(COMPLETE);
	});

	test('may have a total in some of its pages only', async () => {
		const { outcome, windows } = await read([page('abc'), page('cd', of(4)), page('d')]);
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toHaveLength(3);
	});

	test('of a page with a single entry is read on where that ends', async () => {
		const { letters, windows } = await read([page('a'), page('b'), page('')]);
		expect(letters).toBe('ab');
		expect(windows).toEqual(['0+100', '1+100', '2+100']);
	});

	test('of none is complete when the service leaves no doubt, and else is not', async () => {
		const empty = page('', of(0));
		expect((await read([NONE])).outcome).toMatchObject({ ...COMPLETE, entries: [] });
		expect((await read([empty])).outcome).toMatchObject({ ...NOT_READ_WHOLE, entries: [] });
	});

	test('is complete when an entry only moved, and then there are no more', async () => {
		expect((await read([page('a'), page('a'), page('')])).outcome).toMatchObject(COMPLETE);
	});

	test('may end with a page of none, of which it does not matter how sure it is', async () => {
		const { outcome, windows } = await read([page('a', of(1)), page('', of(1))]);
		expect(outcome).toMatchObject({ ...COMPLETE, entries: ['a'] });
		expect(windows).toEqual(['0+100', '1+100']);
	});

	test('is not complete when a page does not say what it holds', async () => {
		const vague = page('', { isExplicit: false });
		expect((await read([page('a'), vague])).outcome).toMatchObject({ ...NOT_READ_WHOLE, entries: ['a'] });
		const first = { ...page('a', { isExplicit: false }) };
		expect((await read([first, page('')])).outcome).toMatchObject({ ...NOT_READ_WHOLE, entries: ['a'] });
	});

	test('is not complete when the service counts more than it lists', async () => {
		const { outcome } = await read([page('abc', of(5)), page('c', of(5))]);
		expect(outcome).toMatchObject({ kind: 'success', isComplete: false, surplus: 2 });
	});

	test('holds no entry twice, and counts those that come twice in a page', async () => {
		const { outcome, letters } = await read([page('aabb', of(4)), page('b', of(4))]);
		expect(letters).toBe('ab');
		expect(outcome).toMatchObject(COMPLETE);
	});

	test('does not count an entry twice that is on two pages', async () => {
		const { outcome } = await read([page('abc', of(4)), page('cc', of(4)), page('c', of(4))]);
		expect(outcome).toMatchObject({ isComplete: false, surplus: 1 });
	});

	test('says how many entries could not be read, each once', async () => {
		const bad = { unreadable: ['{}'] };
		const { outcome, letters } = await read([page('a', bad), page('', bad)]);
		expect(letters).toBe('a');
		expect(outcome).toMatchObject({ kind: 'success', isComplete: false, surplus: 1 });
	});

	test('is read on behind a page that is new, though none of it can be read', async () => {
		const pages = [
			page('ab'),
			page('b', { unreadable: ['{}'] }),
			page('', { unreadable: ['{}', '[]'] }),
			page(''),
		];
		const { windows, outcome } = await read(pages);
		expect(windows.slice(0, 4)).toEqual(['0+100', '1+100', '2+100', '3+100']);
		expect(outcome).toMatchObject({ isComplete: false });
	});

	test('of nothing but entries that cannot be read is not empty', async () => {
		const { outcome } = await read([page('', { unreadable: ['{}'], total: 1 }), page('', of(1))]);
		expect(outcome).toMatchObject({ kind: 'success', entries: [], isComplete: false, surplus: 1 });
	});
});

describe('an error', () => {
	test('of the first page is the outcome', async () => {
		expect((await read([FAILED])).outcome).toBe(FAILED);
	});

	test('of a later page is, too', async () => {
		const { outcome, windows } = await read([page('a'), FAILED]);
		expect(outcome).toBe(FAILED);
		expect(windows).toHaveLength(2);
	});
});

describe('"not found"', () => {
	test('of the first page is the outcome', async () => {
		expect((await read([GONE])).outcome).toBe(GONE);
	});

	test('after a page of one ends the list', async () => {
		const { outcome, windows } = await read([page('a', of(1)), GONE]);
		expect(outcome).toMatchObject({ ...COMPLETE, entries: ['a'], statusCode: 404 });
		expect(windows).toHaveLength(2);
	});

	test('after a page of one leaves what is missing', async () => {
		expect((await read([page('a', of(3)), GONE])).outcome).toMatchObject({ surplus: 2, isComplete: false });
	});

	test('in place of what overlaps is a gap, so all is read again', async () => {
		const { outcome, windows } = await read([page('abcd'), GONE, page('abcd'), page('cd')]);
		expect(outcome).toMatchObject({ ...COMPLETE, entries: ['a', 'b', 'c', 'd'] });
		expect(windows).toEqual(['0+100', '3+100', '0+100', '2+100']);
	});

	test('when read again does not take back what was listed', async () => {
		const { outcome, windows } = await read([page('abcd'), GONE, GONE], { limit: 10 });
		expect(outcome).toMatchObject({ ...NOT_READ_WHOLE, entries: ['a', 'b', 'c', 'd'], statusCode: 404 });
		expect(windows).toHaveLength(3);
	});
});

describe('a gap', () => {
	test('makes all pages be read again, with half of each page twice', async () => {
		const pages = [page('abcd'), page('fg'), page('bcdefg'), page('efg')];
		const { outcome, letters, windows } = await read([...pages.slice(0, 2), page('g'), ...pages.slice(2)]);
		expect(letters).toBe('bcdefg');
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toEqual(['0+100', '3+100', '4+100', '0+100', '3+100']);
	});

	test('makes no more than fifty entries be read twice', async () => {
		const many = page(Array.from({ length: 120 }, (_, index) => `${index}`));
		const { windows } = await read([many, GONE, many, page(['119'])]);
		expect(windows.slice(2)).toEqual(['0+100', '70+100']);
	});

	test('that comes again and again ends after five times, with all that was seen', async () => {
		const pages = ['ab', 'bc', 'cd', 'de', 'ef'].flatMap((letters) => [page(letters), GONE]);
		const { outcome, letters, windows } = await read(pages);
		expect(letters).toBe('abcdef');
		expect(outcome).toMatchObject(NOT_READ_WHOLE);
		expect(windows).toHaveLength(10);
	});

	test('does not lead to more than was asked for', async () => {
		const pages = ['ab', 'bc', 'cd', 'de', 'ef'].flatMap((letters) => [page(letters), GONE]);
		expect((await read(pages, { limit: 3 })).letters).toBe('abc');
		expect((await read([page('ab'), GONE, page('cd'), GONE, GONE], { limit: 3 })).letters).toBe('abc');
	});

	test('before what is enough does not matter', async () => {
		const { outcome, letters, windows } = await read([page('abc'), page('efg')], { limit: 5 });
		expect(letters).toBe('abcef');
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toEqual(['0+5', '2+5']);
	});

	test('is what a total means that changes', async () => {
		const { windows, outcome } = await read([
			page('ab', of(2)),
			page('b', of(3)),
			page('abc', of(3)),
			page('c'),
		]);
		expect(windows).toHaveLength(4);
		expect(outcome).toMatchObject({ ...COMPLETE, entries: ['a', 'b', 'c'] });
	});

	test('stays one, though all that follows overlaps', async () => {
		const { windows } = await read([page('abc'), page('de'), page('e'), page('abcde'), page('e')]);
		expect(windows).toEqual(['0+100', '2+100', '3+100', '0+100', '3+100']);
	});
});

describe('pages without news', () => {
	test('end the list when they reach no further than what was read', async () => {
		const { windows } = await read([page('abc', of(3)), page('c', of(3))]);
		expect(windows).toHaveLength(2);
	});

	test('are followed by another when they reach further: entries may have been added before them', async () => {
		const pages = [page('abcd'), page('abcd'), page('de'), page('e')];
		const { letters, windows } = await read(pages);
		expect(letters).toBe('abcde');
		expect(windows).toEqual(['0+100', '3+100', '6+100', '7+100']);
	});

	test('end the list when they come twice, which then may hide entries', async () => {
		const { outcome, letters, windows } = await read([page('abcd')]);
		expect(letters).toBe('abcd');
		expect(outcome).toMatchObject(NOT_READ_WHOLE);
		expect(windows).toEqual(['0+100', '3+100', '6+100']);
	});

	test('hide none when the service counts no more', async () => {
		const { outcome, windows } = await read([page('abcd', of(4))]);
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toHaveLength(3);
	});

	test('count in a row only', async () => {
		const pages = [page('abcd'), page('abcd'), page('de'), page('cde'), page('ef'), page('f')];
		const { letters } = await read(pages);
		expect(letters).toBe('abcdef');
	});

	test('count from a page on that brought something, though it reached no further', async () => {
		const { windows } = await read([page('abc'), page('d'), page('de'), page('')]);
		expect(windows.slice(0, 4)).toEqual(['0+100', '2+100', '3+100', '4+100']);
	});
});

describe('a limit', () => {
	test('is asked for, and no more is read', async () => {
		const { outcome, letters, windows } = await read([page('ab', of(9))], { limit: 2 });
		expect(letters).toBe('ab');
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toEqual(['0+2']);
	});

	test('above a page is asked for page by page', async () => {
		expect((await read([page('ab'), page('b')], { limit: 101 })).windows).toEqual(['0+100', '1+100']);
	});

	test('holds when a page has more', async () => {
		const { letters, windows } = await read([page('abcd')], { limit: 3 });
		expect(letters).toBe('abc');
		expect(windows).toHaveLength(1);
	});

	test('counts what is wanted, in pages of the full size', async () => {
		const isWanted = (letter: string) => 'bdf'.includes(letter);
		const { outcome, letters, windows } = await read([page('abc'), page('cdef')], { limit: 2, isWanted });
		expect(letters).toBe('bd');
		expect(outcome).toMatchObject(COMPLETE);
		expect(windows).toEqual(['0+100', '2+100']);
	});
});

test('of a list, only what is wanted is returned, and it is complete all the same', async () => {
	const { outcome, letters } = await read([page('abcd', of(4)), page('d', of(4))], {
		isWanted: (letter) => letter > 'b',
	});
	expect(letters).toBe('cd');
	expect(outcome).toMatchObject(COMPLETE);
});

describe('a list without an end', () => {
	const many = Array.from({ length: 100_001 }, (_, index) => `${index}`);

	test('is an error that says which', async () => {
		const { outcome, windows } = await read([page(many)]);
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'endpoint',
			retryable: false,
			mayHaveHappened: false,
			statusCode: 200,
			message: expect.stringMatching(/letters.+100000/),
			hint: expect.stringMatching(/endpoint.+Limit/),
		});
		expect(windows).toHaveLength(1);
	});

	test('is not one of exactly as many as there may be, nor one of which enough was read', async () => {
		const enough = await read([page(many.slice(1)), page('')], { isWanted: () => false });
		expect(enough.outcome.kind).toBe('success');
		expect((await read([page(many)], { limit: 1 })).letters).toBe('0');
	});
});

test('a list of numbered pages is read in those that overlap', async () => {
	const numbers = Array.from({ length: 150 }, (_, index) => `${index}`);
	const windows: Window[] = [];
	const outcome = await readList({
		name: 'numbers',
		windowAt: numberedWindowAt,
		idOf: (number: string) => number,
		page: async (window) => {
			windows.push(window);
			return page(numbers.slice(window.start, window.start + window.size), of(150));
		},
	});
	expect(outcome).toMatchObject({ ...COMPLETE, entries: numbers });
	expect(windows.every(({ start, size }) => start % size === 0)).toBe(true);
});

test('how far a list was read says whether it is complete', () => {
	expect(readTo(0)).toEqual({ isComplete: true, surplus: 0 });
	expect(readTo(1)).toEqual({ isComplete: false, surplus: 1 });
	expect(readTo(undefined)).toEqual({ isComplete: false, surplus: undefined });
});
