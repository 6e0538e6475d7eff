import { beforeAll, expect, test } from '@jest/globals';

import { example, exampleCredentials } from '../../dev/n8n/examples';
import { outputsOf } from '../../dev/n8n/engine';
import { until } from '../../dev/n8n/process';
import type { N8n } from '../../dev/n8n/server';
import { httpRequestNode, withOtherIamHost } from '../support/credentialUse';
import { node } from '../support/nodeRun';
import { type Demo, TestBed } from './testBed';

/** The tests for each release of n8n. Their titles are the columns of the table in docs/running.md. */

const TWO_POLLS_MS = 130_000;

const bed = new TestBed();
let n8n: N8n;
let demo: Demo;

beforeAll(async () => {
	demo = await bed.startDemo();
	n8n = await bed.createN8n();
	await n8n.importCredentials(...exampleCredentials(demo.credential));
});

test('Three outputs', async () => {
	await n8n.importWorkflows(example('delete-relay-tasks'));
	const run = await n8n.execute('deleteRelayTasks');
	const outputs = outputsOf(run, 'Delete relay task').map((items) => items.map(({ json }) => json.task_id));
	expect(outputs).toEqual([
		['relay-camera-1', 'relay-camera-2', 'relay-lost-answer'],
		['relay-ended-yesterday'],
		['relay-locked', 'relay-wrong-address', 'relay-maintenance', '  '],
	]);
	expect(run.data.resultData.error?.message).toMatch(
		/^4 relay tasks could not be deleted\. The first, relay-locked: /,
	);
	expect(JSON.stringify(run)).not.toContain(demo.credential.iamToken);
	expect(n8n.log).not.toContain(demo.credential.iamToken);
	expect([...demo.emulator.world.tasksOf(demo.credential.projectId).keys()]).toEqual([
		'relay-locked',
		'relay-wrong-address',
		'relay-maintenance',
		'relay-ended-1',
		'relay-ended-2',
	]);
});

test('HTTP Request node', async () => {
	const { emulator, user, credential } = demo;
	const { accountName, userName, password } = user;
	const { iamToken: _none, ...common } = credential;
	await n8n.importCredentials({
		id: 'iamUser',
		name: 'Huawei Cloud API',
		data: withOtherIamHost({ ...common, authentication: 'iamUser', accountName, userName, password }),
	});
	const credentials = { huaweiCloudApi: { id: 'iamUser', name: 'Huawei Cloud API' } };
	await n8n.importWorkflows({
		id: 'httpRequest',
		name: 'HTTP Request',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger'),
			httpRequestNode({ url: `${emulator.url}/echo/anything` }, { credentials }),
		],
		connections: { Start: { main: [[{ node: 'HTTP Request', type: 'main', index: 0 }]] } },
	});
	const paths = async (): Promise<string[]> => {
		emulator.calls.length = 0;
		const run = await n8n.execute('httpRequest');
		expect(outputsOf(run, 'HTTP Request')[0]).toMatchObject([{ json: { user: userName } }]);
		return emulator.calls.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
	};
	// It fetches a token of the IAM user, which n8n stores until it is rejected.
	const fetchToken = 'POST /v3/auth/tokens';
	const request = 'GET /echo/anything';
	// A failure of any kind makes n8n ask for a new token: is it the token that failed?
	const lookAtToken = 'GET /v3/auth/projects';
	expect(await paths()).toEqual([fetchToken, request]);
	expect(await paths()).toEqual([request]);
	for (const token of emulator.world.tokens.keys()) {
		if (token !== credential.iamToken) emulator.world.tokens.delete(token);
	}
	expect(await paths()).toEqual([request, lookAtToken, fetchToken, request]);
});

test('Trigger', async () => {
	const { emulator, credential } = demo;
	const addTask = (task_id: string, endsInMs: number) => {
		const end_time = new Date(Date.now() + endsInMs).toISOString();
		emulator.world.addTask(credential.projectId, { task_id, end_time });
	};
	const api = await n8n.start();
	// Saved as the editor does it: what n8n 2.0 imports has no version to publish.
	const { id: workflowId } = await api.call<{ id: string }>(
		'POST',
		'/rest/workflows',
		example('past-end-delete'),
	);
	// The first poll comes a moment after publishing: what has ended by then is not reported.
	addTask('ended-before', -60_000);
	addTask('ends', 30_000);
	await api.activate(workflowId);
	const { id } = await until(
		'the trigger has started the workflow',
		async () => (await api.executions(workflowId, 'success'))[0],
		TWO_POLLS_MS,
	);
	const data = await api.executionData(id);
	expect(outputsOf({ data }, 'Deleted')[0]).toMatchObject([{ json: { task_id: 'ends' } }]);
	expect([...emulator.world.tasksOf(credential.projectId).keys()]).toContain('ended-before');
});
