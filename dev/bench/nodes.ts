import { randomBytes } from 'node:crypto';

import {
	NodeConnectionTypes,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';

import { outputsOf, type Engine } from '../n8n/engine';

/** Nodes of n8n's engine, as peers and rows of tables need them. */

export const OUR_TYPE = 'n8n-nodes-huawei-cloud-live.huaweiCloudLive';
const CREDENTIAL = 'Huawei Cloud API';
const TRIGGER = 'Trigger';
const NODE = 'Node';

/** A workflow's node without its name and position. */
export type NodeOfWorkflow = Pick<INode, 'type' | 'parameters'> & Partial<INode>;

/** Where to send calls, and as whom. */
export interface Target {
	/** Scheme, host and port. */
	url: string;
	project: string;
}

export const TOKEN = 'MIIexampleTokenOfABench';

/** A project that no limiter and no gateway has seen. */
export const newProject = () => randomBytes(16).toString('hex');

function credentialFields({ url, project }: Target) {
	return {
		authentication: 'iamToken',
		iamToken: TOKEN,
		projectId: project,
		region: 'cn-north-4',
		liveEndpoint: url,
		iamEndpoint: url,
	};
}

/** Our node, deleting the task that an expression names. */
export function ourNode(concurrency: number): NodeOfWorkflow {
	return {
		type: OUR_TYPE,
		parameters: {
			resource: 'relayTask',
			operation: 'delete',
			taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
			options: { maxConcurrency: concurrency },
		},
	};
}

/** Tasks to delete: one item each. */
export function tasks(count: number): Array<{ task_id: string }> {
	return Array.from({ length: count }, (_, index) => ({
		task_id: `task-${String(index).padStart(6, '0')}-4f6a-9d1c-c0ffee`,
	}));
}

/** Runs one node for these items, as a credential for this target, and returns the items on its outputs. */
export async function runNode(
	engine: Engine,
	node: NodeOfWorkflow,
	target: Target,
	items: readonly IDataObject[],
): Promise<INodeExecutionData[][]> {
	return await runOneNode(engine, node, credentialFields(target), items);
}

/**
 * Runs a workflow of a trigger that gives these items, and one node.
 * @returns the items on the node's outputs
 * @throws what ends the execution
 */
export async function runOneNode(
	engine: Engine,
	node: NodeOfWorkflow,
	credential: ICredentialDataDecryptedObject,
	items: readonly IDataObject[],
): Promise<INodeExecutionData[][]> {
	const common = { typeVersion: 1, position: [0, 0] } satisfies Partial<INode>;
	const trigger = { ...common, id: '1', name: TRIGGER, type: 'n8n-nodes-base.manualTrigger', parameters: {} };
	const credentials = { huaweiCloudApi: { id: '1', name: CREDENTIAL } };
	const run = await engine.run(
		{
			name: 'One node',
			nodes: [trigger, { ...common, id: '2', name: NODE, credentials, ...node }],
			connections: { [TRIGGER]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		},
		{ credentials: { [CREDENTIAL]: credential }, pinData: { [TRIGGER]: items.map((json) => ({ json })) } },
	);
	const { error } = run.data.resultData;
	if (error) throw error;
	return outputsOf(run, NODE);
}

/** A node with one parameter that does this for each item, with limited concurrency. */
export function plainNode(
	concurrency: number,
	work: (context: IExecuteFunctions, itemIndex: number) => Promise<unknown>,
): INodeType {
	return {
		description: {
			displayName: 'Plain',
			name: 'plain',
			group: ['output'],
			version: 1,
			description: 'Does one thing for each item',
			defaults: { name: NODE },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [{ displayName: 'Task ID', name: 'taskId', type: 'string', default: '' }],
		},
		async execute() {
			const items: INodeExecutionData[] = [];
			await forEachConcurrently(this.getInputData().length, concurrency, async (item) => {
				await work(this, item);
				items[item] = { json: { deleted: true }, pairedItem: { item } };
			});
			return [items];
		},
	};
}

export async function forEachConcurrently(
	count: number,
	concurrency: number,
	work: (index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}
