import { beforeAll, expect, test } from '@jest/globals';

import { exampleCredentials } from '../../dev/n8n/examples';
import type { N8nApi } from '../../dev/n8n/api';
import { until } from '../../dev/n8n/process';
import type { N8n } from '../../dev/n8n/server';
import { TOKEN } from '../support/clients';
import { node, NODE_TYPE, type Cloud } from '../support/nodeRun';
import { TestBed } from './testBed';

/** A server that is told to end (SIGTERM) while the node deletes tasks. */

const GRACE_SECONDS = 8;
/** Before it gives up, n8n takes two more to report that it does. */
const MAX_SHUTDOWN_MS = (GRACE_SECONDS + 2 + 3) * 1000;
const COUNT = 40;

const bed = new TestBed();
let n8n: N8n;
let api: N8nApi;
let cloud: Cloud;

const credentials = { huaweiCloudApi: { id: 'huaweiCloudApi', name: 'Huawei Cloud API' } };
const connectTo = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });

beforeAll(async () => {
	cloud = await bed.startCloud({ latencyMs: 100 });
	n8n = await bed.createN8n({ env: { N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACE_SECONDS) } });
	await n8n.importCredentials(...exampleCredentials(cloud.fields));
	const taskId = { __rl: true, mode: 'id', value: '={{ $json.task_id }}' };
	await n8n.importWorkflows({
		id: 'deleteAll',
		name: 'Delete all',
		nodes: [
			node(
				'Call',
				'n8n-nodes-base.webhook',
				{ path: 'all', httpMethod: 'POST' },
				{ typeVersion: 2, webhookId: 'all' },
			),
			node('List', NODE_TYPE, { operation: 'getAll', returnAll: true }, { credentials }),
			node(
				'Delete',
				NODE_TYPE,
				{ operation: 'delete', taskId, options: { maxConcurrency: 2 } },
				{ credentials },
			),
		],
		connections: { Call: connectTo('List'), List: connectTo('Delete') },
	});
	api = await n8n.start();
	await api.activate('deleteAll');
});

/** Starts a run, and ends n8n in the middle of it. Returns its exit code, and how long it took. */
async function endInTheMiddle(): Promise<{ code: number | null; ms: number }> {
	cloud.addTasks(...Array.from({ length: COUNT }, (_, index) => `task-${index}`));
	await until('the webhook listens', async () => {
		const { ok } = await fetch(`${n8n.url}/webhook/all`, { method: 'POST' });
		return ok || undefined;
	});
	await until('some tasks are deleted', () => cloud.tasksLeft().length < COUNT - 5 || undefined);
	const began = Date.now();
	const code = await n8n.terminate();
	return { code, ms: Date.now() - began };
}

test('it waits for a run that ends in time, and every item of it is accounted for', async () => {
	const { code, ms } = await endInTheMiddle();
	expect({ code, isInTime: ms < MAX_SHUTDOWN_MS }).toEqual({ code: 0, isInTime: true });
	expect(cloud.tasksLeft()).toEqual([]);

	api = await n8n.startAgain();
	const [run] = await api.executions('deleteAll');
	expect(run?.status).toBe('success');
	const { resultData } = await api.executionData(run?.id ?? '');
	const items = (resultData.runData.Delete?.[0]?.data?.main ?? []).map((output) => output?.length);
	expect(items).toEqual([COUNT, 0, 0]);
});

test('it gives up a run that does not end in time, which is then no success, and tells no secret', async () => {
	cloud.emulator.faults.add({ taskId: `task-${COUNT - 1}`, times: Infinity, mishap: { kind: 'stall' } });
	const { code, ms } = await endInTheMiddle();
	expect({ code, isInTime: ms < MAX_SHUTDOWN_MS }).toEqual({ code: 1, isInTime: true });

	api = await n8n.startAgain();
	const [run] = await api.executions('deleteAll');
	expect(run?.status).toBe('crashed');
	const { resultData } = await api.executionData(run?.id ?? '');
	// n8n reports the node as running, and has no items of it.
	expect(resultData.runData.Delete?.flatMap(({ data }) => data?.main ?? [])).toEqual([]);
	expect(n8n.log).not.toContain(TOKEN);
});
