import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { N8nApi } from '../../n8n/api';
import type { Process } from '../../n8n/process';
import { until } from '../../n8n/process';
import { N8n, type IdentifiedWorkflow } from '../../n8n/server';
import { startCloud } from '../../support/node-run';
import { exampleCredential, installedN8n } from '../prepare';
import { startDatabases, type Databases } from './databases';

/**
 * Queue mode: one main, two workers, and one of them dies with its executions. The tests go on from each other, as
 * the time of an operator does.
 */

const CALLS = 200;
const TASKS_PER_CALL = 20;
const CALLERS = 20;
/** After as many answers a worker is killed. */
const KILL_AFTER = 50;
/** The answer of the emulator takes long enough for a worker to be killed in the middle of an execution. */
const LATENCY_MS = 100;
/** n8n looks for executions of dead workers every now and then; seen to take 100 s. */
const NOTICED_MS = 300_000;
const WORKFLOW = 'deleteMany';

let cloud: Awaited<ReturnType<typeof startCloud>>;
let databases: Databases;
let servers: N8n[] = [];
let api: N8nApi;
let workers: Process[];

/** The calls that were made: the tasks of each, and what the caller was told. */
const calls = Array.from({ length: CALLS }, (_none, call) => ({
	taskIds: Array.from({ length: TASKS_PER_CALL }, (_nothing, task) => `task-${call}-${task}`),
	status: 0,
	reported: [] as ReadonlyArray<{ task_id: string; outcome: string }>,
}));

beforeAll(async () => {
	cloud = await startCloud({ latencyMs: LATENCY_MS });
	databases = await startDatabases();
	const installation = await installedN8n();
	const { env } = databases;
	const main = await N8n.create(installation, { env });
	servers = [main, await N8n.create(installation, { env }), await N8n.create(installation, { env })];
	await main.importCredentials(exampleCredential(cloud.fields));
	await main.importWorkflows(workflow());
	api = await main.start();
	await api.setUpOwner();
	workers = [];
	for (const server of servers.slice(1)) workers.push(await server.startWorker());
	await api.activate(WORKFLOW);
	for (const { taskIds } of calls) cloud.addTasks(...taskIds);
}, 300_000);

afterAll(async () => {
	await Promise.all(servers.map(async (server) => await server.remove()));
	await databases.stop();
	await cloud.emulator.close();
}, 60_000);

function workflow(): IdentifiedWorkflow {
	const main = (node: string, index = 0) => [{ node, type: 'main' as const, index }];
	return {
		id: WORKFLOW,
		name: 'Delete many relay tasks by webhook',
		nodes: [
			{
				...node('Webhook', 'n8n-nodes-base.webhook', 2.1, {
					httpMethod: 'POST',
					path: WORKFLOW,
					responseMode: 'lastNode',
					responseData: 'allEntries',
				}),
				webhookId: WORKFLOW,
			},
			node('One item per task', 'n8n-nodes-base.splitOut', 1, {
				fieldToSplitOut: 'body.task_ids',
				options: { destinationFieldName: 'task_id' },
			}),
			{
				...node('Delete relay task', 'n8n-nodes-huawei-cloud-live.huaweiCloudLive', 1, {
					taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
					options: { maxConcurrency: 2 },
				}),
				credentials: { huaweiCloudApi: { id: 'huaweiCloudApi', name: 'Huawei Cloud API' } },
			},
			node('Report', 'n8n-nodes-base.merge', 3.2, { mode: 'append', numberInputs: 3 }),
		],
		connections: {
			Webhook: { main: [main('One item per task')] },
			'One item per task': { main: [main('Delete relay task')] },
			'Delete relay task': { main: [main('Report', 0), main('Report', 1), main('Report', 2)] },
		},
	};
}

function node(name: string, type: string, typeVersion: number, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}

/** How often each task was asked to be deleted. */
function deletions(): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { taskId = '' } of cloud.emulator.calls) counts.set(taskId, (counts.get(taskId) ?? 0) + 1);
	return counts;
}

describe('while one of two workers dies', () => {
	test(
		'every caller is told what became of the tasks, or gets a 500 when the worker died with the call',
		async () => {
			const waiting = calls.values();
			let answered = 0;
			const caller = async () => {
				for (const call of waiting) {
					const response = await fetch(`${api.url}/webhook/${WORKFLOW}`, {
						method: 'POST',
						headers: { 'content-type': 'application/json' },
						body: JSON.stringify({ task_ids: call.taskIds }),
					});
					call.status = response.status;
					if (response.ok) call.reported = JSON.parse(await response.text());
					if (++answered === KILL_AFTER) workers[0]?.kill();
				}
			};
			await Promise.all(Array.from({ length: CALLERS }, caller));

			const [told, untold] = [
				calls.filter(({ status }) => status === 200),
				calls.filter(({ status }) => status !== 200),
			];
			expect(untold.map(({ status }) => status)).toEqual(untold.map(() => 500));
			// The worker had five executions at a time.
			expect(untold.length).toBeGreaterThan(0);
			expect(untold.length).toBeLessThanOrEqual(5);
			const asked = deletions();
			for (const { taskIds, reported } of told) {
				expect(reported.map(({ task_id }) => task_id)).toEqual(taskIds);
				expect(reported.every(({ outcome }) => outcome === 'success')).toBe(true);
				expect(taskIds.map((taskId) => asked.get(taskId))).toEqual(taskIds.map(() => 1));
			}
		},
		NOTICED_MS,
	);

	test('both workers worked', () => {
		for (const { output } of workers) expect(output).toMatch(/finished execution/i);
	});

	test(
		'n8n marks the executions that died as failed, and does not run them again',
		async () => {
			const untold = calls.filter(({ status }) => status !== 200);
			const failed = await until(
				'all that died are marked',
				async () => {
					const executions = await api.executions(WORKFLOW, 'error');
					return executions.length === untold.length ? executions : undefined;
				},
				NOTICED_MS,
			);
			expect(failed).toHaveLength(untold.length);
			expect(await api.executions(WORKFLOW, 'running')).toEqual([]);
			// Some of their tasks were deleted before, others are still on air.
			const left = cloud.tasksLeft();
			expect(left.length).toBeGreaterThan(0);
			expect(untold.flatMap(({ taskIds }) => taskIds)).toEqual(expect.arrayContaining(left));
		},
		NOTICED_MS,
	);

	test('run again as an operator would, they delete what was left, and report the rest as Not Found', async () => {
		const left = new Set(cloud.tasksLeft());
		const failed = await api.executions(WORKFLOW, 'error');
		const reported = new Map<string, unknown>();
		for (const { id } of failed) {
			const retried = await api.call<{ id: string }>('POST', `/rest/executions/${id}/retry`, {
				loadWorkflow: true,
			});
			console.log(JSON.stringify(retried).slice(0, 500));
		}
		await until('nothing is left', () => cloud.tasksLeft().length === 0 || undefined);
	});
});
