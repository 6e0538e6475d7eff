import { describe, expect, test } from '@jest/globals';

import { HuaweiCloudApi } from '../../credentials/HuaweiCloudApi.credentials';
import { CREDENTIAL_FIELDS, KEY_FIELDS, PROJECT_ID, TOKEN } from '../support/clients';

/** `authenticate`, called with the options of either of n8n's request helpers. */
const authenticate = async (options: object, fields = {}) =>
	await new HuaweiCloudApi().authenticate({ ...CREDENTIAL_FIELDS, ...fields }, { url: '', ...options });

const HOST = 'https://live.cn-north-4.myhuaweicloud.com';

const IAM_PATHS = [
	'/v3/auth/tokens',
	'/v1//v3/x',
	'/%763/x',
	'/%563.0/x',
	'/%252576%33/x',
	'/a/../V3/x',
	'/x%2f..%2fv3.0/x',
	'/v5/users/u/access-keys',
	'/%25%37%363/auth/tokens',
	`/v1/${PROJECT_ID}/..;/v5/users`,
	`/v1/${PROJECT_ID}/%2e%252e/v5/users`,
	`/v1/${PROJECT_ID}//v5/users`,
	'/v1/other-project/pull/stream/task',
];
test.each(IAM_PATHS)('a gateway for both APIs gets no credential for a path of IAM: %s', async (path) => {
	const both = { liveEndpoint: 'https://api.example.com', iamEndpoint: 'https://api.example.com' };
	await expect(authenticate({ url: `https://api.example.com${path}` }, both)).rejects.toThrow(
		/may only be sent.+Where IAM has the Live endpoint's host/,
	);
	const url = `https://api.example.com/v1/${PROJECT_ID}/domain?domain=%2fv3`;
	expect(await authenticate({ url }, both)).toHaveProperty('headers');
});

describe.each(['url', 'uri'])('options with %s', (key) => {
	const withUrl = async (url: string | undefined, more: object = {}, fields = {}) =>
		await authenticate({ ...(key === 'uri' && { url: undefined }), [key]: url, ...more }, fields);

	test('get the token, no redirects, and nothing else', async () => {
		const given = { method: 'POST', headers: { a: '1' }, body: { b: 2 }, json: true } as const;
		expect(await withUrl(`${HOST}/v1/p?x=1`, given)).toEqual({
			...given,
			url: `${HOST}/v1/p?x=1`,
			[key]: `${HOST}/v1/p?x=1`,
			headers: { a: '1', 'X-Auth-Token': TOKEN, Host: 'live.cn-north-4.myhuaweicloud.com' },
			followRedirect: false,
			followAllRedirects: false,
			disableFollowRedirect: true,
			maxRedirects: 0,
			agentOptions: { rejectUnauthorized: true },
		});
	});

	test('are resolved against their base URL', async () => {
		expect(await withUrl('/v1/p', { baseURL: HOST })).toMatchObject({ [key]: `${HOST}/v1/p` });
		expect(await withUrl('/v1/p', { baseURL: HOST })).not.toHaveProperty('baseURL');
	});

	test.each<[string | undefined, object?]>([
		['https://example.com/v1'],
		['//example.com/v1', { baseURL: HOST }],
		['https:\\\\example.com', { baseURL: HOST }],
		[`blob:${HOST}`],
		[`${HOST}@example.com/`],
		// n8n's client would send it as an Authorization header.
		['https://user@live.cn-north-4.myhuaweicloud.com/v1'],
		['https://:password@live.cn-north-4.myhuaweicloud.com/v1'],
		['http://live.cn-north-4.myhuaweicloud.com/'],
		['not a url'],
		[''],
		[undefined],
	])('with %j are rejected', async (url, more = {}) => {
		await expect(withUrl(url, more)).rejects.toThrow(/may only be sent|URL of the request is not valid/);
	});

	test.each([
		[{ rejectUnauthorized: false }],
		[{ skipSslCertificateValidation: true }],
		[{ agentOptions: { rejectUnauthorized: false } }],
		[{ rejectUnauthorized: 0 }],
		[{ agentOptions: { checkServerIdentity: () => undefined } }],
		[{ agentOptions: { servername: 'example.com' } }],
		[{ agentOptions: { ca: 'a certificate authority of the author' } }],
	])('with %j are rejected', async (more) => {
		await expect(withUrl(HOST, more)).rejects.toThrow(/not checked/);
	});

	// The answer would be the request itself.
	test.each(['TRACE', 'trace', 'TRACK', 'TRACE ', ['TRACE']])('with %j are rejected', async (method) => {
		await expect(withUrl(HOST, { method })).rejects.toThrow(/not sent with this HTTP method/);
	});

	test.each([
		['iamToken', {}, ['X-Auth-Token']],
		['accessKey', KEY_FIELDS, ['X-Sdk-Date', 'X-Project-Id', 'Authorization']],
	])('with %s hold no header that authenticates or frames the body', async (_method, fields, names) => {
		const ofCredential = 'authorization,x-auth-token,x-security-token, X-Sdk-Content-Sha256,x-sdk-date';
		const ofBody = 'Content-Length,CONTENT-LENGTH ,\ttransfer-encoding,eXpect,Trailer,TE';
		const ofHop = 'Connection,Upgrade,Keep-Alive,\u212Aeep-Alive,Proxy-Authorization,proxy-connection';
		const reserved = [ofCredential, ofBody, ofHop, 'HTTP2-Settings'].join().split(',');
		const headers = Object.fromEntries(reserved.map((name, index) => [name, index % 2 ? 'mine' : ['mine']]));
		for (const given of [headers, { common: headers, post: headers }]) {
			const result = await withUrl(HOST, { headers: { ...given, a: '1' } }, fields);
			expect(Object.keys(result.headers ?? {}).sort()).toEqual(
				['a', 'Content-Type', 'Host', ...names].sort(),
			);
		}
	});

	test('may show a certificate of the client', async () => {
		const agentOptions = { cert: 'c', key: 'k', passphrase: 'p' };
		const checked = { ...agentOptions, rejectUnauthorized: true };
		expect(await withUrl(HOST, { agentOptions })).toMatchObject({ agentOptions: checked });
		// n8n authenticates the same options again after a 401.
		expect(await withUrl(HOST, { agentOptions: checked })).toMatchObject({ agentOptions: checked });
	});

	test('to loopback without TLS go there directly, whatever proxy the author names', async () => {
		const fields = { liveEndpoint: 'http://127.0.0.1:8080' };
		const proxy = { host: 'proxy.example.com', port: 3128 };
		expect(await withUrl('http://127.0.0.1:8080/v1', { proxy }, fields)).toMatchObject({
			headers: { 'X-Auth-Token': TOKEN },
			proxy: { protocol: 'http', host: '127.0.0.1', port: 8080 },
		});
		await expect(withUrl(HOST, { proxy })).rejects.toThrow('proxy that is set in a node');
	});
});

