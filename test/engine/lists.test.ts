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
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test.each<[ListSettings, number]>([
	[{ mostPerPage: 30, total: 'absent' }, 100],
	[{ mostPerPage: 1, total: 'text' }, 20],
	[{ total: 'page' }, 250],
	[{ total: 'zero', numericIds: true }, 250],
	[{ empty: 'null', total: 'text' }, 0],
	[{ empty: 'absent' }, 0],
])('all tasks are listed once by a service with %j', async (lists, count) => {
	cloud.addTasks(...numbered(count));
	cloud.emulator.lists = lists;
	const [success, ...others] = await run('getAll', { returnAll: true });
	expect(others).toEqual([[], [], []]);
	expect(idsOf(success)).toEqual(numbered(count));
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

test('pages of several MB are read by Get Many, Get and Confirm', async () => {
	const url = `https://vod.example.com/1.mp4?signature=${'s'.repeat(1990)}`;
	const fields = { source_type: 'PullVodPushLive', source_urls: new Array<string>(30).fill(url) };
	for (const task_id of numbered(100)) cloud.emulator.world.addTask(PROJECT_ID, { task_id, ...fields });
	expect(idsOf((await run('getAll', { returnAll: true }))[0])).toEqual(numbered(100));
	expect((await run('get'))[0]).toMatchObject([{ task_id: '77' }]);
	expect((await run('delete', { options: { verify: true } }))[0]).toMatchObject([
		{ task_id: '77', confirmed_by: 'list' },
	]);
});

describe('one task', () => {
	const byId = (value: string) => ({ taskId: { __rl: true, mode: 'id', value } });
	const UNCLEAR = { outcome: 'error', error: expect.stringContaining("doesn't clearly say") };

	test.each<ListSettings>([{ ignoresTaskId: true }, { numericIds: true }])(
		'is not called gone by a service that does not show all there is: %j',
		async (lists) => {
			const id = '99999999999999999999';
			cloud.addTasks(...numbered(150), id);
			cloud.emulator.lists = lists;
			expect((await run('get', byId('7')))[0]).toMatchObject([{ task_id: '7' }]);
			expect((await run('get', byId(id)))[2]).toMatchObject([UNCLEAR]);
		},
	);
});
