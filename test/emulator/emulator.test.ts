import { describe, expect, test } from '@jest/globals';

import { call, eachOnEmulator, emulator, pass, PROJECT, TASKS, token } from '../support/emulatedService';

/**
 * The emulator by itself, called with fetch: it has to be what the documentation says, whatever our client thinks. What the
 * conformance suite asks, and what the tests in the engine lean on in every line, is not asked again here.
 */

eachOnEmulator();

const DAY_MS = 24 * 60 * 60 * 1000;
const illegal = { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' };

test('deleting a task of another region takes that region, though lists show it without, unless told otherwise', async () => {
	const add = () => emulator.world.addTask(PROJECT.id, { task_id: 'a', region: 'cn-east-3' });
	add();
	for (const query of ['task_id=a', 'task_id=a&region=cn-north-4']) {
		expect(await call('DELETE', `${TASKS}?${query}`)).toMatchObject({ status: 404, json: illegal });
	}
	expect(await call('GET', `${TASKS}?task_id=a`)).toMatchObject({ status: 200 });
	expect(await call('DELETE', `${TASKS}?task_id=a&region=cn-east-3`)).toMatchObject({ status: 200 });
	add();
	emulator.deletes.withoutRegion = 'any';
	expect(await call('DELETE', `${TASKS}?task_id=a`)).toMatchObject({ status: 200 });
});

const LIVE = {
	source_type: 'PullLivePushLive',
	source_urls: ['rtmp://pull.example.com/live/a'],
	destination_url: 'rtmp://push.example.com/live/a',
};

describe('creating a task', () => {
	const vod = {
		...LIVE,
		source_type: 'PullVodPushLive',
		source_urls: ['https://vod.example.com/1.mp4', 'https://vod.example.com/2.mp4'],
	};
	const withoutUrl = { ...LIVE, destination_url: undefined };

	test.each([
		['a live relay', LIVE],
		['a target in parts', { ...withoutUrl, domain: 'd', app_name: 'live', stream_name: 's' }],
		['a domain alone', { ...LIVE, destination_url: '', domain: 'd' }],
		['seven days', { ...LIVE, start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-09T00:00:00Z' }],
		['a leap day', { ...LIVE, start_time: '2028-02-29T00:00:00Z', end_time: '2028-03-01T00:00:00.000Z' }],
		['the largest number', { ...vod, vod_start_video_time: 2147483647 }],
		['a backup', { ...vod, backup_source_type: 'PullLivePushLive', backup_source_urls: ['rtmp://b'] }],
	])('accepts %s', async (_name, accepted) => {
		const { status, json } = await call('POST', TASKS, accepted);
		expect(status).toBe(200);
		expect(emulator.world.tasksOf(PROJECT.id).has(String(json.task_id))).toBe(true);
	});

	test.each([
		['no target', withoutUrl],
		['an app without a domain', { ...withoutUrl, app_name: 'live' }],
		['over seven days', { ...LIVE, start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-09T00:00:01Z' }],
		['an end now', { ...LIVE, start_time: '2025-12-31T00:00:00Z', end_time: '2026-01-01T00:00:00Z' }],
		['a time of another zone', { ...LIVE, end_time: '2026-01-02T00:00:00+01:00' }],
		['a start on no day', { ...LIVE, start_time: '2026-02-30T00:00:00Z' }],
		['an end on no day', { ...LIVE, start_time: '2026-02-28T00:00:00Z', end_time: '2026-02-30T00:00:00Z' }],
		['an end at no time of day', { ...LIVE, end_time: '2026-01-01T24:00:00Z' }],
		['a number that is too large', { ...vod, vod_start_video_time: 2147483648 }],
		['an index beyond the list', { ...vod, vod_start_video_index: 2 }],
		['a backup for live', { ...LIVE, backup_source_type: 'PullLivePushLive' }],
	])('rejects %s', async (_name, refused) => {
		expect(await call('POST', TASKS, refused)).toMatchObject({ status: 400, json: illegal });
		expect(emulator.world.tasksOf(PROJECT.id).size).toBe(0);
	});
});

describe('modifying a task', () => {
	test('pauses and enables looped files, and leaves a live relay as it is', async () => {
		const files = emulator.world.addTask(PROJECT.id, { task_id: 'a', source_type: 'PullVodPushLive' });
		const live = emulator.world.addTask(PROJECT.id, { task_id: 'b' });
		for (const task_id of ['a', 'b']) await call('PUT', TASKS, { task_id, status: 'pause' });
		expect([files.status, live.status]).toEqual(['suspend', 'running']);
		await call('PUT', TASKS, { task_id: 'a', status: 'enable' });
		expect(files.status).toBe('running');
	});

	test('rejects an end that is over, before a new start, over seven days after the start, or on no day', async () => {
		const task = emulator.world.addTask(PROJECT.id, { task_id: 'a', source_type: 'PullVodPushLive' });
		const before = { ...task };
		pass(DAY_MS / 2);
		for (const times of [
			{ end_time: '2026-01-01T12:00:00Z' },
			{ start_time: '2026-01-03T00:00:00Z' },
			{ end_time: '2026-01-08T00:00:01Z' },
			{ end_time: '2026-02-30T00:00:00Z' },
		]) {
			expect(await call('PUT', TASKS, { task_id: 'a', ...times })).toMatchObject({ status: 400 });
		}
		expect(task).toEqual(before);
	});
});

test('a field that the documentation does not list is rejected, in a query and in a body', async () => {
	emulator.world.addTask(PROJECT.id, { task_id: 'a' });
	for (const [method, path, body] of [
		['GET', `${TASKS}?tasks=a`],
		['DELETE', `${TASKS}?task_id=a&tasks=a`],
		['PUT', TASKS, { task_id: 'a', region: 'cn-north-4' }],
		['POST', TASKS, { ...LIVE, tasks: 'a' }],
		['GET', `/v1/${PROJECT.id}/domain?tasks=a`],
	] as const) {
		expect(await call(method, path, body)).toMatchObject({ status: 400, json: illegal });
	}
	expect([...emulator.world.tasksOf(PROJECT.id).keys()]).toEqual(['a']);
});

test('a token that is unknown or expired is rejected before the gateway looks at the request', async () => {
	const statusOf = async (headers?: Record<string, string>) =>
		await call('DELETE', TASKS, undefined, headers);
	const wrong = { 'X-Auth-Token': 'x', 'Content-Type': 'text/plain' };
	expect(await statusOf(wrong)).toMatchObject({ status: 401, json: { error_code: 'APIGW.0301' } });
	pass(DAY_MS);
	expect(await statusOf()).toMatchObject({ status: 401, json: { error_code: 'APIGW.0307' } });
});

test('the media type is JSON, in any spelling', async () => {
	const calls: Array<[method: string, query: string, body?: unknown]> = [
		['GET', ''],
		['PUT', '', { task_id: 'a' }],
		['DELETE', '?task_id=a'],
	];
	for (const [status, ...types] of [
		[400, '', 'text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', 'json'],
		[200, 'application/json;charset=UTF-8', 'Application/JSON ; charset=utf-8'],
	] as const) {
		for (const type of types) {
			emulator.world.addTask(PROJECT.id, { task_id: 'a' });
			for (const [method, query, body] of calls) {
				const response = await call(method, TASKS + query, body, { 'Content-Type': type });
				expect([type, method, response.status]).toEqual([type, method, status]);
			}
		}
	}
});

test('faults and tasks can be added over HTTP, and calls be seen, without the tokens', async () => {
	const fault = { times: 1, mishap: { kind: 'answer', status: 418, body: { a: 1 } } };
	expect(await call('POST', '/emulator/faults', fault)).toMatchObject({ status: 200 });
	expect(await call('GET', TASKS)).toMatchObject({ status: 418, json: { a: 1 } });
	await call('POST', `/emulator/tasks/${PROJECT.id}`, { task_id: 'new' });
	expect(emulator.world.tasksOf(PROJECT.id).has('new')).toBe(true);
	const calls = await call('GET', '/emulator/calls');
	expect(calls.text).toContain(TASKS);
	expect(calls.text).not.toContain(token.value);
});

test('lists can be distorted over HTTP, and set back', async () => {
	for (const id of ['a', 'b', 'c']) emulator.world.addTask(PROJECT.id, { task_id: id });
	const settings = { mostPerPage: 1, total: 'page' };
	expect((await call('PUT', '/emulator/lists', settings)).json).toEqual(settings);
	expect((await call('GET', TASKS)).json).toMatchObject({ task_infos: [{ task_id: 'a' }], total: 1 });
	for (const mistake of [{ total: 'some' }, { mostPerPages: 1 }, { mostPerPage: -1 }]) {
		expect((await call('PUT', '/emulator/lists', mistake)).status).toBe(400);
	}
	expect(emulator.lists).toEqual(settings);
	await call('PUT', '/emulator/lists', {});
	expect((await call('GET', TASKS)).json).toMatchObject({ total: 3 });
});

test('task IDs of digits can be numbers, to the last digit', async () => {
	emulator.lists.numericIds = true;
	for (const id of ['7', '0', '12345678901234567890', '007', '1a', 'a']) {
		emulator.world.addTask(PROJECT.id, { task_id: id, stream_name: '"task_id":"8"' });
	}
	const { text, json } = await call('GET', TASKS);
	const ids = [...text.matchAll(/"task_id":([^,]+),/g)].map(([, id]) => id);
	expect(ids.join(' ')).toBe('7 0 12345678901234567890 "007" "1a" "a"');
	const [first]: unknown[] = Object(json.task_infos);
	expect(first).toMatchObject({ task_id: 7, stream_name: '"task_id":"8"' });
	expect((await call('GET', `${TASKS}?task_id=7`)).text).toContain('"task_id":7,');
	expect((await call('DELETE', `${TASKS}?task_id=7`)).text).toContain('"task_id":"7"');
});