test('of two different URLs, the one that n8n sends to counts', async () => {
	await expect(authenticate({ url: 'https://example.com', uri: HOST })).rejects.toThrow(/may only be sent/);
	const options = await authenticate({ url: HOST, uri: 'https://example.com' });
	expect(options).toMatchObject({ url: `${HOST}/`, uri: `${HOST}/` });
});

describe('a request that is signed', () => {
	const key = { ...KEY_FIELDS, securityToken: 'ST' };

	const PATHS = ['/v1//example.com', '/%2F/example.com/v1', '/.%2F/example.com', '/x://example.com:80@x/'];
	test.each(PATHS)('stays with its host when its path is %s', async (path) => {
		const { url, headers } = await authenticate({ url: `${HOST}${path}` }, key);
		expect(new URL(url).origin).toBe(HOST);
		expect(new URL(url).pathname).not.toMatch(/^\/\//);
		expect(headers).toMatchObject({ Host: new URL(HOST).host, 'X-Security-Token': 'ST' });
	});

	// Over plain HTTP, n8n's client would name another host in such a request.
	test.each([
		'//example.com/v1',
		'///example.com',
		'/\\example.com/v1',
		'/.//example.com',
		'/a/..//example.com',
	])('is rejected when its path is %s', async (path) => {
		const own = { liveEndpoint: 'http://127.0.0.1:8000' };
		for (const fields of [own, { ...own, ...key }]) {
			await expect(authenticate({ url: own.liveEndpoint + path }, fields)).rejects.toThrow(/not valid/);
		}
	});

	test('is rejected when its query cannot be encoded', async () => {
		const qs = { name: ['half of a character: \ud83d'] };
		await expect(authenticate({ url: HOST, qs }, key)).rejects.toMatchObject({
			category: 'validation',
			message: expect.stringMatching(
				/^The query of the request contains an invalid character.+Correct the query/,
			),
		});
	});
});

describe('the content type of a request', () => {
	const typeOf = async (options: object) => {
		const { headers = {} } = await authenticate({ url: HOST, ...options });
		return Object.entries(headers).filter(([name]) => name.trim().toLowerCase() === 'content-type');
	};

	test.each([[{}], [{ body: '' }], [{ body: null }]])('is JSON without a body: %j', async (options) => {
		expect(await typeOf(options)).toEqual([['Content-Type', 'application/json']]);
	});

	test.each(['body', 'form', 'formData'])('is left to n8n with a %s', async (field) => {
		expect(await typeOf({ [field]: { a: 1 } })).toEqual([]);
	});

	test.each([
		[{ 'content-TYPE ': 'text/xml' }],
		[{ 'content-type': 'x', ' Content-Type': 'text/xml', 'CONTENT-TYPE': ['text/plain'] }],
	])('is the last one that was given: %j', async (headers) => {
		expect(await typeOf({ headers })).toEqual([['Content-Type', 'text/xml']]);
	});
});

describe('a response as a stream, which n8n keeps along with the headers of its request', () => {
	test('stays one when they hold a signature only: n8n reads pages from it', async () => {
		const options = await authenticate({ url: HOST, useStream: true }, KEY_FIELDS);
		expect(options).toMatchObject({ useStream: true });
		expect(options).not.toHaveProperty('encoding');
	});

	test.each<[string, Record<string, string>]>([
		['a token', {}],
		['a security token', { ...KEY_FIELDS, securityToken: 'ST' }],
	])('is read at once when there is %s among them', async (_name, fields) => {
		const options = await authenticate({ url: HOST, useStream: true }, fields);
		expect(options).toMatchObject({ useStream: false, encoding: null });
	});
});
