import { randomBytes } from 'node:crypto';

import type { ICredentialDataDecryptedObject, IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import { outputsOf, type Engine } from '../n8n/engine';

/** Nodes of n8n's engine, as peers and rows of tables need them. */

export const OUR_TYPE = 'n8n-nodes-huawei-cloud-live.huaweiCloudLive';
const CREDENTIAL = 'Huawei Cloud API';
const TRIGGER = 'Trigger';
const NODE = 'Node';

/** A workflow's node without its name and position. */
export type NodeOfWorkflow = Pick<INode, 'type' | 'parameters'> & Partial<INode>;

export const TOKEN = 'MIIexampleTokenOfABench';

/** The credential of a project that no limiter and no gateway has seen, with this for its endpoints. */
export const newCredential = (url: string) => ({
	...{ authentication: 'iamToken', iamToken: TOKEN, projectId: randomBytes(16).toString('hex') },
	...{ region: 'cn-north-4', liveEndpoint: url, iamEndpoint: url },
});
/** Where to send requests, and as whom. */
export type Target = ReturnType<typeof newCredential>;

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

/** Runs one node on these items. Rejects with the execution's error. @returns the items on its outputs */
export async function runNode(
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
