import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { HuaweiCloudApi } from '../../credentials/HuaweiCloudApi.credentials';
import { isSignedWith, parseAuthorization } from '../../dev/emulator/signature';
import { CREDENTIAL_FIELDS, KEY_FIELDS, PROJECT_ID } from '../support/clients';

/**
 * Requests that an access key signs for n8n's HTTP Request node and other nodes. The emulator's own computation says
 * whether the signature is that of the request that n8n will send.
 */

const HOST = 'https://live.cn-north-4.myhuaweicloud.com';
const FORM = 'application/x-www-form-urlencoded';

/** Options of both helpers. */
type Options = Record<string, unknown>;

async function sign(options: Options): Promise<IHttpRequestOptions> {
	return await new HuaweiCloudApi().authenticate(
		{ ...CREDENTIAL_FIELDS, ...KEY_FIELDS },
		{ url: `${HOST}/v1/x`, ...options },
	);
}

/** Signs, expects the signature to be right, and returns what will be sent. */
async function signed(options: Options) {
	const sent = await sign(options);
	const headers = Object.fromEntries(
		Object.entries(sent.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
	);
	const { origin, pathname, search } = new URL(sent.url);
	expect(origin).toBe(HOST);
	expect(headers).toMatchObject({ host: new URL(HOST).host, 'x-project-id': PROJECT_ID });
	const authorization = parseAuthorization(headers.authorization);
	if (!authorization) throw new Error('It is not signed');
	const { body } = sent;
	const bytes =
		body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(typeof body === 'string' ? body : '');
	const request = { method: sent.method ?? 'GET', url: pathname + search, headers, body: bytes };
	expect(isSignedWith(KEY_FIELDS.secretAccessKey, request, authorization)).toBe(true);
	return { options: sent, headers, body, isBodySigned: headers['x-sdk-content-sha256'] === undefined };
}

describe('the query of a signed request', () => {
	const inFormat = (arrayFormat: string, more: Options = {}): Options => ({
		...{ qs: { a: [1] }, qsStringifyOptions: { arrayFormat } },
		...more,
	});
	const queries: Array<[string, Options, string]> = [
		['nothing', {}, ''],
		['what the URL has', { url: `${HOST}/v1/x?b=2&a=%20&c` }, '?a=%20&b=2&c='],
		['both', { url: `${HOST}/v1/x?b=2`, qs: { a: 1 } }, '?a=1&b=2'],
		['values of all kinds', { qs: { a: true, b: 0, c: '' } }, '?a=true&b=0&c='],
		['nothing for nothing', { qs: { a: null, b: undefined, c: [null] } }, ''],
		['times', { qs: { at: new Date(0) } }, '?at=1970-01-01T00%3A00%3A00.000Z'],
		['objects', { qs: { a: { b: { c: 1 }, d: 2 } } }, '?a%5Bb%5D%5Bc%5D=1&a%5Bd%5D=2'],
		['a list as n8n writes it, unless told otherwise', { qs: { a: [1, 2] } }, '?a%5B%5D=1&a%5B%5D=2'],
		['a list of lists', { qs: { a: [[1], [{ b: 2 }]] } }, '?a%5B%5D%5B%5D=1&a%5B%5D%5B%5D%5Bb%5D=2'],
		['a list, for the older helper', { qs: { a: [1] }, useQuerystring: false }, '?a%5B0%5D=1'],
		['a list with its name repeated', { qs: { a: [1, 2] }, useQuerystring: true }, '?a=1&a=2'],
		['a list with commas', { qs: { a: [1, 2] }, arrayFormat: 'comma' }, '?a=1%2C2'],
		['a list by the format that counts', inFormat('indices', { arrayFormat: 'repeat' }), '?a=1'],
		// An expression may give anything; n8n then writes indices.
		['a list in no format', inFormat('constructor'), '?a%5B0%5D=1'],
		['a list of the HTTP Request node', inFormat('indices', { useQuerystring: true }), '?a%5B0%5D=1'],
	];
	test.each(queries)('has %s', async (_name, options, query) => {
		const { options: sent } = await signed(options);
		expect(sent.url).toBe(`${HOST}/v1/x${query}`);
		expect(sent).not.toHaveProperty('qs');
	});
});

describe('the body of a signed request', () => {
	const JSON_TYPE = 'application/json';
	const PATCH = 'application/merge-patch+json';
	const typed = (type: string, body?: unknown): Options => ({ body, headers: { 'content-type': type } });
	const bodies: Array<[string, Options, string | undefined, string | undefined]> = [
		['nothing', {}, undefined, JSON_TYPE],
		['null', { body: null }, undefined, JSON_TYPE],
		['an empty text', { body: '' }, undefined, JSON_TYPE],
		['an object', { body: { a: 'ä', b: [1] } }, '{"a":"ä","b":[1]}', JSON_TYPE],
		['an empty object', { body: {} }, '{}', JSON_TYPE],
		['an object of another type', typed(PATCH, { a: 1 }), '{"a":1}', PATCH],
		['text of the older helper, for JSON', { body: 'plain', json: true }, 'plain', JSON_TYPE],
		['text of some type', { body: '<a/>', headers: { ' Content-Type ': 'text/xml' } }, '<a/>', 'text/xml'],
		['a form as text', typed(FORM, 'a=1%202'), 'a=1%202', FORM],
		['a form as an object', typed(FORM, { a: [1, 2] }), 'a%5B0%5D=1&a%5B1%5D=2', FORM],
		['an empty form', typed(FORM), undefined, FORM],
		['the form of the older helper', { form: { a: '1 2', b: null } }, 'a=1+2', FORM],
		['the form of the older helper as text', { form: 'a=1%202' }, 'a=1%202', FORM],
	];
	test.each(bodies)('is %s', async (_name, options, text, type) => {
		const { body, headers, options: sent, isBodySigned } = await signed({ method: 'POST', ...options });
		expect(isBodySigned).toBe(true);
		expect(body instanceof Uint8Array ? Buffer.from(body).toString() : body).toBe(text);
		expect(headers['content-type']).toBe(type);
		expect(sent).not.toHaveProperty('form');
	});

	test.each<[string, Options]>([
		['text of type JSON', typed(JSON_TYPE, ' {"a":1} ')],
		['text without a type', { body: ' {"a":1} ' }],
		['an array of bytes', typed(JSON_TYPE, new TextEncoder().encode(' {"a":1} '))],
		['bytes that are no text', { method: 'PUT', body: Buffer.from([0, 255, 1]) }],
	])('is bytes, which n8n does not write anew: %s', async (_name, options) => {
		const { body } = await signed({ method: 'POST', ...options });
		expect(body).toBeInstanceOf(Buffer);
		expect(body).toEqual(Buffer.from(options.body instanceof Uint8Array ? options.body : ' {"a":1} '));
	});

	test.each(['GET', 'HEAD', undefined])('of a %s is not signed: one helper leaves it out', async (method) => {
		for (const more of [{ body: { a: 1 } }, { form: { a: 1 } }, typed(JSON_TYPE, 'x')]) {
			const options = { ...more, ...(method !== undefined && { method }) };
			expect((await signed(options)).isBodySigned).toBe(false);
		}
	});

	test.each<[string, Options]>([
		['a stream', { body: Readable.from(['a']) }],
		['a file', typed(FORM, new File(['a'], 'a'))],
		['a body and a form', { body: { a: 1 }, form: { b: 2 } }],
		['parts', { formData: { a: 1 } }],
		['parts by their type', typed('multipart/form-data; boundary=x', { a: 1 })],
	])('is not signed when it is not known yet: %s', async (_name, options) => {
		const { options: sent, isBodySigned } = await signed({ method: 'POST', ...options });
		expect(isBodySigned).toBe(false);
		expect(sent.body).toBe(options.body);
	});
});

test('the headers of a signed request replace those of the author, however they were written', async () => {
	const mine = {
		AUTHORIZATION: 'mine',
		' host ': 'example.com',
		'x-SDK-date': '20000101T000000Z',
		'X-Project-Id': 'mine',
		Accept: 'text/plain',
		'X-Number': 1,
		'X-Flag': true,
	};
	const { options } = await signed({ headers: mine });
	expect(Object.keys(options.headers ?? {}).map((name) => name.trim().toLowerCase())).toEqual([
		'accept',
		'x-number',
		'x-flag',
		...['content-type', 'x-sdk-date', 'x-project-id', 'authorization', 'host'],
	]);
	expect(options.headers).toMatchObject({ Accept: 'text/plain', 'X-Number': 1, 'X-Flag': true });
});
