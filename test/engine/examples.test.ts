import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startDemo } from '../../dev/emulator/demo';
import { outputsOf, type RunOptions } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { answer } from '../support/mishaps';

/** The workflows of `examples/`, as they are. */

eachOnCloud();

async function runExample(name: string, options: RunOptions = {}) {
	return await engine.run(example(name), { credentials: cloud.credentials, ...options });
}

/** A schedule doesn't fire by itself here. */
const everyNight = { startNode: 'Every night', pinData: { 'Every night': [{ json: {} }] } };

describe('on the emulator that the examples were written for', () => {
	let demo: Awaited<ReturnType<typeof startDemo>>;
	const runOnDemo = async (name: string, options: RunOptions = {}) =>
		await runExample(name, { credentials: { 'Huawei Cloud API': demo.credential }, ...options });
	let now: number;
	beforeEach(async () => {
		now = Date.now();
		demo = await startDemo({ now: () => now });
	});
	afterEach(async () => await demo.emulator.close());

	test('Delete relay tasks shows the three branches each time', async () => {
		for (const time of ['first', 'second']) {
			const run = await runOnDemo('delete-relay-tasks');
			const outputs = outputsOf(run, 'Delete relay task');
			expect([time, ...outputs.map((items) => items.map(({ json }) => json.task_id))]).toEqual([
				time,
				['relay-camera-1', 'relay-camera-2', 'relay-lost-answer'],
				['relay-ended-yesterday'],
				['relay-locked', 'relay-wrong-address', 'relay-maintenance', '  '],
			]);
			expect(outputs[0]?.[2]?.json.confirmed_by).toBe('not_found_after_retry');
			expect(run.data.resultData.error?.message).toMatch(
				/^4 relay tasks could not be deleted\. The first, relay-locked: /,
			);
			expect([...demo.emulator.world.tasksOf(demo.credential.projectId).keys()]).not.toContain(
				'relay-camera-1',
			);
			now += 5000;
		}
	});

	test('Scheduled clean-up finds tasks that have ended each time, and only those', async () => {
		const deleted = [];
		for (const startNode of ['Every night', "When clicking 'Execute workflow'"]) {
			const run = await runOnDemo('scheduled-clean-up', { ...everyNight, startNode });
			expect(outputsOf(run, 'Deleted')[0]?.[0]?.json.summary).toBe('Deleted 2 relay tasks that had ended.');
			deleted.push(outputsOf(run, 'Delete relay task')[0]?.map(({ json }) => json.task_id));
		}
		expect(deleted).toEqual([
			['relay-ended-1', 'relay-ended-2'],
			['relay-ended-3', 'relay-ended-4'],
		]);
	});
});

test('Scheduled clean-up deletes what has ended, and sums up each branch', async () => {
	const { world, faults } = cloud.emulator;
	const ended = { end_time: '2026-01-01T00:00:00Z' };
	for (const task_id of ['ended-1', 'ended-2', 'gone-meanwhile'])
		world.addTask(PROJECT_ID, { task_id, ...ended });
	world.addTask(PROJECT_ID, { task_id: 'running', end_time: '2999-01-01T00:00:00Z' });
	world.addTask(PROJECT_ID, { task_id: 'endless', end_time: undefined });
	faults.add({ taskId: 'gone-meanwhile', method: 'DELETE', mishap: answer(404, 'LIVE.100011001') });
	const run = await runExample('scheduled-clean-up', everyNight);
	expect(run.data.resultData.error).toBeUndefined();
	const summaries = ['Deleted', 'Not found'].map((name) =>
		outputsOf(run, name)[0]?.map(({ json }) => json.summary),
	);
	expect(summaries).toEqual([['Deleted 2 relay tasks that had ended.'], ['Already deleted: 1 relay task.']]);
	expect(cloud.tasksLeft()).toEqual(['gone-meanwhile', 'running', 'endless']);
});

test('Scheduled clean-up fails when a task could not be deleted, or the tasks not be listed', async () => {
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'locked', end_time: '2026-01-01T00:00:00Z' });
	cloud.user.actions.delete('live:stream:deletePullTask');
	expect((await runExample('scheduled-clean-up', everyNight)).data.resultData.error?.message).toMatch(
		/^1 relay task could not be deleted: locked \(The credential is valid/,
	);
	cloud.user.actions.clear();
	expect((await runExample('scheduled-clean-up', everyNight)).data.resultData.error?.message).toMatch(
		/^The relay tasks could not be listed\. The credential is valid/,
	);
});

test('The life of a relay task ends with nothing left', async () => {
	const run = await runExample('relay-task-life');
	expect(run.data.resultData.error).toBeUndefined();
	expect(outputsOf(run, 'Look up')[0]).toMatchObject([{ json: { status: 'suspend', stream_name: 'event' } }]);
	expect(outputsOf(run, 'Delete')[0]).toMatchObject([{ json: { deleted: true, confirmed_by: 'list' } }]);
	expect(cloud.tasksLeft()).toEqual([]);
});

