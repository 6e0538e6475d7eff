import { parse, urlToHttpOptions } from 'node:url';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { HuaweiCloudApi } from '../../credentials/HuaweiCloudApi.credentials';
import { CREDENTIAL_FIELDS, TOKEN } from '../support/clients';
import { mostly, PROPERTY_TIMEOUT_MS, runsOf } from '../support/properties';
import { urls } from './urlGrammar';

const OWN = '127.0.0.1:8443';

const credential = { ...CREDENTIAL_FIELDS, liveEndpoint: `https://${OWN}` };

const written = urls({
	allowed: [
		OWN,
		'live.cn-north-4.myhuaweicloud.com',
		'vod.myhuaweicloud.com',
		'live.eu-west-101.myhuaweicloud.eu',
	],
	hostile: ['127.0.0.1:9999', 'evil.example.com', '169.254.169.254', 'obs.cn-north-4.myhuaweicloud.com'],
});

const anyUrls = fc.oneof(
	{ weight: 6, arbitrary: written },
	{ weight: 1, arbitrary: fc.webUrl() },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(written, fc.nat(40), fc.string({ maxLength: 2 }))
			.map(([url, at, more]) => url.slice(0, at) + more + url.slice(at)),
	},
);

const headerNames = fc.constantFrom(
	'Host',
	' host',
	'HOST\t',
	'x-auth-token',
	' X-AUTH-TOKEN ',
	'common',
	'get',
	'__proto__',
	'a',
);
const headers = fc.dictionary(
	headerNames,
	fc.oneof<fc.Arbitrary<unknown>[]>(
		fc.constant('evil.example.com'),
		fc.constant({ Host: 'evil.example.com' }),
		fc.constant(['evil.example.com']),
	),
	{ maxKeys: 4 },
);

/** Options of either n8n helper, with everything that could lead to another host. */
const requests = fc
	.record(
		{
			url: anyUrls,
			uri: anyUrls,
			baseURL: anyUrls,
			headers,
			proxy: fc.constantFrom<unknown>('http://127.0.0.1:9999', { host: 'evil.example.com', port: 1 }),
			rejectUnauthorized: mostly<unknown>(true, fc.constantFrom<unknown>(false, 0, '', 'false')),
			skipSslCertificateValidation: mostly<unknown>(false, fc.constantFrom<unknown>(true, 1, 'true')),
			agentOptions: fc.constantFrom<unknown>(
				{},
				{ cert: 'c' },
				{ ca: 'c' },
				{ rejectUnauthorized: false },
				{ servername: 'x' },
			),
			followRedirect: fc.boolean(),
			followAllRedirects: fc.boolean(),
			disableFollowRedirect: fc.boolean(),
			maxRedirects: fc.nat(9),
			qs: fc.constant({ a: '1' }),
			method: fc.constantFrom('GET', 'POST'),
		},
		{ requiredKeys: [] },
	)
	.filter(({ url, uri }) => url !== undefined || uri !== undefined);

/** True if the contract of the credential lets it go to a host, as it is written after parsing. */
function mayReceive(protocol: string | null, host: string | null): boolean {
	if (protocol !== 'https:' || host === null) return false;
	if (host === OWN) return true;
	const [service = '', ...rest] = host.split('.');
	const domain = rest.slice(-2).join('.');
	const region = rest.slice(0, -2);
	const isOfHuawei = domain === 'myhuaweicloud.com' || domain === 'myhuaweicloud.eu';
	const isForbidden = /^(obs|iam|sts)/.test(service);
	const isRegion =
		region.length === 0 || (region.length === 1 && /^[a-z]+-[a-z]+-\d+$/.test(region[0] ?? ''));
	return isOfHuawei && !isForbidden && isRegion && /^[a-z0-9-]+$/.test(service);
}

interface Reading {
	protocol: string | null;
	host: string | null;
}

/** The parsers of those who send the request: n8n and axios, Node's HTTP client, and what it had before. */
const parsers: ReadonlyArray<(url: string) => Reading> = [
	(url) => new URL(url),
	(url) => {
		const { protocol = null, hostname, port } = urlToHttpOptions(new URL(url));
		const host = String(hostname) + (port === undefined || port === '' ? '' : `:${port}`);
		return { protocol, host };
	},
	(url) => parse(url),
];

/** The options that they read. One that throws sends nothing. */
function readings(url: string): Reading[] {
	return parsers.flatMap((read) => {
		try {
			return read(url);
		} catch {
			return [];
		}
	});
}

let sent = 0;

test(
	'all parsers read the same API host from an authenticated request, whatever its URL was',
	async () => {
		await fc.assert(
			fc.asyncProperty(requests, async (request) => {
				const given: IHttpRequestOptions = JSON.parse(JSON.stringify(request));
				const result = await new HuaweiCloudApi().authenticate(credential, given).catch((error: unknown) => {
					expect(String(error)).toMatch(/^CredentialError: /);
					expect(String(error)).not.toContain(TOKEN);
				});
				if (!result) return;
				sent += 1;
				const aims = [result.url, ...('uri' in result ? [String(result.uri)] : [])];
				for (const { protocol, host } of aims.flatMap(readings)) {
					expect({ host, may: mayReceive(protocol, host) }).toEqual({ host, may: true });
				}
				expect(result).not.toHaveProperty('baseURL');
				expect(result).toMatchObject({
					followRedirect: false,
					followAllRedirects: false,
					disableFollowRedirect: true,
					maxRedirects: 0,
				});
				const names = Object.keys(result.headers ?? {}).map((name) => name.trim().toLowerCase());
				expect(names.filter((name) => name === 'host' || name === 'x-auth-token')).toHaveLength(2);
				expect(result.headers).toMatchObject({ Host: new URL(result.url).host, 'X-Auth-Token': TOKEN });
				expect(Object.values(result.headers ?? {}).every((value) => typeof value !== 'object')).toBe(true);
				const {
					rejectUnauthorized = true,
					skipSslCertificateValidation = false,
					agentOptions = {},
				} = { ...request };
				expect([rejectUnauthorized, skipSslCertificateValidation]).toEqual([true, false]);
				expect(Object.keys(Object(agentOptions)).filter((name) => name !== 'cert')).toEqual([]);
			}),
			runsOf(500),
		);
		// Otherwise it would hold for an unusable credential.
		expect(sent).toBeGreaterThan(0);
	},
	PROPERTY_TIMEOUT_MS,
);
