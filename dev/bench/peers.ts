import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { Pool } from 'undici';

import type { Engine } from '../n8n/engine';
import { ourNode, runNode, TOKEN, type NodeOfWorkflow, type Target } from './nodes';

/** One way to delete tasks. */
interface Peer {
	name: string;
	/** How many tasks it is given at a time. */
	tasks: number;
	/** Deletes the tasks of these items. */
	run(target: Target, items: readonly IDataObject[]): Promise<void>;
}

/** Enough for peers that open a connection for each call. */
const FEW = 500;

export const NAMES = {
	pool: 'a bare undici Pool',
	expression: 'one expression per item',
	node: 'our node',
	helper: "n8n's request helper",
	httpRequest: "n8n's HTTP Request node",
};

const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Auth-Token': TOKEN };

function pathOf({ projectId }: Target, taskId: unknown): string {
	return `/v1/${projectId}/pull/stream/task?task_id=${encodeURIComponent(String(taskId))}`;
}

type Work = (target: Target, context: IExecuteFunctions, item: number) => unknown;

/** All peers at this concurrency, each with this many tasks at a time or fewer. `url` is the origin of every target. */
export function peersOf(engine: Engine, url: string, concurrency: number, most: number): Peer[] {
	const pool = new Pool(url, { connections: concurrency });
	const peer = (name: string, count: number, nodeFor: (target: Target) => NodeOfWorkflow): Peer => ({
		name,
		tasks: count,
		async run(target, items) {
			const [deleted = []] = await runNode(engine, nodeFor(target), target, items);
			if (deleted.length !== items.length)
				throw new Error(`${deleted.length} of ${items.length} were deleted`);
		},
	});
	const plainPeer = (name: string, count: number, work: Work) =>
		peer(name, count, (target) => {
			addPlainNode(engine, concurrency, (context, item) => work(target, context, item));
			return { type: PLAIN, parameters: { taskId: '={{ $json.task_id }}' } };
		});
	return [
		{
			name: NAMES.pool,
			tasks: most,
			run: async (target, items) =>
				await forEachConcurrently(items.length, concurrency, async (index) => {
					const path = pathOf(target, items[index]?.task_id);
					const { statusCode, body } = await pool.request({ method: 'DELETE', path, headers: HEADERS });
					await body.json();
					if (statusCode !== 200) throw new Error('A task was not deleted');
				}),
		},
		// The least a node does, without sending anything.
		plainPeer(NAMES.expression, most, (_target, context, item) => context.getNodeParameter('taskId', item)),
		peer(NAMES.node, most, () => ourNode(concurrency)),
		plainPeer(NAMES.helper, FEW, async (target, context, item) => {
			const url = target.liveEndpoint + pathOf(target, context.getInputData()[item]?.json.task_id);
			await context.helpers.httpRequest({ method: 'DELETE', url, headers: HEADERS });
		}),
		// Unchanged: it sends all its requests at once.
		peer(NAMES.httpRequest, FEW, httpRequestNode),
	];
}

function httpRequestNode({ liveEndpoint, projectId }: Target): NodeOfWorkflow {
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'DELETE',
			url: `=${liveEndpoint}/v1/${projectId}/pull/stream/task?task_id={{ $json.task_id }}`,
			sendHeaders: true,
			headerParameters: { parameters: Object.entries(HEADERS).map(([name, value]) => ({ name, value })) },
			options: {},
		},
	};
}

const PLAIN = 'plain.node';

/** Adds a node with one parameter that does this for each item. */
function addPlainNode(
	engine: Engine,
	concurrency: number,
	work: (context: IExecuteFunctions, item: number) => unknown,
): void {
	engine.extraTypes.set(PLAIN, {
		description: {
			displayName: 'Plain',
			name: 'plain',
			group: ['output'],
			version: 1,
			description: 'Does one thing for each item',
			defaults: { name: 'Plain' },
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
	});
}

async function forEachConcurrently(
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
