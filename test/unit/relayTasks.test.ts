import { describe, expect, test } from '@jest/globals';

import { encodeQuery } from '../../huawei-cloud/http/http';
import { readNewTask, readTaskChanges } from '../../nodes/HuaweiCloudLive/input/relayTask';
import { readTaskRegion } from '../../nodes/HuaweiCloudLive/input/taskRegion';
import { readTaskId } from '../../nodes/shared/taskId';
import { FakeClock } from '../support/fakeClock';
import { PROJECT_ID, scriptedClient, SETTINGS, TOKEN } from '../support/clients';

const CHANGES = readTaskChanges({ status: 'pause' }, 0, () => 0);

describe('the request that deletes a task', () => {
	const requestFor = async (taskId: string, region?: string) => {
		const { relayTasks, transport } = scriptedClient([{ status: 200, body: { request_id: 'r-1' } }]);
		await relayTasks.delete({ taskId, region }, SETTINGS);
		return transport.requests[0];
	};

	test('is the one that is documented', async () => {
		expect(await requestFor('9a5f8b1c-6d2e-4f70', 'cn-east-3')).toEqual({
			method: 'DELETE',
			origin: 'https://live.cn-north-4.myhuaweicloud.com',
			path: `/v1/${PROJECT_ID}/pull/stream/task?region=cn-east-3&task_id=9a5f8b1c-6d2e-4f70`,
			headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Auth-Token': TOKEN },
			onNewConnection: false,
			maxResponseBytes: 1024 * 1024,
		});
	});

	test('leaves out a region that is not given', async () => {
		expect((await requestFor('t'))?.path).toBe(`/v1/${PROJECT_ID}/pull/stream/task?task_id=t`);
	});

	test.each([
		'a b',
		'a/b',
		'a&b=c',
		'a+b',
		'100%',
		'%41',
		'a#b',
		'?',
		"a'b(c)*d!",
		'Aufgabe-äöü',
		'任务',
		'🎥',
	])('carries the task ID %j whole', async (taskId) => {
		const path = (await requestFor(taskId))?.path ?? '';
		const url = new URL(path, 'https://example.com');
		expect([...url.searchParams]).toEqual([['task_id', taskId]]);
		expect(path).toMatch(/^[\w/?=&%.~-]+$/);
	});
});

test('the request that creates a task travels on a new connection, since it may not be repeated', async () => {
	const { relayTasks, transport } = scriptedClient([{ status: 200, body: { task_id: 'a' } }]);
	const input = {
		sourceType: 'PullLivePushLive',
		sourceUrls: 'rtmp://a',
		region: '',
		destination: 'url',
		destinationUrl: 'rtmp://b',
		domain: '',
		appName: '',
		streamName: '',
		additionalFields: {},
	};
	await relayTasks.create(
		readNewTask(input, 0, () => 0),
		SETTINGS,
	);
	await relayTasks.delete({ taskId: 'a', region: undefined }, SETTINGS);
	expect(transport.requests.map(({ onNewConnection }) => onNewConnection)).toEqual([true, false]);
});

test('a query is encoded as RFC 3986 says, with %20 for a space', () => {
	expect(encodeQuery([['a', "~-_. *'()!+"]])).toBe('?a=~-_.%20%2A%27%28%29%21%2B');
	expect(
		encodeQuery([
			['a', undefined],
			['b', ''],
		]),
	).toBe('');
});

