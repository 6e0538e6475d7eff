import { beforeAll, expect } from '@jest/globals';

import type { N8nApi } from '../../dev/n8n/api';
import { outputsOf } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { until } from '../../dev/n8n/process';
import { PROJECT_ID } from '../support/clients';
import type { Cloud } from '../support/nodeRun';
import type { Editor } from './editor';
import { TestBed } from './testBed';

/** The trigger in a real n8n: its form, and the example that it starts once it is published. */

const bed = new TestBed();
let cloud: Cloud;
let api: N8nApi;
let editor: Editor;

const TWO_POLLS_MS = 130_000;
const addTask = (task_id: string, end_time: string) =>
	cloud.emulator.world.addTask(PROJECT_ID, { task_id, end_time });
const addEnded = (task_id: string) => addTask(task_id, '2026-01-01T00:00:00Z');

beforeAll(async () => {
	cloud = await bed.startCloud();
	cloud.emulator.world.addDomain(PROJECT_ID, 'push.example.com');
	const n8n = await bed.createN8n();
	await n8n.importCredentials({ id: 'huaweiCloudApi', name: 'Huawei Cloud API', data: cloud.fields });
	await n8n.importWorkflows(example('past-end-delete'));
	api = await n8n.start();
	editor = await bed.openEditor(n8n);
});

const scene = (name: string, play: () => Promise<void>) => bed.scene(name, () => editor, play);

scene('By hand, it gives a task that has ended as a sample', async () => {
	cloud.addTasks('runs');
	addEnded('sample');
	await editor.openWorkflow('pastEndDelete');
	const counts = { Deleted: '1 item', 'Not found': '', 'Needs attention': '' };
	await editor.execute('Delete relay task', counts);
	expect(cloud.tasksLeft()).toEqual(['runs']);
	await editor.screenshot('example past-end-delete');
	await editor.openNode('Past its end time');
	await editor.screenshot('trigger past its end time');
});

scene('Published, it deletes what ends from then on', async () => {
	const byHand = await api.executions('pastEndDelete', 'success');
	// The first poll comes a moment after publishing: what has ended by then is not reported.
	addEnded('before');
	addTask('ends', new Date(Date.now() + 30_000).toISOString());
	await api.activate('pastEndDelete');
	const execution = await until(
		'the trigger has started the workflow',
		async () => {
			const executions = await api.executions('pastEndDelete', 'success');
			return executions.length > byHand.length ? executions[0] : undefined;
		},
		TWO_POLLS_MS,
	);
	const data = await api.executionData(execution.id);
	expect(outputsOf({ data }, 'Deleted')[0]).toMatchObject([{ json: { task_id: 'ends' } }]);
	expect(cloud.tasksLeft()).toEqual(['runs', 'before']);
});

scene('The form asks for a domain where the event is one of streams', async () => {
	await editor.openWorkflow('pastEndDelete');
	await editor.openNode('Past its end time');
	await editor.choose('event', 'Stream Online');
	const domains = await editor.openTaskList();
	await domains.first().waitFor();
	expect(await domains.allInnerTexts()).toEqual(['push.example.com']);
	await editor.screenshot('trigger stream online');
});