describe('Webhook', () => {
	const call = async (body: unknown) => {
		const run = await runExample('webhook-delete', {
			startNode: 'Webhook',
			pinData: { Webhook: [{ json: JSON.parse(JSON.stringify({ body })) }] },
		});
		const { lastNodeExecuted, error } = run.data.resultData;
		return [lastNodeExecuted, error?.message];
	};

	test("answers the caller's mistake with 400: no call, no failed execution", async () => {
		const noIds: unknown[] = ['', '  ', 1.5, null, true, ['a'], { a: 1 }, 'x'.repeat(65), '\ud800'];
		for (const body of [undefined, 'text', {}, ...noIds.map((task_id) => ({ task_id }))]) {
			expect([body, ...(await call(body))]).toEqual([body, '400 Bad Request', undefined]);
		}
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('deletes what is there, white space around its ID or not', async () => {
		const ids = ['a', ' b ', 5, 'x'.repeat(64), '\u{1F600}'.repeat(64)];
		for (const task_id of ids) {
			cloud.emulator.world.addTask(PROJECT_ID, { task_id: String(task_id).trim() });
			expect(await call({ task_id })).toEqual(['200 Deleted', undefined]);
		}
		expect(await call({ task_id: 'a' })).toEqual(['404 Not Found', undefined]);
	});

	test('fails when a task could not be deleted', async () => {
		cloud.user.actions.clear();
		expect(await call({ task_id: 'a' })).toEqual([
			'Needs attention',
			expect.stringMatching(/^The relay task a could not be deleted\. The credential is valid/),
		]);
	});
});

test('A sub-workflow returns the items of all three outputs', async () => {
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'there' });
	const caller = 'When called by another workflow';
	const items = ['there', 'missing', ''].map((task_id) => ({ json: { task_id } }));
	const run = await runExample('sub-workflow', { startNode: caller, pinData: { [caller]: items } });
	expect(run.data.resultData.lastNodeExecuted).toBe('All results');
	expect(outputsOf(run, 'All results')[0]?.map(({ json }) => json.outcome)).toEqual([
		'success',
		'notFound',
		'error',
	]);
});

describe('Delete relay tasks past their end time', () => {
	const PAST_END = { end_time: '2026-01-01T00:00:00Z' };
	const run = async () => await runExample('past-end-delete');

	test('deletes what the trigger brings, and no task that still runs', async () => {
		cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'runs' });
		cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'ended', ...PAST_END });
		expect(outputsOf(await run(), 'Deleted')[0]).toMatchObject([{ json: { task_id: 'ended' } }]);
		expect(cloud.tasksLeft()).toEqual(['runs']);
	});

	test('fails when it could not be deleted', async () => {
		cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'ended', ...PAST_END });
		cloud.user.actions.delete('live:stream:deletePullTask');
		expect((await run()).data.resultData.error?.message).toMatch(
			/^1 relay task could not be deleted\. The first, ended: /,
		);
	});
});

describe('Take a stream off air', () => {
	const DOMAIN = 'push.example.com';
	const push = () => cloud.emulator.world.pushStream(PROJECT_ID, DOMAIN, 'live', 'camera-1');
	const errorOf = async () => (await runExample('take-off-air')).data.resultData.error?.message;

	test.each(['is there', 'is gone already'])('forbids it when its relay %s', async (relay) => {
		const before = Date.now();
		if (relay === 'is there') cloud.addTasks('relay-camera-1');
		push();
		expect(await errorOf()).toBeUndefined();
		expect(cloud.tasksLeft()).toEqual([]);
		expect(push()).toBe(false);
		const [ban] = cloud.emulator.world.streamsOf(PROJECT_ID).bans;
		const forbidden = Date.parse(ban?.resume_time ?? '') - 7_200_000;
		expect(forbidden).toBeGreaterThan(before - 1000);
		expect(forbidden).toBeLessThanOrEqual(Date.now() + 1000);
	});

	test('fails, and forbids nothing, when its relay could not be deleted', async () => {
		push();
		cloud.user.actions.delete('live:stream:deletePullTask');
		expect(await errorOf()).toMatch(/^1 stream could not be taken off air\. The first, relay-camera-1: /);
		expect(cloud.emulator.world.streamsOf(PROJECT_ID).bans).toEqual([]);
	});

	test('fails when it could not be forbidden', async () => {
		expect(await errorOf()).toMatch(/no ingest domain push\.example\.com\.$/);
		push();
		cloud.user.actions.delete('live:stream:createStreamForbidden');
		expect(await errorOf()).toMatch(/^1 stream could not be taken off air\. The first, camera-1: /);
	});
});
