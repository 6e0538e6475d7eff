import { beforeAll, describe, expect, test } from '@jest/globals';

import { WEBHOOK_HEADER, example, exampleCredentials } from '../../dev/n8n/examples';
import type { N8nApi } from '../../dev/n8n/api';
import { outputsOf } from '../../dev/n8n/engine';
import type { N8n } from '../../dev/n8n/server';
import { until } from '../../dev/n8n/process';
import { PROJECT_ID } from '../support/clients';
import { answer } from '../support/mishaps';
import type { Cloud } from '../support/nodeRun';
import { TestBed } from './testBed';

/** The examples that start by themselves, published in a server that runs. */

const bed = new TestBed();
let n8n: N8n;
let api: N8nApi;
let cloud: Cloud;

const COUNT = 200;
/** Longer than a run that deletes `COUNT` tasks. */
const everyFiveSeconds = { rule: { interval: [{ field: 'seconds', secondsInterval: 5 }] } };

beforeAll(async () => {
	cloud = await bed.startCloud({ latencyMs: 100 });
	n8n = await bed.createN8n();
	await n8n.importCredentials(...exampleCredentials(cloud.fields));
	const cleanUp = example('scheduled-clean-up');
	const nodes = cleanUp.nodes.map((node) =>
		node.name === 'Every night' ? { ...node, parameters: everyFiveSeconds } : node,
	);
	await n8n.importWorkflows(example('webhook-delete'), { ...cleanUp, nodes });
	api = await n8n.start();
});

async function post(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
	const response = await fetch(`${n8n.url}/webhook/delete-relay-task`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', [WEBHOOK_HEADER.name]: WEBHOOK_HEADER.value },
		body: JSON.stringify(body),
	});
	const answer: Record<string, unknown> = JSON.parse(await response.text());
	return { status: response.status, body: answer };
}

describe('the webhook', () => {
	beforeAll(async () => {
		await api.activate('webhookDelete');
		// Until then, n8n answers with a 404 of its own.
		await until('the webhook listens', async () =>
			'task_id' in (await post({ task_id: 'nothing' })).body ? true : undefined,
		);
	});

	test('answers 200 when the task was deleted, and then 404', async () => {
		cloud.addTasks('camera-1');
		expect(await post({ task_id: 'camera-1' })).toEqual({
			status: 200,
			body: { task_id: 'camera-1', deleted: true },
		});
		expect(await post({ task_id: 'camera-1' })).toEqual({
			status: 404,
			body: { task_id: 'camera-1', deleted: false, error: 'There is no such relay task.' },
		});
	});

	test("answers 502 when the gateway says 404, and fails the execution, so that n8n's error workflow runs", async () => {
		cloud.addTasks('camera-2');
		cloud.emulator.faults.add({ taskId: 'camera-2', mishap: answer(404, 'APIGW.0101') });
		expect(await post({ task_id: 'camera-2' })).toEqual({
			status: 502,
			body: {
				task_id: 'camera-2',
				deleted: false,
				error: expect.stringMatching(/^The relay task was not deleted/),
				retryable: false,
			},
		});
		expect(cloud.tasksLeft()).toEqual(['camera-2']);
		await until('the execution has failed', async () => (await api.executions('webhookDelete', 'error'))[0]);
	});

	test('answers 403 to who does not know the header', async () => {
		cloud.addTasks('camera-1');
		const options = {
			method: 'POST',
			body: '{"task_id":"camera-1"}',
			headers: { 'content-type': 'application/json' },
		};
		expect((await fetch(`${n8n.url}/webhook/delete-relay-task`, options)).status).toBe(403);
		expect(cloud.tasksLeft()).toContain('camera-1');
		cloud.emulator.world.tasksOf(PROJECT_ID).delete('camera-1');
	});

	test.each([{}, { task_id: 5.5 }])(
		'answers 400 to %j, deletes nothing, and the execution succeeds',
		async (body) => {
			cloud.addTasks('camera-2');
			const before = (await api.executions('webhookDelete')).length;
			expect(await post(body)).toEqual({
				status: 400,
				body: {
					deleted: false,
					error: 'Send JSON with a task_id of 1 to 64 visible characters. Send long numbers as text.',
				},
			});
			expect(cloud.tasksLeft()).toEqual(['camera-2']);
			const status = await until('the execution has ended', async () => {
				const [last, ...others] = await api.executions('webhookDelete');
				return others.length === before && last?.status !== 'running' ? last?.status : undefined;
			});
			expect(status).toBe('success');
		},
	);
});

test('the webhook answers 502 when the credential is incomplete', async () => {
	await n8n.importCredentials(...exampleCredentials({ ...cloud.fields, projectId: '' }));
	expect(await post({ task_id: 'camera-2' })).toMatchObject({ status: 502, body: { deleted: false } });
	await n8n.importCredentials(...exampleCredentials(cloud.fields));
});

describe('the schedule', () => {
	const addTask = (task_id: string, end_time: string) =>
		cloud.emulator.world.addTask(PROJECT_ID, { task_id, end_time });
	const addEnded = (...ids: string[]) => ids.forEach((id) => addTask(id, '2026-01-01T00:00:00Z'));

	/** Waits for an execution that has deleted tasks, after `count` others. @returns its summary */
	const summaryAfter = async (count: number) =>
		await until('an execution has ended that deleted tasks', async () => {
			const summaries: unknown[] = [];
			for (const { id } of await api.executions('scheduledCleanUp', 'success')) {
				const [[item] = []] = outputsOf({ data: await api.executionData(id) }, 'Deleted');
				if (item) summaries.unshift(item.json.summary);
			}
			return summaries[count];
		});

	test('fires, deletes what has ended, and sums up', async () => {
		addEnded('ended');
		addTask('on-air', '2999-01-01T00:00:00Z');
		await api.activate('scheduledCleanUp');
		expect(await summaryAfter(0)).toBe('Deleted 1 relay task that had ended.');
		expect(cloud.tasksLeft()).not.toContain('ended');
		expect(cloud.tasksLeft()).toContain('on-air');
	});

	test('n8n that is told to end in the middle of a run waits for it, and every item is accounted for', async () => {
		addEnded(...Array.from({ length: COUNT }, (_, index) => `ended-${index}`));
		const left = () => cloud.tasksLeft().filter((id) => id.startsWith('ended-')).length;
		await until('some tasks are deleted', () => left() < COUNT || undefined);
		expect(await n8n.terminate()).toBe(0);
		expect(left()).toBe(0);
		api = await n8n.start();
		expect(await summaryAfter(1)).toBe(`Deleted ${COUNT} relay tasks that had ended.`);
	});
});
