import { beforeAll, describe, expect } from '@jest/globals';

import { until } from '../../dev/n8n/process';
import { PROJECT_ID } from '../support/clients';
import { answer } from '../support/mishaps';
import { node, NODE_TYPE, type Cloud } from '../support/nodeRun';
import type { Editor } from './editor';
import { TestBed } from './testBed';

/** A person's work in the editor, from the first search in the node panel to a workflow that runs. */

const bed = new TestBed();
let cloud: Cloud;
let editor: Editor;

const NODE = 'Delete relay task';
const SEARCHES = ['Huawei', 'relay', 'rtmp', 'live stream', 'delete relay'];
const SINKS = ['Deleted', 'Not found', 'Needs attention'];

beforeAll(async () => {
	cloud = await bed.startCloud();
	const n8n = await bed.createN8n();
	await n8n.importWorkflows(
		{
			id: 'unfinished',
			name: 'Stop relays',
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger'),
				node(
					'Task IDs',
					'n8n-nodes-base.code',
					{
						jsCode: `return ['camera-1', 'camera-2', 'gone', 'locked'].map((task_id) => ({ json: { task_id } }));`,
					},
					{ typeVersion: 2, position: [220, 0] },
				),
				...SINKS.map((name, index) =>
					node(name, 'n8n-nodes-base.noOp', {}, { position: [880, 200 * (index - 1)] }),
				),
			],
			connections: { Start: { main: [[{ node: 'Task IDs', type: 'main', index: 0 }]] } },
		},
		{
			id: 'life',
			name: 'A relay task',
			nodes: [node('Start', 'n8n-nodes-base.manualTrigger')],
			connections: {},
		},
		{
			id: 'not-run',
			name: 'Has not run',
			nodes: [node('Delete', NODE_TYPE, {}), node('Next', 'n8n-nodes-base.noOp', {}, { position: [300, 0] })],
			connections: { Delete: { main: [[{ node: 'Next', type: 'main', index: 0 }]] } },
		},
	);
	await n8n.start();
	editor = await bed.openEditor(n8n);
});

bed.scene('the node panel shows the node first, whatever it is searched by', async () => {
	await editor.openWorkflow('unfinished');
	for (const text of SEARCHES) {
		const names = await editor.searchNode(text);
		await until(
			`the first is ours for ${text}`,
			async () => (await names.first().innerText()) === 'Huawei Cloud Live' || undefined,
		);
	}
	await editor.screenshot('node-panel');
});

bed.scene('the node is dragged onto the canvas, where it has its three outputs', async () => {
	await editor.dragAction(NODE, 400, 450);
	expect(await editor.outputNames(NODE)).toEqual(['Success', 'Not Found', 'Error']);
});

describe('the credential form', () => {
	/** For each method: its fields, which of them is wrong at first, and what the test says then. */
	const methods: Array<[method: string, fields: string[], wrong: string, says: RegExp]> = [
		['IAM Token', ['iamToken'], 'iamToken', /IAM rejected the IAM token\. The token may have expired/],
		[
			'IAM User',
			['accountName', 'userName', 'password'],
			'password',
			/IAM rejected the account name, user name or password\./,
		],
		['Access Key', ['accessKeyId', 'secretAccessKey'], 'secretAccessKey', /rejected|signature/],
	];

	for (const [method, fields, wrong, says] of methods) {
		bed.scene(`says what is wrong with the ${method}, and then that it works`, async () => {
			const known: Record<string, string> = { ...cloud.fields, ...cloud.userFields, ...cloud.keyFields() };
			const names = [...fields, 'projectId', 'liveEndpoint', 'iamEndpoint'];
			const right = Object.fromEntries(names.map((name) => [name, known[name] ?? '']));
			await editor.newCredential();
			await editor.choose('authentication', method);
			await editor.fillAll({ ...right, [wrong]: 'wrong' });
			expect(await editor.saveCredential()).toMatch(says);
			await editor.screenshot(`credential ${method} rejected`);
			await editor.fillAll(right);
			expect(await editor.saveCredential()).toMatch(/^Connection tested successfully/);
			await editor.screenshot(`credential ${method}`);
			await editor.closeCredential();
		});
	}
});

