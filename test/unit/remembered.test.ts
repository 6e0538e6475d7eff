import { describe, expect, test } from '@jest/globals';

import { remembered } from '../../huawei-cloud/call/remembered';

/** Entries that know how often one was made. */
function start() {
	const entries = new Map<string, { number: number }>();
	let made = 0;
	return { entries, get: (key: string) => remembered(entries, key, () => ({ number: (made += 1) })) };
}

describe('what a process remembers', () => {
	test('is made once for each key', () => {
		const { get } = start();
		expect(get('a')).toEqual({ number: 1 });
		expect(get('b')).toEqual({ number: 2 });
		expect(get('a')).toEqual({ number: 1 });
	});

	test('does not grow for ever: what was not used for longest is forgotten', () => {
		const { entries, get } = start();
		for (let key = 0; key < 500; key += 1) get(`key-${key}`);
		get('key-0');
		expect(entries.size).toBe(500);
		get('one more');
		expect(entries.size).toBe(500);
		expect([entries.has('key-0'), entries.has('key-1'), entries.has('key-2')]).toEqual([true, false, true]);
	});
});
