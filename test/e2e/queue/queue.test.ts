import { beforeAll, describe, expect, test } from '@jest/globals';

import { exampleCredentials } from '../../../dev/n8n/examples';
import type { N8nApi } from '../../../dev/n8n/api';
import { until, type Process } from '../../../dev/n8n/process';
import type { IdentifiedWorkflow } from '../../../dev/n8n/server';
import { node, NODE_TYPE, type Cloud } from '../../support/nodeRun';
import { TestBed } from '../testBed';
import { startDatabases } from './databases';

/**
 * Queue mode: one main, two workers, and one of them dies with its executions. Each test continues after the previous
 * one.
 */

const CALLS = 200;
const TASKS_PER_CALL = 20;
const CALLERS = 20;
/** A worker is killed after this many responses. */
const KILL_AFTER = 50;
/** The answer of the emulator takes long enough for a worker to be killed in the middle of an execution. */
const LATENCY_MS = 100;
/** Executions that a worker runs at once. */
const CONCURRENCY = 5;
const WORKFLOW = 'deleteMany';

const bed = new TestBed();
let cloud: Cloud;
let api: N8nApi;
let workers: Process[];

interface Call {
	taskIds: string[];
	/** The answer to the caller. */
	status: number;
	/** The result for each task in the answer. */
	reported: ReadonlyArray<{ task_id: string; outcome: string }>;
}

const calls = Array.from({ length: CALLS }, (_none, call): Call => ({
	taskIds: Array.from({ length: TASKS_PER_CALL }, (_nothing, task) => `task-${call}-${task}`),
	status: 0,
	reported: [],
}));

beforeAll(async () => {
	cloud = await bed.startCloud({ latencyMs: LATENCY_MS });
	const env = await startDatabases(bed);
	const main = await bed.createN8n({ env });
	const servers = [await bed.createN8n({ env }), await bed.createN8n({ env })];
	await main.importCredentials(...exampleCredentials(cloud.fields));
	await main.importWorkflows(workflow());
	api = await main.start();
	workers = [];
	for (const server of servers) workers.push(await server.startWorker(CONCURRENCY));
	await api.activate(WORKFLOW);
	await until('the webhook listens', async () => (await post(['nothing'])).status === 200 || undefined);
	for (const { taskIds } of calls) cloud.addTasks(...taskIds);
});

function workflow(): IdentifiedWorkflow {
	const main = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	return {
		id: WORKFLOW,
		name: 'Delete many relay tasks by webhook',
		nodes: [
			node(
				'Webhook',
				'n8n-nodes-base.webhook',
				{ httpMethod: 'POST', path: WORKFLOW, responseMode: 'lastNode', responseData: 'firstEntryJson' },
				{ typeVersion: 2.1, webhookId: WORKFLOW },
			),
			node('One item per task', 'n8n-nodes-base.splitOut', {
				fieldToSplitOut: 'body.task_ids',
				options: { destinationFieldName: 'task_id' },
			}),
			node(
				'Delete relay task',
				NODE_TYPE,
				{ taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' }, options: { maxConcurrency: 2 } },
				{ credentials: { huaweiCloudApi: { id: 'huaweiCloudApi', name: 'Huawei Cloud API' } } },
			),
			// Runs for each output that gave items, and tells of all three: what the last run says is what the caller gets.
			node(
				'Report',
				'n8n-nodes-base.set',
				{
					assignments: {
						assignments: [
							{
								id: 'reported',
								name: 'reported',
								type: 'array',
								value: `={{ [0, 1, 2].flatMap((output) => $('Delete relay task').all(output).map(({ json }) => json)) }}`,
							},
						],
					},
				},
				{ typeVersion: 3.4, executeOnce: true },
			),
		],
		connections: {
			Webhook: { main: [main('One item per task')] },
			'One item per task': { main: [main('Delete relay task')] },
			'Delete relay task': { main: [main('Report'), main('Report'), main('Report')] },
		},
	};
}

/** Asks for tasks to be deleted. */
async function post(taskIds: string[]): Promise<Call> {
	const response = await fetch(`${api.url}/webhook/${WORKFLOW}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ task_ids: taskIds }),
	});
	const text = await response.text();
	const { reported }: Pick<Call, 'reported'> = response.ok ? JSON.parse(text) : { reported: [] };
	return { taskIds, status: response.status, reported };
}

/** How often each task's deletion was requested. */
function deletions(): Map<string | undefined, number> {
	const counts = new Map<string | undefined, number>();
	for (const { taskId } of cloud.emulator.calls) counts.set(taskId, (counts.get(taskId) ?? 0) + 1);
	return counts;
}

describe('while one of two workers dies', () => {
	test('every caller is told what happened to the tasks, or gets a 500 when the worker died with the call', async () => {
		const waiting = calls.entries();
		let answered = 0;
		const caller = async () => {
			for (const [index, { taskIds }] of waiting) {
				calls[index] = await post(taskIds);
				if (++answered === KILL_AFTER) workers[0]?.kill();
			}
		};
		await Promise.all(Array.from({ length: CALLERS }, caller));

		const untold = calls.filter(({ status }) => status !== 200);
		expect(new Set(untold.map(({ status }) => status))).toEqual(new Set([500]));
		expect(untold.length).toBeLessThanOrEqual(CONCURRENCY);
		const asked = deletions();
		for (const { taskIds, reported } of calls.filter(({ status }) => status === 200)) {
			expect(reported).toMatchObject(taskIds.map((task_id) => ({ task_id, outcome: 'success' })));
			expect(taskIds.map((taskId) => asked.get(taskId))).toEqual(taskIds.map(() => 1));
		}
	});

	test('both workers worked', () => {
		for (const { output } of workers) expect(output).toMatch(/finished execution/i);
	});

	test('n8n marks the executions that died as failed, and does not run them again', async () => {
		const untold = calls.filter(({ status }) => status === 500).flatMap(({ taskIds }) => taskIds);
		await until('all of them are marked', async () => {
			const failed = await api.executions(WORKFLOW, 'error');
			return failed.length * TASKS_PER_CALL === untold.length || undefined;
		});
		expect(await api.executions(WORKFLOW, 'running')).toEqual([]);
		// Some of their tasks were deleted before. The others are still on air, and all of them are among those.
		const left = cloud.tasksLeft();
		expect(left.length).toBeGreaterThan(0);
		expect(left.length).toBeLessThan(untold.length);
		expect(untold).toEqual(expect.arrayContaining(left));
	});

	test("n8n's own Retry of such an execution runs nothing, for its data are gone", async () => {
		const before = cloud.emulator.calls.length;
		for (const { id } of await api.executions(WORKFLOW, 'error')) {
			const retried = await api.call<{ status: string }>('POST', `/rest/executions/${id}/retry`, {
				loadWorkflow: true,
			});
			expect(retried.status).toBe('error');
		}
		expect(cloud.emulator.calls).toHaveLength(before);
	});

	test('the calls that got a 500, made again, delete what was left, and report the rest as Not Found', async () => {
		const left = new Set(cloud.tasksLeft());
		for (const { taskIds } of calls.filter(({ status }) => status === 500)) {
			const { status, reported } = await post(taskIds);
			expect(status).toBe(200);
			const outcomes = Object.fromEntries(reported.map(({ task_id, outcome }) => [task_id, outcome]));
			expect(outcomes).toEqual(
				Object.fromEntries(taskIds.map((taskId) => [taskId, left.has(taskId) ? 'success' : 'notFound'])),
			);
		}
		expect(cloud.tasksLeft()).toEqual([]);
	});
});
