import { describe, expect, test } from '@jest/globals';

import { inspect } from 'node:util';

import {
	assertMayReceiveCredential,
	CredentialError,
	readCredential,
	type Credential,
} from '../../huawei-cloud/identity/credential';
import { Secret } from '../../huawei-cloud/identity/secret';
import { CREDENTIAL_FIELDS, KEY_FIELDS, PROJECT_ID, TOKEN, USER_FIELDS } from '../support/clients';
import { like } from '../support/steps';

const read = (fields: Record<string, unknown>) => readCredential({ ...CREDENTIAL_FIELDS, ...fields });

/** The method of a credential and its fields, in the order of the form. */
const revealed = ({ method }: Credential): unknown[] =>
	Object.values(method).map((value: unknown) => (value instanceof Secret ? value.reveal() : value));

/** The error that this ends in. */
function errorFrom(work: () => unknown): CredentialError {
	try {
		work();
	} catch (error) {
		if (error instanceof CredentialError) return error;
		throw error;
	}
	throw new Error('It was accepted');
}

const errorOf = (fields: Record<string, unknown>) => errorFrom(() => read(fields));

describe('a credential', () => {
	test('is trimmed, as pasted values need it', () => {
		expect(
			read({
				projectId: ` ${PROJECT_ID}\n`,
				region: ' cn-north-4 ',
				iamToken: `\t${TOKEN}\n`,
				liveEndpoint: ' https://live.example.com/ ',
			}),
		).toMatchObject({
			projectId: PROJECT_ID,
			liveEndpoint: 'https://live.example.com',
			iamEndpoint: 'https://iam.cn-north-4.myhuaweicloud.com',
		});
	});

	const ofUser = { ...USER_FIELDS, password: 'pass word' };
	const ofKey = { ...KEY_FIELDS, secretAccessKey: ' SK\n' };

	test.each<[string, Record<string, unknown>, unknown[]]>([
		['a pasted token', { iamToken: `\t${TOKEN}\n` }, ['iamToken', TOKEN]],
		['no method, as in a new form', { authentication: undefined }, ['iamToken', TOKEN]],
		['a user', ofUser, ['iamUser', 'account', 'user', 'pass word']],
		['a permanent key', ofKey, ['accessKey', 'AK', 'SK', undefined]],
		['white space for a token', { ...ofKey, securityToken: ' \n' }, ['accessKey', 'AK', 'SK', undefined]],
		['a temporary key', { ...ofKey, securityToken: 'ST' }, ['accessKey', 'AK', 'SK', 'ST']],
	])('with %s is read', (_name, fields, method) => {
		expect(revealed(read(fields))).toEqual(method);
	});

	test('shows no secret, however it is printed', () => {
		const secret = 'not-to-be-seen';
		for (const credential of [
			read({ iamToken: secret }),
			read({ ...USER_FIELDS, password: secret }),
			read({ ...KEY_FIELDS, secretAccessKey: secret, securityToken: secret }),
		]) {
			expect(JSON.stringify(credential)).not.toContain(secret);
			expect(inspect(credential, { depth: 10, showHidden: true })).not.toContain(secret);
			expect(Object.values(credential.method).map(String).join()).not.toContain(secret);
			// Something is seen, so that it doesn't count as missing.
			expect(JSON.stringify(credential.method)).toContain('"***"');
			expect(Object.values(credential.method).map(String)).toContain('***');
		}
	});

	test.each([
		'http://127.0.0.1:8080',
		'http://127.1.2.3',
		'http://127.100.20.255',
		'http://localhost:80',
		'http://[::1]:99',
		'https://10.0.0.1:8443',
	])('may have the endpoint %s', (liveEndpoint) => {
		expect(read({ liveEndpoint }).liveEndpoint).toBe(new URL(liveEndpoint).origin);
	});

	test.each([
		['live.example.com', /not a URL/],
		['not a url', /not a URL/],
		['ftp://live.example.com', /not a URL/],
		['file:///etc/passwd', /not a URL/],
		['shttps://live.example.com', /not a URL/],
		['httpsx://live.example.com', /not a URL/],
		['http://live.example.com', /not start with https/],
		['http://127.0.0.1.example.com', /not start with https/],
		['http://localhost.example.com', /not start with https/],
		['http://0.0.0.0', /not start with https/],
		['https://user:secret@live.example.com', /more than a host/],
		['https://user@live.example.com', /more than a host/],
		['https://:secret@live.example.com', /more than a host/],
		['https://live.example.com/v1', /more than a host/],
		['https://live.example.com?x=1', /more than a host/],
		['https://live.example.com#x', /more than a host/],
	])('may not have the endpoint %s', (endpoint, message) => {
		for (const field of ['liveEndpoint', 'iamEndpoint']) {
			const error = errorOf({ [field]: endpoint });
			expect(error).toMatchObject({
				name: 'CredentialError',
				category: 'endpoint',
				message: like(message),
				hint: like(/scheme and host/),
			});
			expect(error.message).toContain(field === 'liveEndpoint' ? 'Live Endpoint' : 'IAM Endpoint');
			expect(`${error.message} ${error.hint}`).not.toContain('secret');
		}
	});

	const key = { ...KEY_FIELDS, securityToken: 't' };
	const SECRETS = [
		['IAM Token', 'iamToken', {}],
		['Access Key ID', 'accessKeyId', key],
		['Secret Access Key', 'secretAccessKey', key],
		['Security Token', 'securityToken', key],
	] as const;
	const NAMES = [
		['Account Name', 'accountName', USER_FIELDS],
		['User Name', 'userName', USER_FIELDS],
		['Password', 'password', USER_FIELDS],
	] as const;
	type Mistake = [fields: Record<string, unknown>, category: string, message: RegExp, hint: RegExp];
	const noProject = (projectId: unknown, message: RegExp): Mistake => [
		...([{ projectId }, 'project', message, /My Credentials > API Credentials/] as const),
	];
	test.each<Mistake>([
		...['', '  ', undefined, 42].map((projectId) => noProject(projectId, /no project/)),
		...['a/../b', 'a?b', 'a b', 'プロジェクト', 'x'.repeat(65)].map((id) => noProject(id, /invalid/)),
		[{ authentication: 'magic' }, 'authentication', /does not support/, /choose an authentication method/],
		...[...SECRETS.slice(0, 3), ...NAMES].flatMap(([name, field, fields]) =>
			[' ', undefined].map((value): Mistake => [
				{ ...fields, [field]: value },
				'authentication',
				new RegExp(`no ${name}`),
				/fill in/,
			]),
		),
		...SECRETS.flatMap(([name, field, fields]) =>
			['two words', 'two\nlines', 'ä', 'aä', 'äa'].map((value): Mistake => [
				{ ...fields, [field]: value },
				'authentication',
				new RegExp(`The credential.s ${name} .*line breaks`),
				/Copy it again/,
			]),
		),
	])('with %j is rejected as a matter of: %s', (fields, category, message, hint) => {
		const error = errorOf(fields);
		expect(error).toMatchObject({ category, message: like(message), hint: like(hint) });
		expect(error.message).toMatch(/^The .+\.$/);
	});

	test('needs no region when both endpoints are set', () => {
		const both = { liveEndpoint: 'https://a.example.com', iamEndpoint: 'https://b.example.com' };
		expect(read({ region: '', ...both })).toMatchObject(both);
		expect(() => read({ region: 'CN North-Beijing4', ...both })).toThrow('not a region code');
	});
});

