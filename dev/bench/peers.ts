import type { IDataObject } from 'n8n-workflow';
import { Pool } from 'undici';

import type { Engine } from '../n8n/engine';
import { forEachConcurrently, ourNode, plainNode, runNode, TOKEN, type Target } from './nodes';

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

/** Everything that is compared, each at this concurrency. */
export function peersOf(engine: Engine, concurrency: number): Peer[] {
	return [
		pool(concurrency),
		poolInNode(engine, concurrency),
		ourNodePeer(engine, concurrency),
		requestHelper(engine, concurrency),
		httpRequestNode(engine),
	];
}

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

function ourNodePeer(engine: Engine, concurrency: number): Peer {
	return {
		name: NAMES.node,
		tasks: MANY,
		async run(target, items) {
			const outputs = await runNode(engine, ourNode(concurrency), target, items);
			expectAll(outputs[0]?.length, items);
		},
	};
}

/** Deletes one task after the other with a Pool that is kept. */
function poolCaller(concurrency: number) {
	const pools = new Map<string, Pool>();
	return async (target: Target, taskId: unknown) => {
		const { url } = target;
		const known = pools.get(url) ?? new Pool(url, { connections: concurrency });
		pools.set(url, known);
		const { statusCode, body } = await known.request({
			method: 'DELETE',
			path: pathOf(target, taskId),
			headers: HEADERS,
		});
		await body.json();
		if (statusCode !== 200) throw new Error('A task was not deleted');
	};
}

function pool(concurrency: number): Peer {
	const call = poolCaller(concurrency);
	return {
		name: NAMES.pool,
		tasks: MANY,
		async run(target, items) {
			await forEachConcurrently(
				items.length,
				concurrency,
				async (index) => await call(target, items[index]?.task_id),
			);
		},
	};
}

/** The least a node can do: evaluate one expression per item, and send the result. */
function poolInNode(engine: Engine, concurrency: number): Peer {
	const call = poolCaller(concurrency);
	return plainPeer(engine, NAMES.limit, MANY, concurrency, (target) => async (context, item) => {
		await call(target, context.getNodeParameter('taskId', item));
	});
}

function requestHelper(engine: Engine, concurrency: number): Peer {
	return plainPeer(engine, NAMES.helper, FEW, concurrency, (target) => async (context, item) => {
		await context.helpers.httpRequest({
			method: 'DELETE',
			url: target.url + pathOf(target, context.getInputData()[item]?.json.task_id),
			headers: HEADERS,
		});
	});
}

function plainPeer(
	engine: Engine,
	name: string,
	tasks: number,
	concurrency: number,
	workFor: (target: Target) => Parameters<typeof plainNode>[1],
): Peer {
	const type = `plain.${name}`;
	return {
		name,
		tasks,
		async run(target, items) {
			engine.extraTypes.set(type, plainNode(concurrency, workFor(target)));
			const parameters = { taskId: '={{ $json.task_id }}' };
			const outputs = await runNode(engine, { type, parameters }, target, items);
			expectAll(outputs[0]?.length, items);
		},
	};
}

/** Unchanged: it sends all its requests at once. */
function httpRequestNode(engine: Engine): Peer {
	return {
		name: NAMES.httpRequest,
		tasks: FEW,
		async run(target, items) {
			const url = `=${target.url}/v1/${target.project}/pull/stream/task?task_id={{ $json.task_id }}`;
			const headers = Object.entries(HEADERS).map(([name, value]) => ({ name, value }));
			const parameters = {
				method: 'DELETE',
				url,
				sendHeaders: true,
				headerParameters: { parameters: headers },
				options: {},
			};
			const node = { type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, parameters };
			const outputs = await runNode(engine, node, target, items);
			expectAll(outputs[0]?.length, items);
		},
	};
}

function expectAll(deleted: number | undefined, items: readonly IDataObject[]): void {
	if (deleted !== items.length) throw new Error(`${deleted ?? 0} of ${items.length} tasks were deleted`);
}
