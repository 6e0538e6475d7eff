import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type IRun,
	type WorkflowParameters,
} from 'n8n-workflow';

import { outputsOf, type Engine, type RunOptions, type WorkflowFile } from '../../dev/n8n/engine';
import { PROJECT_ID, TOKEN } from './clients';
import { Emulator, type EmulatorOptions } from '../../dev/emulator/emulator';
import type { AccessKey } from '../../dev/emulator/world';

export const NODE_TYPE = 'n8n-nodes-huawei-cloud-live.huaweiCloudLive';

/** Parameters that delete the task of each item. */
export const DELETION: INodeParameters = {
	resource: 'relayTask',
	operation: 'delete',
	taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
};
const TRIGGER = 'Trigger';
const NODE = 'Huawei Cloud Live';
const SINKS = ['Success', 'Not Found', 'Error', 'Error of n8n'];

export interface NodeRunOptions extends RunOptions {
	/** The input: one item each. */
	items: IDataObject[];
	/** Parameters beside, or instead of, those of a deletion. */
	parameters?: INodeParameters;
	/** Settings of the node: On Error, Retry On Fail, … */
	settings?: Partial<INode>;
	/** Default: true. */
	hasCredential?: boolean;
	/** The names of the nodes that the outputs are connected to, by output. Default: one sink each. */
	sinks?: ReadonlyArray<readonly string[]>;
}

export interface NodeRun {
	run: IRun;
	/** The items on each output of the node, as the execution keeps them. */
	outputs: INodeExecutionData[][];
	/** The items that reach the nodes connected to the outputs. The fourth is the one that n8n may append. */
	delivered: IDataObject[][];
	hints: string[];
	/** The message of the error that ended the execution. */
	error: string | undefined;
}

/** Runs a workflow of a trigger, our node, and a node at each of its outputs. */
export async function runNode(engine: Engine, options: NodeRunOptions): Promise<NodeRun> {
	const {
		items,
		parameters,
		settings,
		hasCredential = true,
		sinks = SINKS.map((name) => [name]),
		...runOptions
	} = options;
	const file: WorkflowFile = {
		name: 'Test',
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger'),
			node(
				NODE,
				NODE_TYPE,
				{ ...DELETION, ...parameters },
				{ ...(hasCredential && { credentials: CREDENTIALS }), ...settings },
			),
			...SINKS.map((name) => node(name, 'n8n-nodes-base.noOp')),
		],
		connections: {
			[TRIGGER]: { main: [[{ node: NODE, type: 'main', index: 0 }]] },
			[NODE]: { main: sinks.map((names) => names.map((name) => ({ node: name, type: 'main', index: 0 }))) },
		},
	};
	const run = await engine.run(file, {
		...runOptions,
		pinData: { [TRIGGER]: items.map((json) => ({ json })) },
	});
	return {
		run,
		outputs: outputsOf(run, NODE),
		delivered: SINKS.map((name) => (outputsOf(run, name)[0] ?? []).map(({ json }) => json)),
		hints: (run.data.resultData.runData[NODE]?.at(-1)?.hints ?? []).map(({ message }) => message),
		error: run.data.resultData.error?.message,
	};
}

/** The credential of a node. */
export const CREDENTIALS = { huaweiCloudApi: { id: '1', name: 'Huawei Cloud API' } };

/** A node of a workflow, of the first version of its type unless `more` says otherwise. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	more: Partial<INode> = {},
): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

/** A workflow of one node. */
export function workflowOf(engine: Engine, only: INode, more: Partial<WorkflowParameters> = {}): Workflow {
	return new Workflow({ nodes: [only], connections: {}, active: false, nodeTypes: engine, ...more });
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

/** An emulator in which a project, its user and a token exist, and the credential that points to it. */
export async function startCloud(options: EmulatorOptions = {}) {
	const emulator = await Emulator.start(options);
	const user = emulator.world.addUser({ projects: [{ id: PROJECT_ID, name: emulator.world.region }] });
	const token = { value: TOKEN, user, projectId: PROJECT_ID, expiresAt: emulator.world.now() + 86_400_000 };
	emulator.world.tokens.set(TOKEN, token);
	const common = {
		projectId: PROJECT_ID,
		region: emulator.world.region,
		liveEndpoint: emulator.url,
		iamEndpoint: emulator.url,
	};
	const fields = { authentication: 'iamToken', iamToken: TOKEN, ...common };
	const { accountName, userName, password } = user;
	return {
		emulator,
		user,
		token,
		fields,
		/** To spread into the options of a run. */
		credentials: { 'Huawei Cloud API': fields },
		/** The fields of a credential of the user, with a password. */
		userFields: { authentication: 'iamUser', accountName, userName, password, ...common },
		/** The fields of a credential with a new access key of the user. */
		keyFields: (key: Partial<AccessKey> = {}) => {
			const { id, secret, securityToken = '' } = emulator.world.addAccessKey(user, key);
			return {
				authentication: 'accessKey',
				accessKeyId: id,
				secretAccessKey: secret,
				securityToken,
				...common,
			};
		},
		/** Makes tasks with these IDs. */
		addTasks: (...taskIds: string[]) => {
			for (const task_id of taskIds) emulator.world.addTask(PROJECT_ID, { task_id });
		},
		tasksLeft: () => [...emulator.world.tasksOf(PROJECT_ID).keys()],
	};
}