describe('a region', () => {
	test.each([
		['cn-north-4', 'live.cn-north-4.myhuaweicloud.com'],
		[' CN-East-3 ', 'live.cn-east-3.myhuaweicloud.com'],
		['eu-west-101', 'live.eu-west-101.myhuaweicloud.eu'],
		['eu-west-1', 'live.eu-west-1.myhuaweicloud.eu'],
		['eu-west-200', 'live.eu-west-200.myhuaweicloud.com'],
	])('%j picks the host %s', (region, host) => {
		expect(read({ region })).toMatchObject({
			liveEndpoint: `https://${host}`,
			iamEndpoint: `https://${host.replace('live', 'iam')}`,
		});
	});

	const NAMES = ['Beijing', 'CN North-Beijing4', 'cn-north', 'north-4'];
	test.each([...NAMES, 'evil.example.com', 'cn-north-4.evil', '4', ''])(
		'%j is rejected, with those where Live is known to be',
		(region) => {
			expect(errorOf({ region })).toMatchObject({
				message: expect.stringContaining('region'),
				hint: expect.stringContaining('ap-southeast-3'),
			});
		},
	);

	test('is not quoted: a key may have been pasted into the wrong field', () => {
		const { message, hint } = errorOf({ region: 'pasted-KEY' });
		expect(message).toMatch(/not a region code/);
		expect(message + hint).not.toMatch(/pasted-KEY/i);
	});
});

