import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NodeConnectionTypes } from 'n8n-workflow';

import { example, exampleCredentials } from '../../dev/n8n/examples';
import type { N8nApi } from '../../dev/n8n/api';
import { until } from '../../dev/n8n/process';
import type { N8n } from '../../dev/n8n/server';
import { PROJECT_ID } from '../support/clients';
import type { Cloud } from '../support/nodeRun';
import { TestBed } from './testBed';
import type { ScriptedModel } from './scriptedModel';

/** The node as a tool of n8n's AI Agent. The model is a script: the tests check what it gets to read. */

const WORKFLOW = 'agentTool';
const ASK = 'Ask a human';
const BROWSER =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const DELETE = 'Delete_relay_task';
const JUST_ADDED = 'Just_added';

const bed = new TestBed();
let cloud: Cloud;
let model: ScriptedModel;
let n8n: N8n;
let api: N8nApi;

beforeAll(async () => {
	cloud = await bed.startCloud();
	model = await bed.startModel();
	n8n = await bed.createN8n();
	const data = { apiKey: 'none', url: model.url };
	const openAi = { id: 'openAi', name: 'OpenAI', type: 'openAiApi', data };
	await n8n.importCredentials(...exampleCredentials(cloud.fields), openAi);
	const agent = example('agent-tool');
	const nodes = agent.nodes.map((node) =>
		node.name === 'OpenAI Chat Model'
			? {
					...node,
					parameters: { ...node.parameters, responsesApiEnabled: false },
					credentials: { openAiApi: { id: 'openAi', name: 'OpenAI' } },
				}
			: node,
	);
	// A tool as the editor saves one that was just added: without default values.
	const justAdded = nodes
		.filter(({ name }) => name === 'Delete relay task')
		.map(({ parameters: { taskId }, ...node }) => ({
			...{ ...node, id: 'justAdded', name: JUST_ADDED, parameters: { taskId } },
		}));
	const toAgent = { node: 'AI Agent', type: NodeConnectionTypes.AiTool, index: 0 };
	const connections = { ...agent.connections, [JUST_ADDED]: { ai_tool: [[toAgent]] } };
	await n8n.importWorkflows({ ...agent, nodes: [...nodes, ...justAdded], connections });
	api = await n8n.start();
});

/** Says something to the agent, in a new chat of the editor. @returns the ID of the execution */
async function say(chatInput: string): Promise<string> {
	const workflowData = await api.call<object>('GET', `/rest/workflows/${WORKFLOW}`);
	const json = { sessionId: randomUUID(), action: 'sendMessage', chatInput };
	const data = {
		startTime: 0,
		executionTime: 0,
		executionIndex: 0,
		source: [],
		data: { main: [[{ json }]] },
	};
	const { executionId } = await api.call<{ executionId: string }>('POST', `/rest/workflows/${WORKFLOW}/run`, {
		workflowData,
		triggerToStartFrom: { name: 'When chat message received', data },
	});
	return executionId;
}

/**
 * Lets the model ask for a task to be deleted, in the editor's chat, and answers the approval request.
 * @returns what the model was given to read then
 */
async function deleteByAgent(taskId: string, answer: 'Approve' | 'Decline'): Promise<string> {
	model.follow(
		{ tool: DELETE, arguments: { toolParameters: { task_id: taskId }, hitlParameters: {} } },
		{ say: 'Done.' },
	);
	const executionId = await say(`Stop ${taskId}`);
	const question = await until('the agent waits for a human', async () => {
		const { resultData } = await api.executionData(executionId);
		const message = resultData.runData[ASK]?.[0]?.data?.ai_tool?.[0]?.[0]?.sendMessage;
		return typeof message === 'object' ? message : undefined;
	});
	expect(question.text).toBe(`May the agent stop and delete the relay task ${taskId}?`);
	expect(cloud.emulator.calls).toEqual([]);
	const link = question.buttons.find(({ text }) => text === answer)?.link ?? '';
	// n8n treats programs as bots that preview links in messages, and does not let them decide.
	const response = await fetch(link, { headers: { 'user-agent': BROWSER } });
	expect(await response.text()).toContain('Got it, thanks');
	return await until('the model reads the answer', () => model.lastToolAnswer ?? undefined);
}

describe('the agent', () => {
	beforeEach(() => {
		cloud.emulator.calls.length = 0;
		for (const taskId of cloud.tasksLeft()) cloud.emulator.world.tasksOf(PROJECT_ID).delete(taskId);
	});

	test('is told what the tools do, and what to give them', async () => {
		await deleteByAgent('nothing', 'Decline');
		const tools = model.requests[0]?.tools.map((tool) => tool.function);
		expect(tools?.map(({ name, description }) => ({ name, description }))).toEqual([
			{ name: JUST_ADDED, description: 'Get relay task in Huawei Cloud Live' },
			{ name: DELETE, description: 'Delete relay task in Huawei Cloud Live' },
			{ name: 'Get_relay_tasks', description: 'Get many relay tasks in Huawei Cloud Live' },
		]);
		expect(tools?.find(({ name }) => name === DELETE)?.parameters).toMatchObject({
			properties: {
				toolParameters: {
					properties: {
						task_id: { type: 'string', description: 'The task_id of the relay task to stop and delete' },
					},
					required: ['task_id'],
				},
			},
		});
	});

	test('looks tasks up without asking', async () => {
		cloud.addTasks('camera-1', 'camera-2');
		model.follow({ tool: 'Get_relay_tasks', arguments: {} }, { say: 'There are two.' });
		await say('What is running?');
		const read = await until('the model reads the tasks', () => model.lastToolAnswer ?? undefined);
		expect(JSON.parse(read)).toMatchObject([
			{ outcome: 'success', task_id: 'camera-1', status: 'running' },
			{ outcome: 'success', task_id: 'camera-2', status: 'running' },
		]);
	});

	test('deletes nothing with a tool that was just added', async () => {
		cloud.addTasks('camera-1');
		model.follow({ tool: JUST_ADDED, arguments: { task_id: 'camera-1' } }, { say: 'It is running.' });
		await say('What is camera-1 doing?');
		const read = await until('the model reads the task', () => model.lastToolAnswer ?? undefined);
		expect(JSON.parse(read)).toMatchObject([{ outcome: 'success', task_id: 'camera-1', status: 'running' }]);
		expect(cloud.tasksLeft()).toEqual(['camera-1']);
	});

	test('reads that the task was deleted', async () => {
		cloud.addTasks('camera-1');
		expect(JSON.parse(await deleteByAgent('camera-1', 'Approve'))).toEqual([
			expect.objectContaining({ outcome: 'success', deleted: true, task_id: 'camera-1' }),
		]);
		expect(cloud.tasksLeft()).toEqual([]);
	});

	test('reads that there is no such task', async () => {
		expect(JSON.parse(await deleteByAgent('gone', 'Approve'))).toEqual([
			expect.objectContaining({ outcome: 'notFound', deleted: false, task_id: 'gone' }),
		]);
	});

	test('deletes nothing when the human declines, and reads that', async () => {
		cloud.addTasks('camera-2');
		expect(await deleteByAgent('camera-2', 'Decline')).toMatch(/declin|reject|not approve/i);
		expect(cloud.emulator.calls).toEqual([]);
		expect(cloud.tasksLeft()).toEqual(['camera-2']);
	});
});
