import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';
import { ACTIONS, type Token, type User } from '../../dev/emulator/world';

/** The emulator by itself, called with fetch: it has to be what the documentation says, whatever our client thinks. */

const PROJECT = { id: 'a'.repeat(32), name: 'cn-north-4' };
let emulator: Emulator;
let user: User;
let token: Token;
let now: number;

async function start(options: EmulatorOptions = {}): Promise<void> {
	await emulator?.close();
	emulator = await Emulator.start({ now: () => now, ...options });
	user = emulator.world.addUser({ projects: [PROJECT] });
	token = emulator.world.addToken(user, PROJECT.id);
}

beforeEach(async () => {
	now = Date.parse('2026-01-01T00:00:00Z');
	await start();
});

afterEach(async () => {
	await emulator.close();
});

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
	const response = await fetch(emulator.url + path, {
		method,
		redirect: 'manual',
		headers: {
			'X-Auth-Token': token.value,
			'Content-Type': 'application/json',
			...headers,
		},
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const text = await response.text();
	const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
	return { status: response.status, headers: response.headers, text, json };
}

const TASKS = `/v1/${PROJECT.id}/pull/stream/task`;
const DAY_MS = 24 * 60 * 60 * 1000;
const illegal = { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' };

describe('deleting a task', () => {
	test('answers with its ID and a request ID, in body and header', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a' });
		const { status, json, headers } = await call('DELETE', `${TASKS}?task_id=a`);
		expect(status).toBe(200);
		expect(json).toEqual({ task_id: 'a', request_id: headers.get('x-request-id') });
		expect(emulator.world.tasksOf(PROJECT.id).size).toBe(0);
	});

	test('that does not exist, or no more, is answered 404 with the catch-all code', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a' });
		await call('DELETE', `${TASKS}?task_id=a`);
		expect(await call('DELETE', `${TASKS}?task_id=a`)).toMatchObject({ status: 404, json: illegal });
	});

	test.each([
		'',
		'?task_id=',
		`?task_id=${'x'.repeat(65)}`,
		'?task_id=a&region=',
		`?task_id=a&region=${'x'.repeat(65)}`,
	])('with the query %j is answered 400 with the same body as a 404', async (query) => {
		expect(await call('DELETE', TASKS + query)).toMatchObject({ status: 400, json: illegal });
	});

	test('of another region takes that region, though lists show it without', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a', region: 'cn-east-3' });
		for (const query of ['task_id=a', 'task_id=a&region=cn-north-4']) {
			expect(await call('DELETE', `${TASKS}?${query}`)).toMatchObject({ status: 404, json: illegal });
		}
		expect(await call('GET', `${TASKS}?task_id=a`)).toMatchObject({ status: 200 });
		expect(await call('DELETE', `${TASKS}?task_id=a&region=cn-east-3`)).toMatchObject({ status: 200 });
	});

	test('of another region can be told to need none', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a', region: 'cn-east-3' });
		emulator.deletes.withoutRegion = 'any';
		expect(await call('DELETE', `${TASKS}?task_id=a`)).toMatchObject({ status: 200 });
	});
});

describe('listing tasks', () => {
	test('pages, and tells the total', async () => {
		for (const id of ['a', 'b', 'c']) emulator.world.addTask(PROJECT.id, { task_id: id });
		expect((await call('GET', `${TASKS}?offset=1&limit=1`)).json).toMatchObject({
			task_infos: [{ task_id: 'b' }],
			total: 3,
		});
	});

	test('finds one by its ID, or answers 404', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a' });
		expect((await call('GET', `${TASKS}?task_id=a`)).json).toMatchObject({
			task_infos: [{ task_id: 'a' }],
			total: 1,
		});
		expect(await call('GET', `${TASKS}?task_id=b`)).toMatchObject({ status: 404, json: illegal });
	});

	test.each(['limit=0', 'limit=101', 'offset=-1', 'limit=x', 'offset=2147483648'])(
		'with %s is illegal',
		async (query) => {
			expect(await call('GET', `${TASKS}?${query}`)).toMatchObject({ status: 400, json: illegal });
		},
	);
});