describe('a URL that may receive the credential', () => {
	const credential = read({ liveEndpoint: 'http://127.0.0.1:8080', iamEndpoint: 'https://iam.example.com' });
	const check = (url: string) => () => assertMayReceiveCredential(new URL(url), credential);

	test.each([
		'https://live.cn-north-4.myhuaweicloud.com/v1',
		'https://vod.eu-west-101.myhuaweicloud.eu',
		'https://rds.cn-north-4.myhuaweicloud.com:443/v3',
		'https://sfs-turbo.cn-north-4.myhuaweicloud.com',
		'https://apm2.cn-north-4.myhuaweicloud.com',
		'https://bss.myhuaweicloud.com/v2/orders',
		'https://LIVE.CN-NORTH-4.MYHUAWEICLOUD.COM',
		'http://127.0.0.1:8080/anything',
	])('%s', (url) => {
		expect(check(url)).not.toThrow();
	});

	test.each([
		// Hosts of customers.
		'https://bucket.obs.cn-north-4.myhuaweicloud.com',
		'https://obs.cn-north-4.myhuaweicloud.com/bucket/',
		'https://obs.myhuaweicloud.com/bucket/',
		'https://bucket.obs-website.cn-north-4.myhuaweicloud.com',
		'https://my.rds.myhuaweicloud.com',
		'https://id.internal.cn-north-4.mysql.rds.myhuaweicloud.com',
		// What customers run, and what passes headers on to it.
		...'asm cae cce cci cci2 cciv2 cloudide functiongraph ief servicestage swr-api ucs console console-intl apic apig apigw cse modelarts roma'
			.split(' ')
			.map((service) => `https://${service}.cn-north-4.myhuaweicloud.com`),
		'https://infer-modelarts-cn-north-4.myhuaweicloud.com',
		// Their responses hold new secrets.
		'https://iam.cn-north-4.myhuaweicloud.com/v3.0/OS-CREDENTIAL/securitytokens',
		'https://iam.myhuaweicloud.com/v3/auth/tokens',
		'https://sts.cn-north-4.myhuaweicloud.com',
		'https://live.cn-north-4.myhuaweicloud.com:8443',
		'https://.cn-north-4.myhuaweicloud.com',
		'https://example.com',
		'https://myhuaweicloud.com.example.com',
		'https://live.cn-north-4.myhuaweicloud.com.example.com',
		'blob:http://127.0.0.1:8080/anything',
		'https://myhuaweicloud.com',
		'https://live.myhuaweicloud.com@example.com',
		'https://live.myhuaweicloud.com.',
		'http://live.cn-north-4.myhuaweicloud.com',
		'http://127.0.0.1:8081',
		'https://127.0.0.1:8080',
		'ftp://live.cn-north-4.myhuaweicloud.com',
	])('not %s', (url) => {
		expect(errorFrom(check(url)).hint).toMatch(/^Use an https/);
	});
});
