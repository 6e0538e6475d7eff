import { beforeEach, describe, expect, test } from '@jest/globals';

import type { ListSettings } from '../../dev/emulator/lists';
import { call, eachOnEmulator, emulator, PROJECT, TASKS } from '../support/emulatedService';

/** How lists deviate from the documentation on request, as seen with fetch. */

eachOnEmulator();

/** The answer to a list, in short: the IDs of its tasks (or what stands in their place), and the total. */
async function list(query = '', settings: ListSettings = {}) {
	emulator.lists = settings;
	const { status, json } = await call('GET', TASKS + query);
	const tasks = json.task_infos;
	return [status, Array.isArray(tasks) ? tasks.map(({ task_id }) => task_id) : tasks, json.total];
}

describe('with three tasks', () => {
	beforeEach(() => {
		for (const id of ['a', 'b', 'c']) emulator.world.addTask(PROJECT.id, { task_id: id });
	});

	const cases: Array<[string, ListSettings, string, unknown[]]> = [
		['shorter pages', { mostPerPage: 2 }, '?limit=3', [200, ['a', 'b'], 3]],
		['shorter pages, further on', { mostPerPage: 2 }, '?offset=2&limit=3', [200, ['c'], 3]],
		['the total of a page', { total: 'page' }, '?limit=2', [200, ['a', 'b'], 2]],
		['no total', { total: 'absent' }, '', [200, ['a', 'b', 'c'], undefined]],
		['a total that is a text', { total: 'text' }, '?limit=1', [200, ['a'], '3']],
		['a total of zero', { total: 'zero' }, '', [200, ['a', 'b', 'c'], 0]],
		['no offset', { ignoresOffset: true }, '?offset=2&limit=2', [200, ['a', 'b'], 3]],
		['no task ID', { ignoresTaskId: true }, '?task_id=b&limit=2', [200, ['a', 'b'], 3]],
		['null for an empty list', { empty: 'null' }, '?offset=3', [200, null, 3]],
		['nothing for an empty list', { empty: 'absent' }, '?offset=3', [200, undefined, 3]],
		['neither, where there are tasks', { empty: 'absent' }, '?offset=2', [200, ['c'], 3]],
		['an unknown task as no tasks', { unknownTask: 'empty' }, '?task_id=x', [200, [], 0]],
	];

	test.each(cases)('%s', async (_name, settings, query, expected) => {
		expect(await list(query, settings)).toEqual(expected);
	});

	test('without a region have every region, or only the own one', async () => {
		emulator.world.addTask(PROJECT.id, { task_id: 'd', region: 'cn-east-3' });
		expect(await list('')).toEqual([200, ['a', 'b', 'c', 'd'], 4]);
		expect(await list('', { withoutRegion: 'home' })).toEqual([200, ['a', 'b', 'c'], 3]);
	});

	test('can be set over HTTP, and back', async () => {
		const settings = { mostPerPage: 1, total: 'page' };
		expect((await call('PUT', '/emulator/lists', settings)).json).toEqual(settings);
		expect((await call('GET', TASKS)).json).toMatchObject({ task_infos: [{ task_id: 'a' }], total: 1 });
		expect((await call('GET', '/emulator/lists')).json).toEqual(settings);
		for (const mistake of [{ total: 'some' }, { mostPerPages: 1 }, { mostPerPage: -1 }]) {
			expect((await call('PUT', '/emulator/lists', mistake)).status).toBe(400);
		}
		expect(emulator.lists).toEqual(settings);
		await call('PUT', '/emulator/lists', {});
		expect((await call('GET', TASKS)).json).toMatchObject({ total: 3 });
	});
});

test('task IDs of digits can be numbers, to the last digit', async () => {
	emulator.lists.numericIds = true;
	for (const id of ['7', '0', '12345678901234567890', '007', '1a', 'a']) {
		emulator.world.addTask(PROJECT.id, { task_id: id, stream_name: '"task_id":"8"' });
	}
	const { text, json } = await call('GET', TASKS);
	expect([...text.matchAll(/"task_id":([^,]+),/g)].map(([, id]) => id)).toEqual([
		'7',
		'0',
		'12345678901234567890',
		'"007"',
		'"1a"',
		'"a"',
	]);
	expect(json).toMatchObject({
		task_infos: expect.arrayContaining([
			expect.objectContaining({ task_id: 7, stream_name: '"task_id":"8"' }),
		]),
	});
	expect((await call('GET', `${TASKS}?task_id=7`)).text).toContain('"task_id":7,');
	expect((await call('DELETE', `${TASKS}?task_id=7`)).text).toContain('"task_id":"7"');
});

test('deleting an unknown task can be answered 400, with the same body', async () => {
	const illegal = { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' };
	emulator.deletes.statusOfUnknown = 400;
	expect(await call('DELETE', `${TASKS}?task_id=x`)).toMatchObject({ status: 400, json: illegal });
	expect((await call('GET', `${TASKS}?task_id=x`)).status).toBe(404);
});
