import { describe, expect, test } from '@jest/globals';

import { errorCode, transportCodeOf } from '../../huawei-cloud/http/errorCodes';
import { encodeQuery, encodeRfc3986, headersOf } from '../../huawei-cloud/http/http';

describe('the headers of a response', () => {
	test('are texts: those of a repeated one in a row, and nothing for one without a value', () => {
		expect(headersOf({ date: 'today', link: ['a', 'b'], age: 7, server: undefined })).toEqual({
			date: 'today',
			link: 'a, b',
			age: '7',
			server: '',
		});
	});
});

describe('a value in a path or a query', () => {
	test.each([
		['', ''],
		['azAZ09-._~', 'azAZ09-._~'],
		[' a', '%20a'],
		['a ', 'a%20'],
		['a/b?c&d=e+f%', 'a%2Fb%3Fc%26d%3De%2Bf%25'],
		["!'()*", '%21%27%28%29%2A'],
		['任务', '%E4%BB%BB%E5%8A%A1'],
	])('%j is sent as %j', (value, encoded) => {
		expect(encodeRfc3986(value)).toBe(encoded);
	});

	test('is left out of a query with its name when it is missing or empty; the others keep their order', () => {
		expect(
			encodeQuery([
				['region', undefined],
				['b', '2 3'],
				['app', ''],
				['a&', '1'],
			]),
		).toBe('?b=2%203&a%26=1');
		expect(encodeQuery([['region', '']])).toBe('');
	});
});

describe('why no response came', () => {
	test.each([
		['ENOTFOUND', 'unknownHost'],
		['ECONNREFUSED', 'unreachable'],
		['ETIMEDOUT', 'timeout'],
		['UND_ERR_HEADERS_OVERFLOW', 'headersTooLarge'],
		['CERT_HAS_EXPIRED', 'certificate'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'certificate'],
		['NOT_CERT_HAS_EXPIRED', 'connectionLost'],
		['ECONNRESET', 'connectionLost'],
	])('%s of the system is: %s', (code, expected) => {
		expect(transportCodeOf(Object.assign(new Error('no'), { code }))).toBe(expected);
	});

	test.each([[new Error('no')], [{ code: 5 }], ['ENOTFOUND'], [null], [undefined]])(
		'%p has no code, and is a lost connection',
		(error) => {
			expect(errorCode(error)).toBeUndefined();
			expect(transportCodeOf(error)).toBe('connectionLost');
		},
	);
});
