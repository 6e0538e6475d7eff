import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sdkDate, sha256, sign, UNSIGNED_PAYLOAD } from '../../huawei-cloud/identity/signature';
import { runsOf } from '../support/properties';

interface Vector {
	name: string;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	body: string;
	accessKey: string;
	secretKey: string;
	signedHeaders: string;
	signature: string;
}

const vectors: Vector[] = JSON.parse(readFileSync(join(__dirname, 'signatureVectors.json'), 'utf8'));

test.each(vectors.map((vector) => [vector.name, vector] as const))('published: %s', (_name, vector) => {
	const authorization = sign(
		{
			method: vector.method,
			path: vector.path,
			query: Object.entries(vector.query),
			headers: vector.headers,
			payloadHash: sha256(vector.body),
		},
		{ accessKeyId: vector.accessKey, secretAccessKey: vector.secretKey },
	);
	expect(authorization).toBe(
		`SDK-HMAC-SHA256 Access=${vector.accessKey}, SignedHeaders=${vector.signedHeaders}, Signature=${vector.signature}`,
	);
});

const KEY = { accessKeyId: 'AK', secretAccessKey: 'SK' };

test('a header is signed without the white space around it, which is not sent', () => {
	const input = { method: 'GET', path: '/', query: [], payloadHash: '' };
	const signed = (value: string) => sign({ ...input, headers: { 'X-Sdk-Date': 'd', 'X-A': value } }, KEY);
	expect(signed(' a ')).toBe(signed('a'));
});

test('a body that can not be hashed is signed as such', () => {
	const input = {
		method: 'POST',
		path: '/',
		query: [],
		headers: { 'X-Sdk-Date': '20200608T023900Z', 'X-Sdk-Content-Sha256': UNSIGNED_PAYLOAD },
		payloadHash: UNSIGNED_PAYLOAD,
	};
	expect(sign(input, KEY)).toMatch(/SignedHeaders=x-sdk-content-sha256;x-sdk-date, /);
});

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
// The SDK takes paths as they are sent; url.parse, which it reads them with, escapes some characters by itself.
const segment = fc.string({
	unit: fc.constantFrom(...'abcXYZ019-_.~!*()@:,=+$&äß任务'),
	minLength: 1,
	maxLength: 10,
});
const request = fc.record({
	method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'),
	path: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
	query: fc.dictionary(
		text.filter((name) => name !== '' && name !== '__proto__'),
		fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
		{ maxKeys: 5 },
	),
	headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[a-zA-Z0-9/=;]{1,12}$/), {
		maxKeys: 3,
	}),
	body: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { minKeys: 1, maxKeys: 3 })),
	now: fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2040-01-01') }),
	secretAccessKey: fc.stringMatching(/^[A-Za-z0-9]{10,40}$/),
});

test('the official SDK produces the same signatures for 300 generated requests', () => {
	fc.assert(
		fc.property(request, ({ method, path, query, headers, body, now, secretAccessKey }) => {
			const host = 'live.cn-north-4.myhuaweicloud.com';
			const date = sdkDate(now);
			const theirs = AKSKSigner.sign(
				{
					method,
					endpoint: `https://${host}${path}`,
					queryParams: structuredClone(query),
					headers: { ...headers, 'content-type': 'application/json', 'X-Sdk-Date': date },
					data: body ?? undefined,
				},
				new BasicCredentials().withAk('AK').withSk(secretAccessKey),
			);
			const ours = sign(
				{
					method,
					path,
					query: Object.entries(query).flatMap(([name, value]) =>
						[value].flat().map((one) => [name, one] as const),
					),
					headers: { ...headers, host, 'Content-Type': 'application/json', 'x-sdk-date': date },
					payloadHash: sha256(body ? JSON.stringify(body) : ''),
				},
				{ accessKeyId: 'AK', secretAccessKey },
			);
			expect(ours).toBe(Reflect.get(theirs, 'Authorization'));
		}),
		runsOf(300),
	);
});
