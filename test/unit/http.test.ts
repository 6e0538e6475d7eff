import { expect, test } from '@jest/globals';

import { encodeQuery, headersOf } from '../../huawei-cloud/http/http';

test('headers are texts: those of a repeated one in a row, and nothing for one without a value', () => {
	expect(headersOf({ date: 'today', link: ['a', 'b'], age: 7, server: undefined })).toEqual({
		date: 'today',
		link: 'a, b',
		age: '7',
		server: '',
	});
});

test('a value is left out of a query with its name when it is missing or empty; the others keep their order', () => {
	const pairs = { region: undefined, b: "2 3+任!'()*", app: '', 'a&': '~' };
	expect(encodeQuery(Object.entries(pairs))).toBe('?b=2%203%2B%E4%BB%BB%21%27%28%29%2A&a%26=~');
	expect(encodeQuery([['region', '']])).toBe('');
});
