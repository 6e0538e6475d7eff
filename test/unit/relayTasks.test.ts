import { describe, expect, test } from '@jest/globals';

import { readTaskId, readTaskRegion } from '../../nodes/shared/identifiers';
import { PROJECT_ID, scriptedClient, SETTINGS, TOKEN } from '../support/clients';

test('the request that deletes a task is the one that is documented', async () => {
	const { relayTasks, transport } = scriptedClient([{ status: 200, body: { request_id: 'r-1' } }]);
	await relayTasks.delete({ taskId: 'a/b&c ', region: 'cn-east-3' }, SETTINGS);
	expect(transport.requests).toEqual([
		{
			method: 'DELETE',
			origin: 'https://live.cn-north-4.myhuaweicloud.com',
			path: `/v1/${PROJECT_ID}/pull/stream/task?region=cn-east-3&task_id=a%2Fb%26c%20`,
			headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Auth-Token': TOKEN },
			onNewConnection: false,
			maxResponseBytes: 1024 * 1024,
		},
	]);
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
		expect(readTaskId('Task ID', value)).toBe(taskId);
	});

	test.each([
		['empty', '', /empty/],
		['blank', ' \n\t ', /empty/],
		['missing', undefined, /empty/],
		['null', null, /empty/],
		['longer than 64 characters', 'x'.repeat(65), /64 characters/],
		['a boolean', true, /not text/],
		['a list', ['task-1'], /not text/],
		['an object', { id: 'task-1' }, /not text/],
		['a number that has lost digits', 2 ** 60, /number/],
		['not a number', Number.NaN, /number/],
		['a fraction', 1.5, /number/],
		['half of a character', 'a\ud83c', /invalid character/],
		['with an invisible character', 'task-1\u200b', /invisible character/],
		['two, one on each line', 'task-1\ntask-2', /line break/],
	])('can not be %s', (_name, value, message) => {
		expect(() => readTaskId('Task ID', value)).toThrow(message);
	});
});

describe('the region of a task', () => {
	test.each([
		['cn-north-4', 'cn-north-4'],
		[' cn-north-4 ', 'cn-north-4'],
		['', undefined],
		['  ', undefined],
	])('%j is read as %j', (value, region) => {
		expect(readTaskRegion('Task Region', value)).toBe(region);
	});

	test.each([[42], [{}], ['x'.repeat(65)], ['\ud83c']])('%j is rejected', (value) => {
		expect(() => readTaskRegion('Task Region', value)).toThrow(/Region/);
	});
});
