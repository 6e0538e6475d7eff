import { beforeAll, expect } from '@jest/globals';

import { EXAMPLES, WEBHOOK_HEADER, example, exampleCredentials } from '../../dev/n8n/examples';
import { until } from '../../dev/n8n/process';
import type { N8n } from '../../dev/n8n/server';
import type { Editor } from './editor';
import { type Demo, TestBed } from './testBed';

/** The examples as a newcomer sees them: opened in the editor, and run with one click. */

const bed = new TestBed();
let demo: Demo;
let n8n: N8n;
let editor: Editor;
let laterMs = 0;

beforeAll(async () => {
	demo = await bed.startDemo({ now: () => Date.now() + laterMs });
	n8n = await bed.createN8n();
	await n8n.importCredentials(...exampleCredentials(demo.credential));
	await n8n.importWorkflows(...EXAMPLES.map(example));
	await n8n.start();
	editor = await bed.openEditor(n8n);
});

const scene = (name: string, play: () => Promise<void>) => bed.scene(name, () => editor, play);

scene('Delete relay tasks, twice', async () => {
	await editor.openWorkflow('deleteRelayTasks');
	const counts = { Deleted: '3 items', 'Not found': '1 item', 'Needs attention': '4 items' };
	await editor.execute('Delete relay task', counts);
	// The demo takes what comes at once for the same run. People need longer to click again.
	laterMs = 10_000;
	await editor.execute('Delete relay task', counts);
	await editor.screenshot('example delete-relay-tasks');
});

scene('Take a stream off air', async () => {
	const { world } = demo.emulator;
	world.addTask(demo.credential.projectId, { task_id: 'relay-camera-1' });
	await editor.openWorkflow('takeOffAir');
	await editor.execute('Forbid its stream', {
		'Off air': '1 item',
		'No such domain': '',
		'Needs attention': '',
	});
	expect(world.streamsOf(demo.credential.projectId).bans).toMatchObject([{ stream_name: 'camera-1' }]);
	await editor.screenshot('example take-off-air');
});

scene('Webhook, with its test URL', async () => {
	demo.emulator.world.addTask(demo.credential.projectId, { task_id: 'relay-from-webhook' });
	await editor.openWorkflow('webhookDelete');
	await editor.listenForTestCall();
	const response = await fetch(`${n8n.url}/webhook-test/delete-relay-task`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', [WEBHOOK_HEADER.name]: WEBHOOK_HEADER.value },
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
