import { createRequire } from 'node:module';

import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient';
import type { IDataObject } from 'n8n-workflow';
import { Pool } from 'undici';

import type * as RateLimiterModule from '../../huawei-cloud/call/rateLimiter';
import type * as TransportModule from '../../huawei-cloud/http/transport';
import type * as Authentication from '../../huawei-cloud/identity/authentication';
import type * as CredentialModule from '../../huawei-cloud/identity/credential';
import type * as RelayTasksModule from '../../huawei-cloud/live/relayTasks';
import type * as ClockModule from '../../n8n/clock';
import type { Engine } from '../n8n/engine';
import {
	credentialFields,
	forEachConcurrently,
	ourNode,
	plainNode,
	runNode,
	TOKEN,
	type Target,
} from './nodes';

/** Somebody who can delete tasks. */
export interface Peer {
	name: string;
	/** How many tasks it is given at a time. */
	tasks: number;
	/** Deletes the tasks of these items. */
	run(target: Target, items: readonly IDataObject[]): Promise<void>;
}

const FEW = 500;
const MANY = 5000;

/** All who are compared, each with so many calls at a time. */
export function peersOf(engine: Engine, concurrency: number): Peer[] {
	return [
		pool(concurrency),
		poolInNode(engine, concurrency),
		ourClient(concurrency),
		ourNodePeer(engine, concurrency),
		requestHelper(engine, concurrency),
		httpRequestNode(engine),
		sdk(concurrency),
	];
}

export const NAMES = {
	pool: 'a bare undici Pool',
	limit: 'a Pool in a node with one expression',
	client: 'our client',
	node: 'our node',
	helper: "n8n's request helper",
	httpRequest: "n8n's HTTP Request node",
	sdk: "Huawei Cloud's SDK",
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

const built = createRequire(__filename);
const CLIENT = '../../dist/huawei-cloud';

/** The *built* client: how TypeScript is compiled for tests and programs would cost some time for each function. */
function ourClient(concurrency: number): Peer {
	const { authenticatedClient }: typeof Authentication = built(`${CLIENT}/identity/authentication.js`);
	const { readCredential }: typeof CredentialModule = built(`${CLIENT}/identity/credential.js`);
	const { RelayTasks }: typeof RelayTasksModule = built(`${CLIENT}/live/relayTasks.js`);
	const { sharedTransport }: typeof TransportModule = built(`${CLIENT}/http/transport.js`);
	const { sharedRateLimiter }: typeof RateLimiterModule = built(`${CLIENT}/call/rateLimiter.js`);
	const { systemClock }: typeof ClockModule = built('../../dist/n8n/clock.js');
	return {
		name: NAMES.client,
		tasks: MANY,
		async run(target, items) {
			const credential = readCredential(credentialFields(target));
			const connection = { transport: sharedTransport(), clock: systemClock };
			const rateLimit = sharedRateLimiter(target.url, target.project).share(systemClock, items.length);
			const client = authenticatedClient(credential, connection, undefined, undefined, rateLimit);
			const relayTasks = new RelayTasks(client, credential);
			const advice = { throttled: '', timeout: '' };
			const settings = { maxRetries: 3, timeout: 30_000, advice };
			await forEachConcurrently(items.length, concurrency, async (index) => {
				const task = { taskId: String(items[index]?.task_id), region: undefined };
				const { kind } = await relayTasks.delete(task, settings);
				if (kind !== 'success') throw new Error('A task was not deleted');
			});
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

/** As little as a node can do: it evaluates one expression an item, and sends what it gives. */
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

/** As it comes: it sends all its requests at once. */
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

/** With an access key, as it cannot send a token: it signs each request. */
function sdk(concurrency: number): Peer {
	return {
		name: NAMES.sdk,
		tasks: FEW,
		async run({ url, project }, items) {
			const credentials = new BasicCredentials().withAk('AK').withSk('SK').withProjectId(project);
			const client = new HcClient(new DefaultHttpClient({}, [url]))
				.withEndpoints([url])
				.withCredential(credentials);
			await forEachConcurrently(items.length, concurrency, async (index) => {
				await client.sendRequest({
					method: 'DELETE',
					url: `/v1/${project}/pull/stream/task`,
					contentType: 'application/json',
					pathParams: {},
					headers: {},
					queryParams: { task_id: items[index]?.task_id },
				});
			});
		},
	};
}

function expectAll(deleted: number | undefined, items: readonly IDataObject[]): void {
	if (deleted !== items.length) throw new Error(`${deleted ?? 0} of ${items.length} tasks were deleted`);
}
