import { ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INodeExecutionData,
	type INodeParameters,
	type OnError,
} from 'n8n-workflow';

import { Engine } from '../../dev/n8n/engine';
import type { Transport } from '../../huawei-cloud/http/http';
import { HuaweiCloudLive } from '../../nodes/HuaweiCloudLive/HuaweiCloudLive.node';
import { CREDENTIALS, DELETION, node, NODE_TYPE, runNode, workflowOf } from './nodeRun';
import type { VirtualClock } from './virtualClock';
import { useWorld } from './world';

export interface VirtualRun {
	clock: VirtualClock;
	transport: Transport;
	items: IDataObject[];
	/** Beside those of a deletion. */
	parameters: INodeParameters;
	onError: OnError;
	credential: ICredentialDataDecryptedObject;
	/** When the execution is cancelled, in milliseconds from its beginning. */
	cancelAfter: number | undefined;
}

/** An engine with the node as it is in `nodes/`, whose time and network can be replaced. */
export async function loadVirtualEngine(): Promise<Engine> {
	const engine = await Engine.load();
	engine.extraTypes.set(NODE_TYPE, new HuaweiCloudLive());
	return engine;
}

/** Executes the node for these items in a context of n8n's own, which evaluates its expressions, and lets time pass. */
export async function executeVirtually(
	engine: Engine,
	{ clock, transport, items, parameters, onError, credential, cancelAfter }: VirtualRun,
): Promise<INodeExecutionData[][]> {
	useWorld(clock, transport);
	const liveNode = node(
		'Huawei Cloud Live',
		NODE_TYPE,
		{ ...DELETION, ...parameters },
		{ onError, credentials: CREDENTIALS },
	);
	const workflow = workflowOf(engine, liveNode, { id: 'workflow' });
	const input = items.map((json, item) => ({ json, pairedItem: { item } }));
	const data = { main: [input] };
	const cancellation = new AbortController();
	const context = new ExecuteContext(
		workflow,
		workflow.getNode(liveNode.name) ?? liveNode,
		engine.additionalData({ 'Huawei Cloud API': credential }),
		'manual',
		createRunExecutionData({}),
		0,
		input,
		data,
		{ data, node: liveNode, source: null },
		[],
		cancellation.signal,
	);
	if (cancelAfter === 0) cancellation.abort();
	else if (cancelAfter !== undefined) void clock.sleep(cancelAfter).then(() => cancellation.abort());
	const { execute } = HuaweiCloudLive.prototype;
	const executed: Promise<INodeExecutionData[][]> = Reflect.apply(execute, context, []);
	return await clock.run(executed);
}

/** Runs a workflow with the node in n8n's engine, and lets time pass. The outputs are what the execution keeps. */
export async function runWorkflowVirtually(
	engine: Engine,
	{ clock, transport, items, parameters, onError, credential, cancelAfter }: VirtualRun,
): Promise<INodeExecutionData[][]> {
	useWorld(clock, transport);
	const running = runNode(engine, {
		items,
		parameters,
		settings: { onError },
		credentials: { 'Huawei Cloud API': credential },
		...(cancelAfter !== undefined && { onStart: (cancel) => void clock.sleep(cancelAfter).then(cancel) }),
	});
	const { outputs, error } = await clock.run(running);
	if (error !== undefined && outputs.length === 0) throw new Error(error);
	return outputs;
}
