import { parse } from 'node:url';

import { describe, expect } from '@jest/globals';
import fc from 'fast-check';

import { encodeQuery, encodeRfc3986 } from '../../huawei-cloud/http/http';
import { isObject } from '../../huawei-cloud/http/response';
import {
	assertMayReceiveCredential,
	CredentialError,
	isLoopback,
	readCredential,
} from '../../huawei-cloud/identity/credential';
import { canonicalPath, canonicalQuery, sha256, sign } from '../../huawei-cloud/identity/signature';
import { CALLS } from '../../huawei-cloud/live/calls';
import { InputError } from '../../nodes/shared/inputError';
import { toListedItem } from '../../nodes/HuaweiCloudLive/output/items';
import { apiTime, readTime } from '../../nodes/shared/readers';
import { isBefore } from '../../nodes/shared/filters';
import { readResumeTime } from '../../nodes/HuaweiCloudLive/operations/stream/forbid';
import { scriptedClient, SETTINGS, TOKEN } from '../support/clients';
import { nearby } from '../support/nearby';
import { anyCharacter, testProperty, weighted } from '../support/properties';
import { urls } from './urlGrammar';

/** Text from outside, plausible and implausible, and every parser that it reaches. */

const RUNS = 500;
const NOW = Date.parse('2026-01-01T00:00:00Z');

/** The result of a function; undefined if it throws the error that it may throw. */
function orRejected<Result>(mayThrow: abstract new (...args: never[]) => Error, work: () => Result) {
	try {
		return work();
	} catch (error) {
		if (!(error instanceof mayThrow)) throw error;
		return undefined;
	}
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Any JSON text that is near these, and any JSON at all. */
const bodies = (...seeds: string[]) => weighted([4, nearby(seeds, [TOKEN])], [1, fc.json()]);

describe('a response', () => {
	const statuses = fc.oneof(
		fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 406, 429, 500, 502, 503, 504),
		fc.integer({ min: 200, max: 999 }),
	);
	const responses = bodies(
		'{"task_id":"task-1","request_id":"r"}',
		'{"error_code":"LIVE.100011001","error_msg":"Request Illegal","request_id":"r"}',
		`{"error_code":"LIVE.103011019","error_msg":"${TOKEN} is wrong"}`,
		`{"error":{"code":401,"message":"The token ${TOKEN}","title":"Unauthorized"}}`,
		'{"code":"APIGW.0308","message":"throttled","errorCode":1,"errorMsg":"x","errors":[]}',
		'{"task_infos":[{"task_id":"task-1"}],"total":1,"request_id":"r"}',
		'',
		'<html>portal</html>',
	);

	testProperty(
		'to a deletion is Success or Not Found only if the service says so, and quotes no secret',
		RUNS,
		fc.asyncProperty(
			statuses,
			responses,
			fc.string({ unit: anyCharacter }),
			async (status, body, requestId) => {
				const headers = { 'x-request-id': requestId };
				const outcome = await scriptedClient([{ status, body, headers }]).deleteTask({ maxRetries: 0 });
				const json = jsonOf(body);
				const isOurs =
					isObject(json) &&
					(json.task_id === 'task-1' || json.request_id !== undefined) &&
					json.task_infos === undefined;
				if (outcome.kind === 'success') expect({ status, body, isOurs }).toMatchObject({ isOurs: true });
				if (outcome.kind === 'success') expect([status >= 200, status < 300]).toEqual([true, true]);
				if (outcome.kind === 'notFound') {
					expect(isObject(json) && (status >= 400 || body.includes('LIVE.103011019'))).toBe(true);
				}
				expect(JSON.stringify(outcome)).not.toContain(TOKEN);
			},
		),
		[
			[404, '<html>portal</html>', ''],
			[200, '[]', ''],
			[200, '{"task_id":"other"}', TOKEN],
		],
	);
});

