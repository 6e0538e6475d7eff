import { describe, expect, test } from '@jest/globals';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { Canceller, NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import type { HttpRequest } from '../../huawei-cloud/http/http';
import { httpRequestTransport, requestTransport } from '../../n8n/transports';

/** The transports over n8n's own helpers, which are scripted here. */

const REQUEST: HttpRequest = {
	method: 'POST',
	origin: 'https://live.example.com',
	path: '/v1?a=%20b',
	headers: { 'X-Auth-Token': 'token' },
	body: '{"a":1}',
	maxResponseBytes: 10,
};
const HEADERS = { 'X-Auth-Token': 'token', 'Accept-Encoding': 'identity' };
const SENT = { method: 'POST', headers: HEADERS, body: '{"a":1}' };

/** Sends through the newer helper. */
async function send(
	respond: (options: IHttpRequestOptions) => unknown,
	request: HttpRequest = REQUEST,
	cancellation = NEVER_CANCELLED,
) {
	const httpRequest = async (options: IHttpRequestOptions) => await Promise.resolve(respond(options));
	return await httpRequestTransport({ httpRequest }).send(request, cancellation);
}

const answered = async (body: unknown, headers: unknown = {}) =>
	await send(() => ({ statusCode: 200, headers, body }));

/** A stream that breaks with this error after its first byte. */
async function* breakingWith(error: Error) {
	yield await Promise.resolve(Buffer.from('a'));
	throw error;
}

const errorWith = (more: object, options?: ErrorOptions) =>
	Object.assign(new Error('It failed', options), more);

describe('what is asked of the newer helper', () => {
	test('is this request, with any response, as a stream, and no redirect', async () => {
		let asked: IHttpRequestOptions | undefined;
		await send((options) => (asked = options));
		expect(asked).toEqual({
			...SENT,
			url: 'https://live.example.com/v1?a=%20b',
			abortSignal: expect.any(AbortSignal),
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			agentOptions: { rejectUnauthorized: true },
		});
	});

	test('does not reach the headers of the caller: n8n adds its own', async () => {
		const headers = { 'X-Auth-Token': 'token' };
		await send((options) => Object.assign(options.headers ?? {}, { 'User-Agent': 'n8n' }), {
			...REQUEST,
			headers,
		});
		expect(headers).toEqual({ 'X-Auth-Token': 'token' });
	});
});

test('what is asked of the older helper is this request, with any response in time, and no redirect', async () => {
	let asked: unknown;
	const request = async (options: string | object) => {
		asked = options;
		return await Promise.resolve({ statusCode: 403, headers: {}, body: 'no' });
	};
	expect(await requestTransport({ request }).send(REQUEST, NEVER_CANCELLED)).toEqual({
		status: 403,
		headers: {},
		body: 'no',
	});
	expect(asked).toEqual({
		...SENT,
		uri: 'https://live.example.com/v1?a=%20b',
		simple: false,
		resolveWithFullResponse: true,
		followRedirect: false,
		followAllRedirects: false,
		useStream: true,
		agentOptions: { signal: expect.any(AbortSignal), rejectUnauthorized: true },
	});
});

describe('a response', () => {
	test('has its status, its headers and its text', async () => {
		expect(await answered('text', { date: 'today', 'set-cookie': ['a', 'b'] })).toEqual({
			status: 200,
			headers: { date: 'today', 'set-cookie': 'a, b' },
			body: 'text',
		});
	});

	test.each([undefined, null, 42, { a: 1 }, ['a']])('without text has none: %j', async (body) => {
		expect(await answered(body)).toMatchObject({ status: 200, body: '' });
	});

	test.each([undefined, null, 'text', [200], { statusCode: '200', headers: 'none' }])(
		'that is none has no status: %j',
		async (response) => {
			expect(await send(() => response)).toEqual({ status: 0, headers: {}, body: '' });
		},
	);

	test.each([
		['ECONNRESET', 'connectionLost'],
		['ECONNABORTED', 'timeout'],
		// Even if the connection could not have been opened: it was, since there is a response.
		['ECONNREFUSED', 'unreachable'],
	])('that breaks with %s was still asked for', async (code, expected) => {
		const stream = breakingWith(errorWith({ code, syscall: 'connect' }));
		await expect(answered(stream)).rejects.toMatchObject({ code: expected, sent: true });
	});
});

describe('an error of the helper', () => {
	const cause = (more: object) => errorWith({}, { cause: errorWith(more) });
	const lookup = { syscall: 'getaddrinfo', hostname: 'live.example.com' };
	const errors: Array<[string, unknown, string, boolean]> = [
		['nobody listens', errorWith({ code: 'ECONNREFUSED' }), 'unreachable', false],
		['no such host', errorWith({ code: 'ENOTFOUND' }), 'unknownHost', false],
		['a name server is down', errorWith({ ...lookup, code: 'EAI_AGAIN' }), 'unreachable', false],
		['the certificate has expired', errorWith({ code: 'CERT_HAS_EXPIRED' }), 'certificate', false],
		['a wrong certificate', errorWith({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'certificate', false],
		['a handshake', errorWith({ code: 'EPROTO' }), 'unreachable', true],
		['a code that only ends so', errorWith({ code: 'NOT_CERT_HAS_EXPIRED' }), 'connectionLost', true],
		['TLS', errorWith({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'unreachable', true],
		['no connection in time', errorWith({ code: 'ETIMEDOUT', syscall: 'connect' }), 'timeout', false],
		['no way there', cause({ code: 'EHOSTUNREACH', syscall: 'connect' }), 'connectionLost', false],
		['no response in time', errorWith({ code: 'ETIMEDOUT', syscall: 'read' }), 'timeout', true],
		['the helper gave up', errorWith({ code: 'ECONNABORTED' }), 'timeout', true],
		['a reset', errorWith({ code: 'ECONNRESET', syscall: 'read' }), 'connectionLost', true],
		['n8n rejects', errorWith({ name: 'SsrfBlockedIpError' }), 'egressDenied', false],
		['n8n rejects on the way', cause({ name: 'SsrfBlockedIpError' }), 'egressDenied', false],
		['anything else', errorWith({ code: 42 }), 'connectionLost', true],
		['a name that only holds it', errorWith({ name: 'NotSsrf' }), 'connectionLost', true],
		['a text', 'SsrfBlockedIpError', 'connectionLost', true],
		['nothing', undefined, 'connectionLost', true],
		['an object', { cause: { syscall: 'connect' } }, 'connectionLost', true],
	];
	test.each(errors)('says whether anything was sent: %s', async (_name, error, code, sent) => {
		const sending = send(async () => await Promise.reject(error));
		await expect(sending).rejects.toMatchObject({ name: 'TransportError', code, sent });
	});
});

test('an exchange that is given up before it began is not begun', async () => {
	const canceller = new Canceller();
	canceller.abort();
	let calls = 0;
	const sending = send(() => (calls += 1), REQUEST, canceller);
	await expect(sending).rejects.toMatchObject({ code: 'cancelled', sent: false });
	expect(calls).toBe(0);
});
