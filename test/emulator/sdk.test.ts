import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient';
import { LogLevel } from '@huaweicloud/huaweicloud-sdk-core/logger';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Emulator } from '../../dev/emulator/emulator';
import type { AccessKey } from '../../dev/emulator/world';
import { runsOf } from '../support/properties';

/**
 * The official SDK, a client that is not ours, against the emulator: both were written from the same documentation. Our dev
 * dependency `uuid` is for the SDK alone, which requires it without declaring it.
 */

const PROJECT = { id: 'a'.repeat(32), name: 'cn-north-4' };
let emulator: Emulator;
let key: AccessKey;

beforeEach(async () => {
	emulator = await Emulator.start();
	key = emulator.world.addAccessKey(emulator.world.addUser({ projects: [PROJECT] }));
});

afterEach(async () => {
	await emulator.close();
});

interface SdkRequest {
	method: string;
	url: string;
	queryParams?: Record<string, unknown>;
	data?: Record<string, unknown>;
}

async function send(request: SdkRequest, secret = key.secret): Promise<{ status: number; json: unknown }> {
	const endpoints = [emulator.url];
	const nothing = () => undefined;
	const silent = {
		debug: nothing,
		info: nothing,
		warn: nothing,
		error: nothing,
		setLevel: nothing,
		getLevel: () => LogLevel.ERROR,
		setName: nothing,
	};
	const client = new HcClient(new DefaultHttpClient({ logger: silent }, endpoints))
		.withEndpoints(endpoints)
		.withCredential(new BasicCredentials().withAk(key.id).withSk(secret).withProjectId(PROJECT.id));
	try {
		const json = await client.sendRequest({
			contentType: 'application/json',
			pathParams: {},
			headers: {},
			queryParams: {},
			...request,
		});
		return { status: 200, json };
	} catch (error) {
		const { httpStatusCode, errorCode }: { httpStatusCode?: number; errorCode?: string } = Object(error);
		return { status: httpStatusCode ?? 0, json: { errorCode } };
	}
}

test('lists, deletes, and is told when a task does not exist', async () => {
	emulator.world.addTask(PROJECT.id, { task_id: 'a' });
	const url = `/v1/${PROJECT.id}/pull/stream/task`;
	expect((await send({ method: 'GET', url })).json).toMatchObject({ total: 1 });
	expect(
		(await send({ method: 'DELETE', url, queryParams: { task_id: 'a', region: 'cn-north-4' } })).json,
	).toMatchObject({ task_id: 'a' });
	expect(await send({ method: 'DELETE', url, queryParams: { task_id: 'a' } })).toEqual({
		status: 404,
		json: { errorCode: 'LIVE.100011001' },
	});
});

test('forbids a stream, finds it among the forbidden, and resumes it', async () => {
	const domain = 'push.example.com';
	emulator.world.pushStream(PROJECT.id, domain, 'live', '摄像机/1+1');
	const names = { domain, app_name: 'live', stream_name: '摄像机/1+1' };
	const url = `/v1/${PROJECT.id}/stream/blocks`;
	const online = {
		method: 'GET',
		url: `/v1/${PROJECT.id}/realtime/streams`,
		queryParams: { publish_domain: domain },
	};
	expect((await send(online)).json).toMatchObject({ total_num: 1, streams: [{ stream: '摄像机/1+1' }] });
	expect(await send({ method: 'POST', url, data: names })).toMatchObject({ status: 200 });
	expect((await send(online)).json).toMatchObject({ total_num: 0 });
	expect((await send({ method: 'GET', url, queryParams: names })).json).toMatchObject({ total: 1 });
	await send({ method: 'DELETE', url, queryParams: names });
	expect((await send({ method: 'GET', url, queryParams: { domain } })).json).toMatchObject({ total: 0 });
});

test('with a wrong key is rejected, and the key is locked after six times', async () => {
	const request = { method: 'GET', url: '/echo/x' };
	for (let time = 0; time < 6; time++) {
		expect(await send(request, 'wrong')).toMatchObject({ status: 401, json: { errorCode: 'APIGW.0301' } });
	}
	expect(await send(request)).toMatchObject({ status: 401 });
	key.lockedUntil = 0;
	expect(await send(request)).toMatchObject({ status: 200 });
});

test('lists the projects of its user, as a call to IAM that is signed with a project', async () => {
	const answer = await send({ method: 'GET', url: '/v3/auth/projects' });
	expect(answer).toMatchObject({ status: 200, json: { projects: [PROJECT] } });
	expect(emulator.calls[0]?.headers['x-project-id']).toBe(PROJECT.id);
});

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const segment = fc.string({
	unit: fc.constantFrom(...'abcXYZ019-_.~!*()@:,=+$&'),
	minLength: 1,
	maxLength: 10,
});
/** Names that the HTTP client of the SDK leaves out when it sends, though they were signed. */
const UNSENDABLE = new Set(['', '__proto__', 'prototype', 'constructor']);

const requests = fc.record({
	method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
	url: fc
		.array(
			segment.filter((one) => !/^\.+$/.test(one)),
			{ minLength: 1, maxLength: 4 },
		)
		.map((segments) => `/echo/${segments.join('/')}`),
	queryParams: fc.dictionary(
		text.filter((name) => !UNSENDABLE.has(name)),
		fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
		{ maxKeys: 5 },
	),
	data: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { minKeys: 1, maxKeys: 3 }), {
		nil: undefined,
	}),
});

test('is accepted with 200 generated requests', async () => {
	await fc.assert(
		fc.asyncProperty(requests, async (request) => {
			const { data, ...withoutData } = request;
			expect(await send(data ? request : withoutData)).toMatchObject({ status: 200 });
		}),
		runsOf(200),
	);
});
