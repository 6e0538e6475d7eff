import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { ListSettings } from '../../dev/emulator/lists';
import { PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, runOnCloud } from '../support/eachOnCloud';

/** Lists of a service that differs from its documentation. */

eachOnCloud();

async function run(operation: string, parameters: IDataObject = {}) {
	const { delivered } = await runOnCloud({
		items: [{}],
		parameters: JSON.parse(
			JSON.stringify({ operation, taskId: { __rl: true, mode: 'id', value: '77' }, ...parameters }),
		),
	});
	return delivered;
}

const idsOf = (items: IDataObject[] = []) => items.map(({ task_id }) => task_id);
const calls = () => cloud.emulator.calls.filter(({ method }) => method === 'GET');
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('all tasks are listed once', () => {
	const services: Array<[ListSettings, number]> = [
		[{ total: 'absent' }, 250],
		[{ total: 'text' }, 250],
		[{ total: 'page' }, 250],
		[{ total: 'zero' }, 250],
		[{ mostPerPage: 30 }, 250],
		[{ mostPerPage: 2 }, 20],
		[{ mostPerPage: 1, total: 'absent' }, 20],
		[{ numericIds: true }, 250],
		[{ empty: 'null' }, 0],
		[{ empty: 'absent' }, 0],
		[{ empty: 'null', total: 'text' }, 0],
	];
	test.each(services)('by a service with %j', async (lists, count) => {
		cloud.addTasks(...numbered(count));
		cloud.emulator.lists = lists;
		const [success, ...others] = await run('getAll', { returnAll: true });
		expect(others).toEqual([[], [], []]);
		expect(idsOf(success)).toEqual(numbered(count));
	});
});

test('a list that may not be whole says so beside the output', async () => {
	cloud.addTasks(...numbered(250));
	cloud.emulator.lists = { ignoresOffset: true };
	const { hints } = await runOnCloud({
		items: [{}],
		parameters: { operation: 'getAll', returnAll: true },
	});
	expect(hints).toEqual([expect.stringContaining('may be incomplete')]);
});

test('a task without an end has not ended, however that is written', async () => {
	for (const [index, end_time] of [0, '0', '-1', '', null, '0001-01-01T00:00:00Z', 'never 1'].entries()) {
		cloud.emulator.world.addTask(PROJECT_ID, { task_id: String(index), end_time });
	}
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'ended', end_time: '2026-01-01T00:00:00.000Z' });
	expect(idsOf((await run('getAll', { filters: { endedBefore: '={{ $now }}' } }))[0])).toEqual(['ended']);
});

test('a task without a status is not found by the text of nothing', async () => {
	Reflect.deleteProperty(cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'a' }), 'status');
	expect((await run('getAll', { filters: { status: '={{ `${$json.typo}` }}' } }))[0]).toEqual([]);
});

describe('pages of several MB', () => {
	const url = (index: number) => `https://vod.example.com/${index}.mp4?signature=${'s'.repeat(1990)}`;
	const large = () => {
		for (const task_id of numbered(100)) {
			cloud.emulator.world.addTask(PROJECT_ID, {
				task_id,
				source_type: 'PullVodPushLive',
				source_urls: Array.from({ length: 30 }, (_, index) => url(index)),
			});
		}
	};

	test('are read by Get Many', async () => {
		large();
		expect(idsOf((await run('getAll', { returnAll: true }))[0])).toEqual(numbered(100));
	});

	test('are read by Get and Confirm', async () => {
		large();
		expect((await run('get'))[0]).toMatchObject([{ task_id: '77' }]);
		expect((await run('delete', { options: { verify: true } }))[0]).toMatchObject([
			{ task_id: '77', confirmed_by: 'list' },
		]);
	});

	test('that do not end are an Error with words of its own', async () => {
		cloud.emulator.faults.add({ mishap: { kind: 'flood' }, times: Infinity });
		expect(await run('getAll')).toMatchObject([
			[],
			[],
			[{ category: 'endpoint', error: expect.stringContaining('larger than any'), status_code: null }],
			[],
		]);
	});
});

