import { beforeAll, expect } from '@jest/globals';

import { EXAMPLES, example, exampleCredentials } from '../../dev/n8n/examples';
import type { Editor } from './editor';
import { type Demo, TestBed } from './testBed';

/** The examples as a newcomer sees them: opened in the editor, and run with one click. */

const bed = new TestBed();
let demo: Demo;
let editor: Editor;
let laterMs = 0;

beforeAll(async () => {
	demo = await bed.startDemo({ now: () => Date.now() + laterMs });
	const n8n = await bed.createN8n();
	await n8n.importCredentials(...exampleCredentials(demo.credential));
	await n8n.importWorkflows(...EXAMPLES.map(example));
	await n8n.start();
	editor = await bed.openEditor(n8n);
});

bed.scene('Delete relay tasks, twice', async () => {
	await editor.openWorkflow('deleteRelayTasks');
	const counts = { Deleted: '3 items', 'Not found': '1 item', 'Needs attention': '4 items' };
	await editor.execute('Delete relay task', counts);
	// The demo treats calls in quick succession as one run. People take longer to click again.
	laterMs = 10_000;
	await editor.execute('Delete relay task', counts);
	await editor.screenshot('example delete-relay-tasks');
});

bed.scene('Take a stream off air', async () => {
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

bed.scene('Delete relay tasks past their end time, by hand: one that has ended is the sample', async () => {
	await editor.openWorkflow('pastEndDelete');
	const counts = { Deleted: '1 item', 'Not found': '', 'Needs attention': '' };
	await editor.execute('Delete relay task', counts);
	await editor.screenshot('example past-end-delete');
});

bed.scene("The trigger's form asks for a domain where the event is one of streams", async () => {
	demo.emulator.world.addDomain(demo.credential.projectId, 'push.example.com');
	await editor.openNode('Past its end time');
	await editor.choose('event', 'Stream Online');
	const domains = await editor.openTaskList();
	await domains.first().waitFor();
	expect(await domains.allInnerTexts()).toEqual(['push.example.com']);
	await editor.screenshot('trigger stream online');
});