describe('a page', () => {
	const SEEDS = [
		'{"total":1,"task_infos":[{"task_id":"a","status":"running","__proto__":{"deleted":true},"constructor":1}]}',
		'{"total":2,"task_infos":[{"task_id":12},{"id":"b"},null],"request_id":"r"}',
		'{"total":0,"request_id":"r"}',
		'{"total":1,"domain_info":[{"domain":"d","domain_type":"push"}]}',
		'{"total_num":"1","streams":[{"app":"live","stream":"s","publish_domain":"d","outcome":"x"}],"offset":0}',
		'{"total":1,"blocks":[{"app_name":"live","stream_name":"s","resume_time":"2026-01-01T00:00:00Z"}]}',
		'{"error":{"code":"x"},"task_infos":[]}',
	];
	const settings = { ...SETTINGS, maxRetries: 0 };
	const filter = { domain: 'd', app_name: 'live', stream_name: undefined };

	/** An item has the fields as they were sent, and is an object like any other, whatever they are called. */
	const checkItem = (entry: Readonly<Record<string, unknown>>) => {
		const item = toListedItem(entry);
		const { outcome, ...fields } = item;
		const { outcome: _theirs, ...sent } = entry;
		expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
		expect([outcome, JSON.stringify(fields)]).toEqual(['success', JSON.stringify(sent)]);
	};

	testProperty(
		'of tasks lists nothing without an ID',
		RUNS,
		fc.asyncProperty(bodies(...SEEDS), async (body) => {
			const { live, relayTasks } = scriptedClient([{ status: 200, body }]);
			const tasks = await live.perform(CALLS.listTasks, {}, settings);
			if (tasks.kind === 'success') {
				for (const { task_id } of tasks.value.entries) expect(typeof task_id).toBe('string');
				tasks.value.entries.forEach(checkItem);
			}
			const found = await relayTasks.get({ taskId: 'a', region: undefined }, settings);
			if (found.kind === 'success') expect(found.entry.task_id.toLowerCase()).toBe('a');
		}),
		SEEDS.map((seed) => [seed]),
	);

	testProperty(
		'of streams lists what was asked for, each once',
		RUNS,
		fc.asyncProperty(bodies(...SEEDS), fc.boolean(), async (body, online) => {
			const { streams } = scriptedClient([{ status: 200, body }]);
			const listed = await (online
				? streams.listOnline(filter, undefined, settings)
				: streams.listForbidden(filter, undefined, settings));
			if (listed.kind !== 'success') return;
			const names = listed.entries.map(({ domain, app_name, stream_name }) =>
				JSON.stringify([domain, app_name, stream_name]),
			);
			expect(listed.entries.filter(({ app_name }) => app_name !== 'live')).toEqual([]);
			expect(new Set(names).size).toBe(names.length);
			listed.entries.forEach(checkItem);
		}),
		SEEDS.flatMap((seed): Array<[string, boolean]> => [
			[seed, true],
			[seed, false],
		]),
	);
});

describe('a time', () => {
	const API_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
	/** As if the workflow were in Shanghai. */
	const localTime = (text: string): number => Date.parse(`${text}+08:00`);
	const SEEDS = [
		'2026-01-31T18:00:00Z',
		'2026-02-28 18:00',
		'2026-01-31T18:00:00.123+08:00',
		'2024-02-29T23:59:59-1130',
		'0001-01-01T00:00:00Z',
		'0000-01-01T00:00+23:59',
		'0096-02-29T00:00:00Z',
		'9999-12-31T23:59:59-10:00',
	];

	testProperty(
		'that was read can be sent, and is read as the same',
		RUNS,
		fc.asyncProperty(nearby(SEEDS), async (text) => {
			const time = orRejected(InputError, () => readTime('Start Time', text, localTime));
			if (time !== undefined) {
				expect(apiTime(time)).toMatch(API_TIME);
				expect(readTime('Start Time', apiTime(time), localTime)).toBe(Math.floor(time / 1000) * 1000);
			}
			const resume = orRejected(InputError, () =>
				readResumeTime({ resumeTime: readTime('Resume Time', text, localTime) }, NOW),
			);
			if (resume !== undefined)
				expect([API_TIME.test(resume), Date.parse(resume) >= NOW]).toEqual([true, true]);
			if (isBefore(text, Infinity)) expect(new Date(text).getTime()).not.toBeNaN();
		}),
		SEEDS.map((seed) => [seed]),
	);
});

/** An API host that may get a credential which does not name it. */
const API_HOST = /^(?!obs|iam|sts)[a-z0-9-]+(\.[a-z]{2}-[a-z]+-\d+)?\.myhuaweicloud\.(com|eu)$/;