describe('creating a task', () => {
	const body = {
		source_type: 'PullLivePushLive',
		source_urls: ['rtmp://pull.example.com/live/a'],
		destination_url: 'rtmp://push.example.com/live/a',
	};
	const vod = {
		...body,
		source_type: 'PullVodPushLive',
		source_urls: ['https://vod.example.com/1.mp4', 'https://vod.example.com/2.mp4'],
	};

	test.each([
		['a live relay', body],
		['looped files', vod],
		[
			'a target in parts',
			{ ...body, destination_url: undefined, domain: 'd', app_name: 'live', stream_name: 's' },
		],
		['a domain alone', { ...body, destination_url: '', domain: 'd' }],
		['a domain and an app', { ...body, destination_url: undefined, domain: 'd', app_name: 'live' }],
		['seven days', { ...body, start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-09T00:00:00Z' }],
		['times with milliseconds', { ...body, end_time: '2026-01-02T00:00:00.000Z' }],
		['a leap day', { ...body, start_time: '2028-02-29T00:00:00Z', end_time: '2028-03-01T00:00:00Z' }],
		['the largest number', { ...vod, vod_start_video_time: 2147483647 }],
		[
			'a backup for files',
			{ ...vod, backup_source_type: 'PullLivePushLive', backup_source_urls: ['rtmp://b'] },
		],
	])('accepts %s', async (_name, accepted) => {
		const { status, json } = await call('POST', TASKS, accepted);
		expect(status).toBe(200);
		expect(emulator.world.tasksOf(PROJECT.id).has(String(json.task_id))).toBe(true);
	});

	test.each([
		['no source type', { ...body, source_type: undefined }],
		['an unknown source type', { ...body, source_type: 'PullNothing' }],
		['two sources for live', { ...body, source_urls: ['rtmp://a', 'rtmp://b'] }],
		['no sources', { ...body, source_urls: [] }],
		['31 sources', { ...vod, source_urls: new Array(31).fill('https://vod.example.com/1.mp4') }],
		['a source that is too long', { ...body, source_urls: ['x'.repeat(2049)] }],
		['no target', { ...body, destination_url: undefined }],
		['both targets', { ...body, domain: 'd' }],
		['an app without a domain', { ...body, destination_url: undefined, app_name: 'live' }],
		[
			'an end before the start',
			{ ...body, start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-01T00:00:00Z' },
		],
		[
			'more than seven days',
			{ ...body, start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-09T00:00:01Z' },
		],
		[
			'an end that is not after now',
			{ ...body, start_time: '2025-12-31T00:00:00Z', end_time: '2026-01-01T00:00:00Z' },
		],
		['a time of another zone', { ...body, end_time: '2026-01-02T00:00:00+01:00' }],
		['a start on no day', { ...body, start_time: '2026-02-30T00:00:00Z' }],
		['an end on no day', { ...body, start_time: '2026-02-28T00:00:00Z', end_time: '2026-02-30T00:00:00Z' }],
		['an end at no time of day', { ...body, end_time: '2026-01-01T24:00:00Z' }],
		['a number that is too large', { ...vod, vod_start_video_time: 2147483648 }],
		['a number below zero', { ...vod, vod_start_video_time: -1 }],
		['an index beyond the list', { ...vod, vod_start_video_index: 2 }],
		['a backup for live', { ...body, backup_source_type: 'PullLivePushLive' }],
		['an unknown event', { ...body, callback_events: ['TaskNap'] }],
	])('rejects %s', async (_name, refused) => {
		expect(await call('POST', TASKS, refused)).toMatchObject({ status: 400, json: illegal });
		expect(emulator.world.tasksOf(PROJECT.id).size).toBe(0);
	});
});

describe('modifying a task', () => {
	test('pauses and enables looped files', async () => {
		const task = emulator.world.addTask(PROJECT.id, { task_id: 'a', source_type: 'PullVodPushLive' });
		expect(await call('PUT', TASKS, { task_id: 'a', status: 'pause' })).toMatchObject({ status: 200 });
		expect(task.status).toBe('suspend');
		await call('PUT', TASKS, { task_id: 'a', status: 'enable' });
		expect(task.status).toBe('running');
	});

	test('leaves a live relay as it is', async () => {
		const task = emulator.world.addTask(PROJECT.id, { task_id: 'a' });
		await call('PUT', TASKS, { task_id: 'a', status: 'pause' });
		expect(task.status).toBe('running');
	});

	test('accepts times that the task could have been created with', async () => {
		const task = emulator.world.addTask(PROJECT.id, { task_id: 'a', source_type: 'PullVodPushLive' });
		now += DAY_MS / 2;
		const times = { start_time: '2026-01-01T18:00:00Z', end_time: '2026-01-08T18:00:00.000Z' };
		expect(await call('PUT', TASKS, { task_id: 'a', ...times })).toMatchObject({ status: 200 });
		expect(task).toMatchObject(times);
	});

	test.each([
		['is over', { end_time: '2026-01-01T12:00:00Z' }],
		['is before a new start', { start_time: '2026-01-03T00:00:00Z', end_time: '2026-01-02T00:00:00Z' }],
		['is before a new start, and was before', { start_time: '2026-01-03T00:00:00Z' }],
		['is more than seven days after the start', { end_time: '2026-01-08T00:00:01Z' }],
		['is on no day', { end_time: '2026-02-30T00:00:00Z' }],
	])('rejects an end that %s', async (_name, times) => {
		const task = emulator.world.addTask(PROJECT.id, { task_id: 'a', source_type: 'PullVodPushLive' });
		const before = { ...task };
		now += DAY_MS / 2;
		expect(await call('PUT', TASKS, { task_id: 'a', ...times })).toMatchObject({
			status: 400,
			json: illegal,
		});
		expect(task).toEqual(before);
	});

	test.each([{}, { task_id: 'no-such-task' }, { task_id: 'a', status: 'stop' }])(
		'with %j is illegal',
		async (body) => {
			emulator.world.addTask(PROJECT.id, { task_id: 'a' });
			expect(await call('PUT', TASKS, body)).toMatchObject({ status: 400, json: illegal });
		},
	);
});

describe('the gateway', () => {
	test.each(['APIGW', 'APIG'] as const)(
		'answers what it does not know with its own 404 (%s)',
		async (gatewayPrefix) => {
			await start({ gatewayPrefix });
			expect(await call('GET', '/v2/nothing')).toMatchObject({
				status: 404,
				json: { error_code: `${gatewayPrefix}.0101` },
			});
		},
	);

	test('rejects a token that is missing, unknown or expired', async () => {
		expect(await call('GET', TASKS, undefined, { 'X-Auth-Token': '' })).toMatchObject({
			status: 401,
			json: { error_code: 'APIGW.0301' },
		});
		expect(await call('GET', TASKS, undefined, { 'X-Auth-Token': 'x' })).toMatchObject({
			status: 401,
			json: { error_code: 'APIGW.0301' },
		});
		now = token.expiresAt;
		expect(await call('GET', TASKS)).toMatchObject({ status: 401, json: { error_code: 'APIGW.0307' } });
	});

	test('rejects a token before it looks at the request', async () => {
		expect(await call('DELETE', TASKS, undefined, { 'X-Auth-Token': 'x' })).toMatchObject({ status: 401 });
	});

	test('throttles by rate', async () => {
		await start({ callsPerSecond: 2 });
		expect((await call('GET', TASKS)).status).toBe(200);
		expect((await call('GET', TASKS)).status).toBe(200);
		expect(await call('GET', TASKS)).toMatchObject({ status: 429, json: { error_code: 'APIGW.0308' } });
		now += 1000;
		expect((await call('GET', TASKS)).status).toBe(200);
	});
});

describe('Live', () => {
	test('rejects a token of another project with 401', async () => {
		expect(await call('GET', `/v1/${'b'.repeat(32)}/pull/stream/task`)).toMatchObject({
			status: 401,
			json: { error_code: 'LIVE.100011015' },
		});
	});

	test.each([
		['GET', ACTIONS.list],
		['DELETE', ACTIONS.delete],
		['POST', ACTIONS.create],
	])('rejects %s without the action %s, with 401', async (method, action) => {
		user.actions.delete(action);
		expect(await call(method, TASKS)).toMatchObject({ status: 401, json: { error_code: 'LIVE.100011003' } });
	});
});

describe('the media type', () => {
	const refused = {
		status: 400,
		json: { error_code: 'LIVE.100011012', error_msg: 'Unsupported media type' },
	};
	const types = ['', 'text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', 'json'];

	test.each(
		types.flatMap((type) => ['GET', 'DELETE', 'POST', 'PUT'].map((method) => [method, type] as const)),
	)('of %s may not be %j', async (method, type) => {
		const body = ['POST', 'PUT'].includes(method) ? {} : undefined;
		expect(await call(method, TASKS, body, { 'Content-Type': type })).toMatchObject(refused);
	});

	test('has to be given', async () => {
		const response = await fetch(emulator.url + TASKS, { headers: { 'X-Auth-Token': token.value } });
		expect({ status: response.status, json: await response.json() }).toMatchObject(refused);
	});

	test.each(['application/json;charset=UTF-8', 'Application/JSON ; charset=utf-8'])(
		'may be %s',
		async (type) => {
			emulator.world.addTask(PROJECT.id, { task_id: 'a' });
			for (const [method, query, body] of [
				['GET', '', undefined],
				['PUT', '', { task_id: 'a' }],
				['DELETE', '?task_id=a', undefined],
			] as const) {
				expect(await call(method, TASKS + query, body, { 'Content-Type': type })).toMatchObject({
					status: 200,
				});
			}
		},
	);

	test('is looked at after the authentication', async () => {
		const headers = { 'Content-Type': 'text/plain', 'X-Auth-Token': 'x' };
		expect(await call('GET', TASKS, undefined, headers)).toMatchObject({ status: 401 });
	});
});

describe('IAM', () => {
	const request = (change: { password?: string; projectId?: string } = {}) => ({
		auth: {
			identity: {
				methods: ['password'],
				password: {
					user: {
						name: user.userName,
						password: change.password ?? user.password,
						domain: { name: user.accountName },
					},
				},
			},
			scope: { project: { id: change.projectId ?? PROJECT.id } },
		},
	});

	test('gives a token for a project, valid for 24 hours', async () => {
		const { status, headers, json } = await call('POST', '/v3/auth/tokens?nocatalog=true', request());
		expect(status).toBe(201);
		expect(json).toMatchObject({ token: { expires_at: '2026-01-02T00:00:00.000000Z' } });
		const fetched = headers.get('x-subject-token') ?? '';
		expect(await call('GET', TASKS, undefined, { 'X-Auth-Token': fetched })).toMatchObject({ status: 200 });
	});

	test('rejects a wrong password, in its own error shape', async () => {
		expect(await call('POST', '/v3/auth/tokens', request({ password: 'wrong' }))).toMatchObject({
			status: 401,
			json: { error: { code: 401, message: 'The username or password is wrong.' } },
		});
	});

	test('does not know other projects', async () => {
		expect(await call('POST', '/v3/auth/tokens', request({ projectId: 'b'.repeat(32) }))).toMatchObject({
			status: 404,
		});
	});

	test('lists the projects of a token that is valid', async () => {
		expect((await call('GET', '/v3/auth/projects')).json).toMatchObject({ projects: [PROJECT] });
		now = token.expiresAt;
		expect(await call('GET', '/v3/auth/projects')).toMatchObject({ status: 401 });
	});
});

describe('faults', () => {
	test('happen as often as asked, to the calls they are for', async () => {
		emulator.faults.add({ method: 'DELETE', taskId: 'a', times: 2, mishap: { kind: 'answer', status: 503 } });
		const statusOf = async (query: string) => (await call('DELETE', `${TASKS}?task_id=${query}`)).status;
		expect([await statusOf('a'), await statusOf('b'), await statusOf('a'), await statusOf('a')]).toEqual([
			503, 404, 503, 404,
		]);
	});

	test('can strike after the call was carried out', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'a' });
		emulator.faults.add({ carriedOut: true, mishap: { kind: 'reset' } });
		await expect(call('DELETE', `${TASKS}?task_id=a`)).rejects.toThrow();
		expect(emulator.world.tasksOf(PROJECT.id).size).toBe(0);
	});

	test('can last until a moment, however many calls they meet', async () => {
		emulator.faults.add({ until: now + 1000, mishap: { kind: 'answer', status: 503 } });
		for (const wait of [0, 500, 499]) {
			now += wait;
			expect((await call('GET', TASKS)).status).toBe(503);
		}
		now += 1;
		expect((await call('GET', TASKS)).status).toBe(200);
	});

	test('are over when they have met enough calls, or when their time has come', async () => {
		const mishap = { kind: 'answer', status: 503 } as const;
		emulator.faults.add({ until: now + 1000, times: 1, mishap });
		expect([(await call('GET', TASKS)).status, (await call('GET', TASKS)).status]).toEqual([503, 200]);
		emulator.faults.add({ until: now + 1000, times: 1, mishap });
		now += 1000;
		expect((await call('GET', TASKS)).status).toBe(200);
	});

	test('can keep IAM away, and Live answers all the same', async () => {
		emulator.iamIsAway(1000);
		expect(await call('GET', '/v3/auth/projects')).toMatchObject({
			status: 503,
			json: { error: { code: 503 } },
		});
		expect((await call('POST', '/v3/auth/tokens', {})).status).toBe(503);
		expect((await call('GET', TASKS)).status).toBe(200);
		now += 1000;
		expect((await call('GET', '/v3/auth/projects')).status).toBe(200);
		emulator.iamIsAway(1000, { kind: 'reset' });
		await expect(call('GET', '/v3/auth/projects')).rejects.toThrow();
	});

	test('can be set over HTTP, and calls and tasks be seen, without the tokens', async () => {
		const fault = { times: 1, mishap: { kind: 'answer', status: 418, body: { a: 1 } } };
		expect(await call('POST', '/emulator/faults', fault)).toMatchObject({ status: 200 });
		expect(await call('GET', TASKS)).toMatchObject({ status: 418, json: { a: 1 } });
		await call('POST', `/emulator/tasks/${PROJECT.id}`, { task_id: 'new' });
		expect((await call('GET', '/emulator/tasks')).text).toContain('"task_id":"new"');
		const calls = await call('GET', '/emulator/calls');
		expect(calls.text).toContain(TASKS);
		expect(calls.text).not.toContain(token.value);
	});
});