describe('lists without an end', () => {
	const stream = { resource: 'stream', domain: { __rl: true, mode: 'name', value: 'push.example.com' } };
	const names = ['task_infos', 'streams', 'blocks'];
	/** Every list has pages like this one, whatever exists. */
	const pages = (entry: object) => {
		const list = Array.from({ length: 100 }, () => entry);
		const body = { ...Object.fromEntries(names.map((name) => [name, list])), request_id: 'r' };
		const mishap = { kind: 'answer', status: 200, body } as const;
		cloud.emulator.faults.add({ method: 'GET', mishap, times: Infinity });
	};

	test.each<[string, IDataObject]>([
		['getAll', { limit: 50 }],
		['get', {}],
		['delete', { options: { verify: true } }],
		['getAllForbidden', { ...stream, limit: 50 }],
	])('of entries without an ID are an Error after a few calls: %s with %j', async (operation, parameters) => {
		cloud.addTasks('77');
		pages({ status: 'running', app: 'live', app_name: 'live' });
		const [success, notFound, errors] = await run(operation, parameters);
		expect([success, notFound]).toEqual([[], []]);
		expect(errors).toMatchObject([{ error: expect.stringMatching(/can't be read|could not be read/) }]);
		expect(calls().length).toBeLessThan(30);
	});

	test('of large entries are an Error before they fill the memory', async () => {
		pages({ status: 'x'.repeat(100_000) });
		const [success, , errors] = await run('getAll', { returnAll: true });
		expect(success).toEqual([]);
		expect(errors).toHaveLength(1);
		expect(calls().length).toBeLessThan(30);
	});
});

describe('one task', () => {
	test('is found by a number, too', async () => {
		cloud.addTasks('77');
		cloud.emulator.lists = { numericIds: true };
		expect((await run('get'))[0]).toMatchObject([{ task_id: '77' }]);
	});

	test.each([
		{ message: 'API rate limit exceeded', request_id: 'r' },
		{ total: 0, error_msg: 'no' },
		{ request_id: 'r', tasks: [{ task_id: '77' }] },
		{ request_id: 'r' },
	])('is not called gone, nor a list empty, by %j under 200', async (body) => {
		cloud.emulator.faults.add({
			method: 'GET',
			times: Infinity,
			mishap: { kind: 'answer', status: 200, body },
		});
		cloud.emulator.faults.add({ method: 'DELETE', times: Infinity, mishap: { kind: 'reset' } });
		expect(await run('get', { options: { maxRetries: 0 } })).toMatchObject([
			[],
			[],
			[{ outcome: 'error' }],
			[],
		]);
		expect(await run('delete', { options: { verify: true, maxRetries: 0 } })).toMatchObject([
			[],
			[],
			[{ deleted: null }],
			[],
		]);
	});

	test.each<ListSettings>([{ ignoresOffset: true, ignoresTaskId: true }, { numericIds: true }])(
		'is not called gone by a service that does not show all there is: %j',
		async (lists) => {
			cloud.addTasks(...numbered(150), '99999999999999999999');
			cloud.emulator.lists = lists;
			const taskId = { __rl: true, mode: 'id', value: '99999999999999999999' };
			expect((await run('get', { taskId }))[2]).toMatchObject([
				{ error: expect.stringContaining('could not be read completely') },
			]);
		},
	);
});

describe('Confirm', () => {
	test('takes a lost deletion for done when the repeated call is rejected as invalid and the task is gone', async () => {
		cloud.addTasks('77');
		cloud.emulator.deletes.statusOfUnknown = 400;
		cloud.emulator.faults.add({ carriedOut: true, mishap: { kind: 'reset' } });
		expect(await run('delete', { options: { verify: true, maxRetries: 1 } })).toMatchObject([
			[{ deleted: true, outcome: 'success', confirmed_by: 'list', attempts: 2, status_code: 400 }],
			[],
			[],
			[],
		]);
	});
});
