import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { startDemo } from '../emulator/demo';
import { until } from '../n8n/process';
import { N8n } from '../n8n/server';
import { Editor } from './editor';
import { example, exampleCredential, installedN8n } from './prepare';

/** The examples as a newcomer sees them: opened in the editor, and run with one click. */

let demo: Awaited<ReturnType<typeof startDemo>>;
let n8n: N8n;
let editor: Editor;

beforeAll(async () => {
	demo = await startDemo();
	n8n = await N8n.create(await installedN8n());
	await n8n.importCredentials(exampleCredential(demo.credential));
	const names = [
		'delete-relay-tasks',
		'scheduled-clean-up',
		'webhook-delete',
		'relay-task-life',
		'agent-tool',
	];
	await n8n.importWorkflows(...names.map(example));
	const api = await n8n.start();
	await api.setUpOwner();
	editor = await Editor.open(n8n.url);
}, 180_000);

afterAll(async () => {
	await editor.close();
	await n8n.remove();
	await demo.emulator.close();
});

/** Executes the workflow that is open, and waits for the numbers of items on the wires that leave a node. */
async function executeAndCount(node: string, counts: Record<string, string>): Promise<void> {
	await editor.execute();
	await until(`the counts are on the wires of ${node}`, async () =>
		isDeepStrictEqual(await editor.countsOnWires(node), counts) ? true : undefined,
	);
}

test('Delete relay tasks', async () => {
	await editor.openWorkflow('deleteRelayTasks');
	await executeAndCount('Delete relay task', {
		Deleted: '3 items',
		'Was not there': '1 item',
		'Someone must look': '4 items',
	});
	await editor.screenshot('example delete-relay-tasks');
});

test('Scheduled clean-up', async () => {
	const { world } = demo.emulator;
	for (const task_id of ['ended-1', 'ended-2'])
		world.addTask(demo.credential.projectId, { task_id, end_time: '2026-01-01T00:00:00Z' });
	await editor.openWorkflow('scheduledCleanUp');
	await executeAndCount('Delete relay task', {
		Deleted: '2 items',
		'Was gone already': '',
		'Could not be deleted': '',
	});
	await editor.screenshot('example scheduled-clean-up');
});

test('The life of a relay task', async () => {
	const before = demo.emulator.world.tasksOf(demo.credential.projectId).size;
	await editor.openWorkflow('relayTaskLife');
	await executeAndCount('Look at it', { Delete: '1 item', 'Went wrong': '' });
	expect(demo.emulator.world.tasksOf(demo.credential.projectId).size).toBe(before);
	await editor.screenshot('example relay-task-life');
});

test('Webhook, with its test URL', async () => {
	demo.emulator.world.addTask(demo.credential.projectId, { task_id: 'relay-from-webhook' });
	await editor.openWorkflow('webhookDelete');
	await editor.listenForTestCall();
	const response = await fetch(`${n8n.url}/webhook-test/delete-relay-task`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ task_id: 'relay-from-webhook' }),
	});
	expect({ status: response.status, body: await response.json() }).toEqual({
		status: 200,
		body: { task_id: 'relay-from-webhook', deleted: true },
	});
	await until('the count is on the wire', async () =>
		(await editor.countsOnWires('Delete relay task'))['200 Deleted'] === '1 item' ? true : undefined,
	);
	await editor.screenshot('example webhook-delete');
});

test('Agent, with the question to a human between it and the tool', async () => {
	await editor.openWorkflow('agentTool');
	await editor.node('Delete relay task').waitFor();
	await editor.screenshot('example agent-tool');
});