describe('the fields of a credential', () => {
	const endpoints = nearby(['', 'https://gateway.example.com', 'http://127.0.0.1:8080', 'http://[::1]:1']);
	const names = nearby(['user', 'AKID', '']);
	const fields = fc.record({
		authentication: fc.oneof(fc.constantFrom('iamToken', 'iamUser', 'accessKey'), fc.string()),
		region: nearby(['cn-north-4', 'eu-west-101', ' cn-north-1 ']),
		projectId: nearby(['p', 'p_1', 'p-1']),
		...{ liveEndpoint: endpoints, iamEndpoint: endpoints, accountName: names, userName: names },
		...{ accessKeyId: names, securityToken: names },
	});
	const MARK = 'QZsecretZQ';
	const secrets = nearby(['MIIsecretToken', 'pass wörd', 'pass\ud800word']).map(
		(secret) => `${secret}/${MARK}`,
	);
	const targets = fc.oneof(
		nearby([
			'https://live.cn-north-4.myhuaweicloud.com/v1',
			'https://gateway.example.com/',
			'https://bucket.obs.cn-north-4.myhuaweicloud.com',
			'https://iam.myhuaweicloud.com',
			'blob:https://gateway.example.com/',
		]),
		urls({
			allowed: ['gateway.example.com', 'vod.myhuaweicloud.com', 'live.eu-west-101.myhuaweicloud.eu'],
			hostile: ['evil.example.com', '169.254.169.254', 'obs.cn-north-4.myhuaweicloud.com'],
		}),
	);

	testProperty(
		'give safe endpoints, and a secret to API hosts alone; no error tells it',
		RUNS,
		fc.asyncProperty(fields, secrets, targets, async (given, secret, url) => {
			const all = { ...given, iamToken: secret, password: secret, secretAccessKey: secret };
			try {
				const credential = readCredential(all);
				expect(credential.projectId).toMatch(/^[\w-]{1,64}$/);
				for (const endpoint of [credential.liveEndpoint, credential.iamEndpoint]) {
					const { origin, protocol, hostname } = new URL(endpoint);
					expect(origin).toBe(endpoint);
					expect(protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))).toBe(true);
				}
				if (!URL.canParse(url)) return;
				const target = new URL(url);
				assertMayReceiveCredential(target, credential);
				// Those who send the request read the same host: axios as `URL` does, others with the parser before it.
				const { protocol, host } = target;
				expect(parse(target.href)).toMatchObject({ protocol, host });
				if (target.origin === credential.liveEndpoint) return;
				expect([target.protocol, target.port]).toEqual(['https:', '']);
				expect(target.hostname).toMatch(API_HOST);
			} catch (error) {
				if (!(error instanceof CredentialError)) throw error;
				expect(`${error.message} ${error.hint}`).not.toContain(MARK);
			}
		}),
	);
});

describe('a path and a query', () => {
	const ENCODED = /^([A-Za-z0-9_.~-]|%[0-9A-F]{2})*$/;
	const KEY = { accessKeyId: 'AK', secretAccessKey: 'SK' };
	// Half a character is rejected where it comes in.
	const texts = nearby(['/v1/a b/100%/%2F', "/v1/!'()*", '%41', '+ &=', '/任务/', '//', '']).map((text) =>
		text.replace(/\p{Cs}/gu, '?'),
	);

	testProperty(
		'say what was given once they are encoded, in any order, under the same signature',
		RUNS,
		fc.asyncProperty(texts, texts, texts, async (path, name, value) => {
			const encoded = encodeRfc3986(value);
			expect([ENCODED.test(encoded), decodeURIComponent(encoded)]).toEqual([true, value]);
			const canonical = canonicalPath(path);
			for (const segment of canonical.split('/')) expect(segment).toMatch(ENCODED);
			expect(canonical.split('/')).toHaveLength(path.split('/').length);

			const pairs = [
				[name, value],
				[value, name],
				[name, path],
			] as const;
			const reversed = [...pairs].reverse();
			const query = canonicalQuery(pairs);
			const sorted = (list: Iterable<readonly [string, string]>) => [...list].map(String).sort();
			expect(canonicalQuery(reversed)).toBe(query);
			expect(sorted(new URLSearchParams(query))).toEqual(sorted(pairs));
			expect(sorted(new URLSearchParams(encodeQuery(pairs)))).toEqual(
				sorted(pairs.filter(([, given]) => given !== '')),
			);
			const input = {
				method: 'get',
				headers: { 'X-Sdk-Date': '20260101T000000Z' },
				payloadHash: sha256(value),
			};
			const signature = sign({ ...input, path, query: pairs }, KEY);
			expect(signature).toMatch(
				/^SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=[0-9a-f]{64}$/,
			);
			if (canonicalPath(canonical) === canonical) {
				expect(sign({ ...input, path: canonical, query: reversed }, KEY)).toBe(signature);
			}
		}),
	);
});
