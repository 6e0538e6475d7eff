import { describe, expect, test } from '@jest/globals';

import { CALLS } from '../../huawei-cloud/live/calls';
import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { PROJECT_ID, scriptedClient, SETTINGS } from '../support/clients';

/** The page of relay tasks that is read from a body. */
async function read(body: unknown) {
	const outcome = await scriptedClient([{ status: 200, body }]).live.perform(CALLS.listTasks, {}, SETTINGS);
	return { outcome, page: outcome.kind === 'success' ? outcome.value : undefined };
}

const pageOf = async (body: unknown) => (await read(body)).page;

describe('the entries of a page', () => {
	test('are those with an ID; the others are counted', async () => {
		const useless = [{ task_id: '' }, { status: 'running' }, { task_id: 2 ** 60 }, 'text', null, ['a']];
		const task_infos = [{ task_id: 'a', status: 'x' }, { task_id: 7 }, ...useless];
		expect(await pageOf({ task_infos, total: 8, request_id: 'r' })).toEqual({
			entries: [{ task_id: 'a', status: 'x' }, { task_id: '7' }],
			size: 8,
			weight: expect.any(Number),
			isSurelyEmpty: false,
			total: 8,
		});
	});

	test('are read whatever else is in the body, and without a total or a request ID', async () => {
		expect(await pageOf({ task_infos: [{ task_id: 'a' }], version: 1 })).toMatchObject({
			entries: [{ task_id: 'a' }],
			isSurelyEmpty: false,
			total: undefined,
		});
	});
});

describe('a body is no page', () => {
	const task_infos = [{ task_id: 'a' }];
	test.each<[string, unknown]>([
		['that has a code of an error', { task_infos, total: 1, error_code: 'LIVE.1' }],
		['that has the message of an error', { task_infos, total: 1, error_msg: 'no' }],
		['that has an error that is not text', { task_infos: [], total: 0, error_code: { code: 'X' } }],
		['that has the code of a gateway', { task_infos, total: 1, code: 'X.1' }],
		['that has the message of a gateway', { task_infos, total: 1, message: 'no' }],
		['that has an error', { task_infos, total: 1, error: null }],
		['that has errors', { task_infos, total: 1, errors: [] }],
		['that is a list', task_infos],
		['that is no JSON', '<html>Log in</html>'],
		['that is empty', ''],
		['whose list is something else', { task_infos: { task_id: 'a' }, total: 0, request_id: 'r' }],
		['whose list is a text', { task_infos: 'a', request_id: 'r' }],
		['that counts entries and lists none', { total: 3, request_id: 'r' }],
		['that has neither total nor request ID', { task_infos: [] }],
		['whose request ID is empty', { task_infos: [], request_id: '' }],
		['that is of something else', { request_id: 'r', domain_info: [] }],
		['that is of something else, though its total is 0', { request_id: 'r', total: 0, domain_info: [] }],
	])('%s', async (_name, body) => {
		const { outcome, page } = await read(body);
		expect(page).toBeUndefined();
		expect(outcome).toMatchObject({ kind: 'error' });
	});
});

describe('a page of none', () => {
	test.each<[string, object, boolean]>([
		['an empty list and a total', { task_infos: [], total: 0 }, true],
		['a total and a request ID', { total: 0, request_id: 'r' }, true],
		['null, a total and a request ID', { task_infos: null, total: 0, request_id: 'r' }, true],
		['a total alone', { total: 0 }, false],
		['two totals that differ', { task_infos: [], total: 0, total_num: 3, request_id: 'r' }, false],
		['an empty list and a field that is not documented', { task_infos: [], total: 0, version: 1 }, false],
		['an empty list', { task_infos: [], request_id: 'r' }, false],
		['an empty list beyond the last page', { task_infos: [], total: 3 }, false],
		['nothing but a request ID', { request_id: 'r' }, false],
	])('that has %s', async (_name, body, isSurelyEmpty) => {
		expect(await pageOf(body)).toMatchObject({ entries: [], size: 0, isSurelyEmpty });
	});
});

const NO_TOTALS = ['12 ', ' 12', '0x12', '12.0', '', '9'.repeat(20), -1, 1.5, 2 ** 60, null, [3]];
test.each<[unknown, number | undefined]>([
	...[0, 12, '0', '12'].map((total): [unknown, number] => [total, Number(total)]),
	...NO_TOTALS.map((total): [unknown, undefined] => [total, undefined]),
])('a total of %j is read as %p', async (given, total) => {
	expect(await pageOf({ task_infos: [{ task_id: 'a' }], total: given })).toMatchObject({ total });
});

test('a project is told from the same one behind another endpoint', () => {
	const urlOf = (fields: Record<string, string>) => {
		const { client, credential } = scriptedClient([], { fields });
		return new LiveApi(client, credential).projectUrl;
	};
	expect(urlOf({})).toBe(`https://live.cn-north-4.myhuaweicloud.com/v1/${PROJECT_ID}`);
	expect(urlOf({ liveEndpoint: 'http://127.0.0.1:8080' })).toBe(`http://127.0.0.1:8080/v1/${PROJECT_ID}`);
});
