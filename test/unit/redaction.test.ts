import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { REDACTED, Redactor, summarize } from '../../huawei-cloud/call/redaction';
import { parseResponse } from '../../huawei-cloud/http/response';
import { anyCharacter, runsOf } from '../support/properties';

const SECRETS = {
	password: 'p&"\\% +ü8',
	key: 'Qx7Lq0Zt9RvB2nM4kW8sYd6HfJ1pGcEaTuViOo35',
	token: `MIIZmgYJKoZIhvcNAQcCoIIZ${'AbCd0123+/'.repeat(9)}${'kLmN-pQrS7uVwX'.repeat(40)}`,
};
const redactor = new Redactor(Object.values(SECRETS));

const each = (text: string, write: (character: string, code: number) => string) =>
	[...text].map((character) => write(character, character.codePointAt(0) ?? 0)).join('');
const bytes = (text: string, write: (byte: string) => string) =>
	[...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, '0'))).join('');

const ENCODINGS: Record<string, (text: string) => string> = {
	'as it is': (text) => text,
	percent: encodeURIComponent,
	'lower-case percent': (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
	'percent, every byte': (text) => bytes(text, (byte) => `%${byte}`),
	form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
	'HTML, named': (text) =>
		text.replace(
			/[&"+%]/g,
			(sign) => `&${{ '&': 'amp', '"': 'quot', '+': 'plus', '%': 'percnt' }[sign] ?? ''};`,
		),
	'HTML, decimal': (text) => each(text, (_, code) => `&#${code};`),
	'HTML, with zeros': (text) => each(text, (_, code) => `&#${String(code).padStart(9, '0')};`),
	'HTML, hex, no semicolon': (text) =>
		each(text, (_, code) => `&#X${code.toString(16)} `).replaceAll(' ', ';'),
	JSON: (text) => JSON.stringify(text),
	'JSON, every character': (text) => each(text, (_, code) => `\\u${code.toString(16).padStart(4, '0')}`),
	Base64: (text) => Buffer.from(text).toString('base64'),
	'Base64 for URLs': (text) => `/v1/${Buffer.from(`user:${text}`).toString('base64url')}/x`,
	'Base64 in lines': (text) => Buffer.from(`ab${text}`).toString('base64').replace(/.{76}/g, '$&\r\n'),
	hex: (text) => Buffer.from(text).toString('hex'),
	'upper-case hex': (text) => `0${Buffer.from(text).toString('hex').toUpperCase()}`,
	'with controls in it': (text) => text.replace(/..../g, '$&\u0000\u202e\u200e\u200f\u061c'),
};
const pairs = Object.keys(ENCODINGS).flatMap((inner) =>
	Object.keys(ENCODINGS)
		.filter((outer) => !inner.includes('controls') || !/Base64|hex/.test(outer))
		.map((outer) => [inner, outer] as const),
);

test.each(pairs)('no secret is hidden, whole or cut, %s in %s', (inner, outer) => {
	const encode = (text: string) => ENCODINGS[outer]?.(ENCODINGS[inner]?.(text) ?? '') ?? '';
	for (const secret of Object.values(SECRETS)) {
		const part = secret.length > 16 ? secret.slice(-30, -14) : secret;
		for (const quoted of [secret, part]) {
			const text = encode(`no such ${quoted} here`);
			expect(redactor.redact({ deep: [{ text }] })).toEqual({ deep: [{ text: REDACTED }] });
		}
	}
});

test.each(['base64', 'hex'] as const)('line breaks in what was encoded in %s hide nothing', (encoding) => {
	for (const secret of ['pass-word-12', SECRETS.key]) {
		const text = Buffer.from(secret.replace(/.{1,4}/g, '$&\r\n')).toString(encoding);
		expect(new Redactor([secret]).redact(text)).toBe(REDACTED);
	}
});

describe('a value that holds no secret', () => {
	const { token, key } = SECRETS;
	test.each<[string, unknown]>([
		['15 characters of a longer secret', key.slice(3, 18)],
		[
			'the same in Base64 and hex',
			`${Buffer.from(key.slice(3, 18)).toString('base64')} ${Buffer.from(key.slice(3, 18)).toString('hex')}`,
		],
		["a token's constant header and one more character", token.slice(0, 121)],
		['half a password', 'p&"\\% +'],
		['text of all kinds', 'Größe: 5 < 6 &amp; 7%, a+b \\u0041 9a5f8b64-1c2d-4e3f-8a9b-0c1d2e3f4a5b'],
		['numbers', [200, 1.5, -3, 1764331200000]],
		['nothing', [null, undefined, true, {}, []]],
	])('stays the very same: %s', (_what, value) => {
		expect(redactor.redact(value)).toBe(value);
	});

	test('stays the same, whatever it is', () => {
		fc.assert(
			fc.property(fc.oneof(fc.jsonValue(), fc.string({ unit: anyCharacter, maxLength: 200 })), (value) => {
				expect(redactor.redact(value)).toBe(value);
			}),
			runsOf(100),
		);
	});
});

test('the rest of an object stays, names that hold a secret do not, and __proto__ is a field like any other', () => {
	const { key } = SECRETS;
	const given: unknown = JSON.parse(`{"__proto__":{"a":"${key}"},"${key}":1,"list":["ok",["${key}"]],"n":2}`);
	expect(JSON.stringify(redactor.redact(given))).toBe(
		JSON.stringify({ [REDACTED]: 1, list: ['ok', [REDACTED]], n: 2 }).replace(
			'{',
			`{"__proto__":{"a":"${REDACTED}"},`,
		),
	);
	expect(JSON.stringify(given)).toContain(key);
});

test.each<[string, string, unknown, unknown]>([
	['a short password is the whole value', 'pw-1234', [' pw-1234 ', 'a pw-1234'], [REDACTED, 'a pw-1234']],
	['a password of digits is a number', '123456789012', [123456789012, 12345678], [REDACTED, 12345678]],
	['digits of a key are a fraction', '1234567890123456', [0.1234567890123456, 0.5], [REDACTED, 0.5]],
	['a short token begins like all', 'MIIexample', 'the token MIIexample', REDACTED],
])('%s', (_what, secret, value, expected) => {
	expect(new Redactor([secret]).redact(value)).toEqual(expected);
});

test.each([
	['digits', (length: number) => 'x'.repeat(length)],
	['no digits', (length: number) => '. '.repeat(length / 2)],
])('in megabytes of %s, a secret is found wherever it is, and nothing else', (_what, fill) => {
	const encoded = Buffer.from(encodeURIComponent(SECRETS.key)).toString('base64');
	expect(redactor.redact(fill(4_000_000))).not.toBe(REDACTED);
	for (const at of [0, 1_048_560, 1_199_990]) {
		expect(redactor.redact(`${fill(at)}.${encoded}.${fill(1_200_000 - at)}`)).toBe(REDACTED);
	}
});

test('a token that was renewed counts at once', () => {
	let fetched = ['the-first-token'];
	const changing = new Redactor([], () => fetched);
	expect(changing.redact('it is the-other-token')).toBe('it is the-other-token');
	fetched = ['the-other-token'];
	expect(changing.redact('it is the-other-token')).toBe(REDACTED);
});

const summaryOf = (body: object, of = redactor) =>
	summarize(parseResponse({ status: 400, headers: {}, body: JSON.stringify(body) }), of);

test('of what a service says, each is one line without controls and secrets', () => {
	const error_msg = 'first\r\n\tsecond\u001b[31m\u202ethird';
	expect(summaryOf({ error_msg, error_code: `X.${SECRETS.key}`, request_id: 'r' })).toEqual({
		statusCode: 400,
		errorCode: REDACTED,
		errorMsg: 'first second[31mthird',
		errorDetail: undefined,
		requestId: 'r',
	});
});

test('a password with spaces is not shown by joining lines', () => {
	const secrets = new Redactor(['correct horse battery']);
	const body = { error_msg: 'correct\nhorse\nbattery' };
	expect(summaryOf(body, secrets)).toMatchObject({ errorMsg: REDACTED });
});

test('of a long text, only the kept part stays in memory', () => {
	setFlagsFromString('--expose-gc');
	const usedHeap = () => {
		runInNewContext('gc()');
		return process.memoryUsage().heapUsed;
	};
	const before = usedHeap();
	const summaries = Array.from({ length: 20 }, () =>
		summaryOf({ error_msg: 'no such task '.repeat(70_000) }),
	);
	expect(usedHeap() - before).toBeLessThan(5e6);
	expect(summaries.map(({ errorMsg }) => errorMsg?.length)).toEqual(summaries.map(() => 4096));
});
