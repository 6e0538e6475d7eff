import type { IDataObject } from 'n8n-workflow';
import { Pool } from 'undici';

import type { Engine } from '../n8n/engine';
import {
	forEachConcurrently,
	ourNode,
	plainNode,
	runNode,
	TOKEN,
	type NodeOfWorkflow,
	type Target,
} from './nodes';

/** One way to delete tasks. */
export interface Peer {
	name: string;
	/** How many tasks it is given at a time. */
	tasks: number;
	/** Deletes the tasks of these items. */
	run(target: Target, items: readonly IDataObject[]): Promise<void>;
}

const FEW = 500;
const MANY = 5000;

export const NAMES = {
	pool: 'a bare undici Pool',
	limit: 'a Pool in a node with one expression',
	node: 'our node',
	helper: "n8n's request helper",
	httpRequest: "n8n's HTTP Request node",
};

const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Auth-Token': TOKEN };

function pathOf({ project }: Target, taskId: unknown): string {
	return `/v1/${project}/pull/stream/task?task_id=${encodeURIComponent(String(taskId))}`;
}

/** Everything that is compared, each at this concurrency. */
export function peersOf(engine: Engine, concurrency: number): Peer[] {
	const call = poolCaller(concurrency);
	const peer = (name: string, count: number, nodeFor: (target: Target) => NodeOfWorkflow): Peer => ({
		name,
		tasks: count,
		async run(target, items) {
			const [deleted = []] = await runNode(engine, nodeFor(target), target, items);
			if (deleted.length !== items.length)
				throw new Error(`${deleted.length} of ${items.length} were deleted`);
		},
	});
	type Work = (target: Target, ...given: Parameters<Parameters<typeof plainNode>[1]>) => Promise<unknown>;
	const plainPeer = (name: string, count: number, work: Work) =>
		peer(name, count, (target) => {
			const type = `plain.${name}`;
			engine.extraTypes.set(
				type,
				plainNode(concurrency, async (...given) => await work(target, ...given)),
			);
			return { type, parameters: { taskId: '={{ $json.task_id }}' } };
		});
	return [
		{
			name: NAMES.pool,
			tasks: MANY,
			run: async (target, items) =>
				await forEachConcurrently(
					items.length,
					concurrency,
					async (index) => await call(target, items[index]?.task_id),
				),
		},
		// The least a node can do: evaluate one expression per item, and send the result.
		plainPeer(
			NAMES.limit,
			MANY,
			async (target, context, item) => await call(target, context.getNodeParameter('taskId', item)),
		),
		peer(NAMES.node, MANY, () => ourNode(concurrency)),
		plainPeer(NAMES.helper, FEW, async (target, context, item) => {
			const url = target.url + pathOf(target, context.getInputData()[item]?.json.task_id);
			await context.helpers.httpRequest({ method: 'DELETE', url, headers: HEADERS });
		}),
		// Unchanged: it sends all its requests at once.
		peer(NAMES.httpRequest, FEW, httpRequestNode),
	];
}

/** Deletes one task after another with a long-lived Pool. */
function poolCaller(connections: number) {
	let pool: Pool | undefined;
	return async (target: Target, taskId: unknown): Promise<void> => {
		pool ??= new Pool(target.url, { connections });
		const path = pathOf(target, taskId);
		const { statusCode, body } = await pool.request({ method: 'DELETE', path, headers: HEADERS });
		await body.json();
		if (statusCode !== 200) throw new Error('A task was not deleted');
	};
}

function httpRequestNode({ url, project }: Target): NodeOfWorkflow {
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'DELETE',
			url: `=${url}/v1/${project}/pull/stream/task?task_id={{ $json.task_id }}`,
			sendHeaders: true,
			headerParameters: { parameters: Object.entries(HEADERS).map(([name, value]) => ({ name, value })) },
			options: {},
		},
	};
}
