import { expect, test } from '@jest/globals';

import { startDemo } from '../../dev/emulator/demo';
import { type Engine, outputsOf, type RunOptions } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { PROJECT_ID } from '../support/clients';
import { eachOnCloud } from '../support/eachOnCloud';
import { type Cloud } from '../support/nodeRun';

/** The workflows of `examples/`, as they are. */

let engine: Engine;
let cloud: Cloud;

eachOnCloud((...started) => {
	[engine, cloud] = started;
});

async function runExample(name: string, options: RunOptions = {}) {
	return await engine.run(example(name), { credentials: cloud.credentials, ...options });
}

test('Delete relay tasks, on the emulator that it was written for', async () => {
	const { emulator, credential } = await startDemo();
	const run = await runExample('delete-relay-tasks', { credentials: { 'Huawei Cloud API': credential } });
	await emulator.close();
	const outputs = outputsOf(run, 'Delete relay task');
	expect(outputs.map((items) => items.map(({ json }) => json.task_id))).toEqual([
		['relay-camera-1', 'relay-camera-2', 'relay-lost-answer'],
		['relay-ended-yesterday'],
		['relay-locked', 'relay-wrong-address', 'relay-busy', '  '],
	]);
	expect(run.data.resultData.error?.message).toMatch(
		/^4 relay tasks could not be deleted\. The first, relay-locked: /,
	);
});

const everyNight = { pinData: { 'Every night': [{ json: {} }] } };

test('Scheduled clean-up deletes what has ended, and sums up each branch', async () => {
	const { world, faults } = cloud.emulator;
	const ended = { end_time: '2026-01-01T00:00:00Z' };
	for (const task_id of ['ended-1', 'ended-2', 'gone-meanwhile'])
		world.addTask(PROJECT_ID, { task_id, ...ended });
	world.addTask(PROJECT_ID, { task_id: 'running', end_time: '2999-01-01T00:00:00Z' });
	world.addTask(PROJECT_ID, { task_id: 'endless', end_time: undefined });
	faults.add({
		taskId: 'gone-meanwhile',
		method: 'DELETE',
		mishap: { kind: 'answer', status: 404, body: { error_code: 'LIVE.100011001' } },
	});
	const run = await runExample('scheduled-clean-up', everyNight);
	expect(run.data.resultData.error).toBeUndefined();
	const summaries = ['Deleted', 'Was gone already'].map((name) =>
		outputsOf(run, name)[0]?.map(({ json }) => json.summary),
	);
	expect(summaries).toEqual([
		['2 relay tasks that had ended were deleted.'],
		['1 relay tasks were gone already.'],
	]);
	expect(cloud.tasksLeft()).toEqual(['gone-meanwhile', 'running', 'endless']);
});

test('Scheduled clean-up fails when a task could not be deleted, or the tasks not be listed', async () => {
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'locked', end_time: '2026-01-01T00:00:00Z' });
	cloud.user.actions.delete('live:stream:deletePullTask');
	expect((await runExample('scheduled-clean-up', everyNight)).data.resultData.error?.message).toMatch(
		/^1 relay tasks could not be deleted: locked \(The credential is valid/,
	);
	cloud.user.actions.clear();
	expect((await runExample('scheduled-clean-up', everyNight)).data.resultData.error?.message).toMatch(
		/^The relay tasks could not be listed\. The credential is valid/,
	);
});

test('The life of a relay task ends with nothing left', async () => {
	const run = await runExample('relay-task-life');
	expect(run.data.resultData.error).toBeUndefined();
	expect(outputsOf(run, 'Look at it')[0]).toMatchObject([
		{ json: { status: 'suspend', stream_name: 'event' } },
	]);
	expect(outputsOf(run, 'Delete')[0]).toMatchObject([{ json: { deleted: true, confirmed_by: 'list' } }]);
	expect(cloud.tasksLeft()).toEqual([]);
});
