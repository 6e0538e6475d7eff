import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, runOnCloud } from '../support/eachOnCloud';

/** Tasks of another region than the home region, where a deletion without a region does not look. */

eachOnCloud();

const SINGAPORE = 'ap-southeast-3';

beforeEach(() => {
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'a', region: SINGAPORE, push_args: 'x' });
});

/** The item of a deletion, with the name of its output; and the methods of the calls. */
async function remove(options: IDataObject, taskId = 'a') {
	const { delivered, hints } = await runOnCloud({
		items: [{ task_id: taskId }],
		parameters: JSON.parse(JSON.stringify({ options })),
	});
	const output = delivered.findIndex((items) => items.length > 0);
	return {
		output: ['Success', 'Not Found', 'Error'][output],
		item: delivered[output]?.[0],
		hints,
		methods: cloud.emulator.calls.map(({ method }) => method).join(' '),
	};
}

const isThere = () => cloud.tasksLeft().includes('a');
const like = (pattern: RegExp) => expect.stringMatching(pattern);

test('a plain deletion says where it looked', async () => {
	expect(await remove({})).toMatchObject({
		output: 'Not Found',
		item: { deleted: false, hint: like(/home region .+ Confirm/) },
		methods: 'DELETE',
	});
	const [, hint] = Object.entries((await remove({})).item ?? {}).find(([name]) => name === 'hint') ?? [];
	expect(Object.keys((await remove({})).item ?? {}).slice(0, 4)).toEqual([
		'outcome',
		'deleted',
		'task_id',
		'hint',
	]);
	expect(hint).not.toMatch(/known regions/);
	expect((await remove({ region: 'cn-nort-4' })).item).toMatchObject({
		hint: like(/cn-nort-4 is not among the known/),
	});
});

test('what is no region code is an error', async () => {
	for (const region of ['Beijing', '华北', 'cn-north-4,cn-east-3']) {
		expect(await remove({ region })).toMatchObject({
			output: 'Error',
			item: { category: 'validation', attempts: 0, error: like(/Task Region is not a region code/) },
			methods: '',
		});
	}
});

test('a lost deletion of a task elsewhere is no success', async () => {
	cloud.emulator.faults.add({ method: 'DELETE', mishap: { kind: 'reset' } });
	expect(await remove({})).toMatchObject({
		output: 'Error',
		item: { deleted: null, region: SINGAPORE, hint: like(/Set Task Region to ap-southeast-3/) },
		methods: 'DELETE DELETE GET',
	});
	expect(isThere()).toBe(true);
});

describe('Confirm', () => {
	test('finds the task and deletes it where it is', async () => {
		expect(await remove({ verify: true })).toMatchObject({
			output: 'Success',
			item: { deleted: true, region: SINGAPORE, confirmed_by: 'list', attempts: 2 },
			methods: 'DELETE GET DELETE GET',
		});
		expect(isThere()).toBe(false);
	});
});

describe('Dry Run', () => {
	test('shows the task, and wins over Confirm', async () => {
		for (const options of [{ dryRun: true }, { dryRun: '={{ "true" }}', verify: true }]) {
			cloud.emulator.calls.length = 0;
			const { output, item, hints, methods } = await remove(options);
			expect([output, methods, hints]).toEqual(['Success', 'GET', ['Dry run: nothing was deleted.']]);
			expect(item).toEqual({
				outcome: 'success',
				deleted: false,
				dry_run: true,
				task_id: 'a',
				request_id: expect.any(String),
				status_code: 200,
				attempts: 1,
				region: SINGAPORE,
				status: 'running',
				domain: 'push.example.com',
				app_name: 'live',
				stream_name: 'camera-1',
			});
		}
		expect(isThere()).toBe(true);
	});

	test('that is neither on nor off deletes nothing', async () => {
		for (const dryRun of ['={{ $json.typo }}', '={{ "maybe" }}', '={{ 2 }}', '', '={{ {} }}']) {
			expect(await remove({ dryRun, region: SINGAPORE })).toMatchObject({
				output: 'Error',
				item: { category: 'validation', attempts: 0, error: like(/Dry Run/) },
				methods: '',
			});
		}
	});
});