bed.scene('a task is picked from the list, where it is found by its stream name', async () => {
	cloud.addTasks('camera-1', 'camera-2');
	cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'event-1', stream_name: 'keynote' });
	const tasks = await editor.openTaskList();
	await until('all are listed', async () => (await tasks.count()) === 3 || undefined);
	await editor.searchTask('keynote');
	await until('one is found', async () => (await tasks.count()) === 1 || undefined);
	await editor.screenshot('task-list');
	await tasks.click();
	expect(await editor.executeStep()).toEqual({
		outputs: ['Success Branch (1 item)', 'Not Found Branch', 'Error Branch'],
		items: [expect.objectContaining({ task_id: 'event-1', deleted: true, outcome: 'success' })],
	});
	expect(cloud.tasksLeft()).toEqual(['camera-1', 'camera-2']);
	await editor.screenshot('executed-step');
});

describe('three nodes are connected to the outputs', () => {
	const counts = { Deleted: '2 items', 'Not found': '1 item', 'Needs attention': '1 item' };

	async function executeAndCount(): Promise<void> {
		cloud.addTasks('camera-1', 'camera-2', 'locked');
		await editor.execute(NODE, counts);
		expect(cloud.tasksLeft()).toEqual(['locked']);
	}

	bed.scene('and their wires show how many items took them', async () => {
		const mishap = answer(401, 'LIVE.100011003');
		cloud.emulator.faults.add({ taskId: 'locked', times: Infinity, mishap });
		await editor.mapTaskId('{{ $json.task_id');
		await editor.screenshot('task-by-id');
		await editor.closeNode();
		await editor.wire('Task IDs', 0, NODE);
		for (const [output, sink] of SINKS.entries()) await editor.wire(NODE, output, sink);
		await executeAndCount();
		await editor.tidyUp();
		await editor.screenshot('three-outputs');
	});

	bed.scene('and every item leaves as before with the output that n8n adds', async () => {
		await editor.openNode(NODE);
		await editor.chooseSetting('onError', 'Continue (using error output)');
		await editor.closeNode();
		expect(await editor.outputNames(NODE)).toEqual(['Success', 'Not Found', 'Error', 'Error']);
		await executeAndCount();
	});
});

bed.scene('its fields can be mapped before it has run', async () => {
	await editor.openWorkflow('not-run');
	await editor.openNode('Next');
	expect(await editor.inputFields()).toEqual(expect.arrayContaining(['deleted', 'task_id', 'error', 'hint']));
	await editor.screenshot('fields-before-a-run');
	await editor.closeNode();
});

bed.scene('a task is created', async () => {
	for (const taskId of cloud.tasksLeft()) cloud.emulator.world.tasksOf(PROJECT_ID).delete(taskId);
	await editor.openWorkflow('life');
	await editor.dragAction('Create relay task', 400, 300);
	await editor.choose('sourceType', 'Video Files');
	await editor.fillAll({
		sourceUrls: 'https://vod.example.com/opening.mp4',
		destinationUrl: 'rtmp://push.example.com/live/event',
	});
	const created = await editor.executeStep();
	const [taskId] = cloud.tasksLeft();
	expect(created).toEqual({
		outputs: ['Success Branch (1 item)', 'Not Found Branch', 'Error Branch'],
		items: [expect.objectContaining({ outcome: 'success', task_id: taskId })],
	});
	await editor.screenshot('create');
});

bed.scene('nothing is deleted in a dry run, which is on as soon as it is added', async () => {
	await editor.closeNode();
	cloud.addTasks('camera-9');
	await editor.dragAction(NODE, 400, 500);
	const tasks = await editor.openTaskList();
	await editor.searchTask('camera-9');
	await until('one is found', async () => (await tasks.count()) === 1 || undefined);
	await tasks.click();
	await editor.addOption('Dry Run');
	expect(await editor.executeStep()).toMatchObject({
		items: [expect.objectContaining({ dry_run: true, deleted: false, task_id: 'camera-9' })],
	});
	await editor.screenshot('dry-run');
	expect(cloud.tasksLeft()).toContain('camera-9');
});