describe('a task ID', () => {
	test.each([
		['text', 'task-1', 'task-1'],
		['a number', 42, '42'],
		['zero', 0, '0'],
		['the largest exact number', 9007199254740991, '9007199254740991'],
		['text with white space around it', ' \t task-1\n', 'task-1'],
		['white space within', 'a b', 'a b'],
		['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
		['64 characters beyond the basic plane', '🎥'.repeat(64), '🎥'.repeat(64)],
	])('can be %s', (_name, value, taskId) => {
		expect(readTaskId(value)).toBe(taskId);
	});

	test.each([
		['empty', '', /empty/],
		['blank', ' \n\t ', /empty/],
		['missing', undefined, /empty/],
		['null', null, /empty/],
		['longer than 64 characters', 'x'.repeat(65), /64 characters/],
		['a boolean', true, /neither text nor a number/],
		['a list', ['task-1'], /neither text nor a number/],
		['an object', { id: 'task-1' }, /neither text nor a number/],
		['a number that has lost digits', 2 ** 60, /number/],
		['not a number', Number.NaN, /number/],
		['a fraction', 1.5, /number/],
		['half of a character', 'a\ud83c', /broken character/],
		['with a character that cannot be seen', 'task-1\u200b', /cannot be seen/],
		['two, one on each line', 'task-1\ntask-2', /line break/],
	])('can not be %s', (_name, value, message) => {
		expect(() => readTaskId(value)).toThrow(message);
	});
});

describe('the region of a task', () => {
	test.each([
		['cn-north-4', 'cn-north-4'],
		[' cn-north-4 ', 'cn-north-4'],
		['', undefined],
		['  ', undefined],
		[undefined, undefined],
	])('%j is read as %j', (value, region) => {
		expect(readTaskRegion(value)).toBe(region);
	});

	test.each([[42], [null], [{}], ['x'.repeat(65)], ['\ud83c']])('%j is refused', (value) => {
		expect(() => readTaskRegion(value)).toThrow(/Region/);
	});
});

describe('a list that the service says does not exist', () => {
	const GONE = { status: 404, body: { error_code: 'LIVE.103011019', error_msg: 'none', request_id: 'r' } };

	test('may be empty, but is not taken to be whole', async () => {
		const { relayTasks } = scriptedClient([GONE]);
		const all = { taskId: undefined, region: undefined, matches: undefined };
		expect(await relayTasks.list(all, undefined, SETTINGS)).toMatchObject({
			kind: 'success',
			entries: [],
			isComplete: false,
		});
	});

	test('does not take back what it listed before', async () => {
		const tasks = Array.from({ length: 100 }, (_, index) => ({ task_id: `task-${index}` }));
		const page = { status: 200, body: { task_infos: tasks, total: 150, request_id: 'r' } };
		const { relayTasks } = scriptedClient([page, GONE]);
		const all = { taskId: undefined, region: undefined, matches: undefined };
		const outcome = await relayTasks.list(all, undefined, SETTINGS);
		expect(outcome).toMatchObject({ kind: 'success', isComplete: false });
		expect(outcome.kind === 'success' && outcome.entries).toHaveLength(100);
	});
});

test('a list whose total falls while it is read may be incomplete: an entry may have moved to a page that was read before', async () => {
	const page = (total: number, first: number, length: number) => {
		const task_infos = Array.from({ length }, (_, index) => ({ task_id: `task-${first + index}` }));
		return { status: 200, body: { task_infos, total, request_id: 'r' } };
	};
	// Between the first two pages, task-0 is deleted and task-149 moves to the front.
	const { relayTasks } = scriptedClient([page(150, 0, 100), page(149, 99, 50), page(149, 148, 1)]);
	const outcome = await relayTasks.list({ taskId: undefined, region: undefined }, undefined, SETTINGS);
	expect(outcome).toMatchObject({ kind: 'success', isComplete: false });
});

describe('a look-up that contradicts itself', () => {
	const list = (body: object) => ({ status: 200, body: { request_id: 'r', ...body } });
	const none = list({ task_infos: [], total: 0 });
	const other = list({ task_infos: [{ task_id: 'other' }], total: 1 });

	test.each([
		['counts a task and shows none', list({ task_infos: [], total: 1 })],
		['shows a task without an ID', list({ task_infos: [{ status: 'running' }], total: 1 })],
	])('because it %s leaves in doubt what to update', async (_name, first) => {
		for (const all of [[none], [other], [other, other]]) {
			const { relayTasks, transport } = scriptedClient([first, ...all]);
			const outcome = await relayTasks.update('task-1', CHANGES, SETTINGS);
			expect(outcome).toMatchObject({ kind: 'error', message: expect.stringContaining('was not updated') });
			expect(transport.requests.every(({ method }) => method === 'GET')).toBe(true);
		}
	});

	test('is none when the service only ignores the ID that it was asked for', async () => {
		const { relayTasks } = scriptedClient([other]);
		expect(await relayTasks.update('task-1', CHANGES, SETTINGS)).toMatchObject({ kind: 'notFound' });
	});
});

test('a lost deletion that was throttled afterwards until its time was over may have happened, and says so', async () => {
	const clock = new FakeClock();
	const { deleteTask } = scriptedClient(
		[
			{ failure: 'connectionLost', sent: true },
			{ status: 500, body: { error_code: 'LIVE.100011007', error_msg: 'too many' } },
		],
		{ clock },
	);
	expect(await deleteTask()).toMatchObject({
		kind: 'error',
		category: 'throttled',
		mayHaveHappened: true,
		hint: expect.stringContaining('may be deleted anyway'),
	});
});
