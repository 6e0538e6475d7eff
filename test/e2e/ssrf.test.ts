import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { exampleCredentials } from '../../dev/n8n/examples';
import { outputsOf } from '../../dev/n8n/engine';
import type { N8n } from '../../dev/n8n/server';
import { node, NODE_TYPE, type Cloud } from '../support/nodeRun';
import { TestBed } from './testBed';

/**
 * n8n's protection against server-side request forgery, switched on by its administrator. 127.0.0.1, where the emulated
 * cloud is, stands for what is inside; 127.0.0.2 for what may be called.
 */

const INSIDE = '127.0.0.1';
const OUTSIDE = '127.0.0.2';
const NODE = 'Huawei Cloud Live';
/** n8n remembers for a second what a name resolved to. */
const BEYOND_CACHE_MS = 1500;

const folder = mkdtempSync(join(tmpdir(), 'ssrf-'));
/** Once it is there, `localhost` resolves to what is inside. */
const changed = join(folder, 'changed');
const resolver = join(folder, 'resolver.cjs');

const bed = new TestBed();
let n8n: N8n;
let cloud: Cloud;

beforeAll(async () => {
	writeFileSync(
		resolver,
		`const dns = require('node:dns');
		const { lookup } = dns.promises;
		dns.promises.lookup = async (name, options) => {
			if (name !== 'localhost') return await lookup(name, options);
			const address = require('node:fs').existsSync(${JSON.stringify(changed)}) ? '${INSIDE}' : '${OUTSIDE}';
			return options.all ? [{ address, family: 4 }] : { address, family: 4 };
		};`,
	);
	cloud = await bed.startCloud();
	n8n = await bed.createN8n({
		env: {
			N8N_SSRF_PROTECTION_ENABLED: 'true',
			N8N_SSRF_ALLOWED_IP_RANGES: `${OUTSIDE}/32`,
			NODE_OPTIONS: `--require=${resolver}`,
		},
	});
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Deletes two tasks, one after the other, at an endpoint. @returns what came out, by output */
async function deleteAt(liveEndpoint: string) {
	await n8n.importCredentials(...exampleCredentials({ ...cloud.fields, liveEndpoint }));
	await n8n.importWorkflows({
		id: 'ssrf',
		name: 'SSRF',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node(
				'IDs',
				'n8n-nodes-base.set',
				{ mode: 'raw', jsonOutput: '{"task_id":["a","b"]}', options: {} },
				{ typeVersion: 3.4 },
			),
			node('Tasks', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'task_id', options: {} }),
			node(
				NODE,
				NODE_TYPE,
				{
					taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
					options: { maxConcurrency: 1, maxRetries: 0 },
				},
				{ credentials: { huaweiCloudApi: { id: 'huaweiCloudApi', name: 'Huawei Cloud API' } } },
			),
		],
		connections: {
			Start: { main: [[{ node: 'IDs', type: 'main', index: 0 }]] },
			IDs: { main: [[{ node: 'Tasks', type: 'main', index: 0 }]] },
			Tasks: { main: [[{ node: NODE, type: 'main', index: 0 }]] },
		},
	});
	return outputsOf(await n8n.execute('ssrf'), NODE).map((items) => items.map(({ json }) => json));
}

const refused = (task_id: string) => ({
	task_id,
	category: 'endpoint',
	attempts: 0,
	status_code: null,
	deleted: false,
});

test('an address inside is not called', async () => {
	const [, , errors] = await deleteAt(cloud.emulator.url);
	expect(errors).toMatchObject([refused('a'), refused('b')]);
	expect(cloud.emulator.connections.opened).toBe(0);
});

test('a name is not called once it resolves to an address inside, though it was called before', async () => {
	const called: string[] = [];
	const outside = createServer((request, response) => {
		called.push(request.url ?? '');
		writeFileSync(changed, '');
		void sleep(BEYOND_CACHE_MS).then(() =>
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"task_id":"a"}'),
		);
	});
	await new Promise<void>((listening) => outside.listen(cloud.emulator.port, OUTSIDE, listening));
	const [success, , errors] = await deleteAt(`http://localhost:${cloud.emulator.port}`);
	outside.closeAllConnections();
	await new Promise((closed) => outside.close(closed));
	expect(success).toMatchObject([{ task_id: 'a', deleted: true }]);
	expect(errors).toMatchObject([refused('b')]);
	expect(called).toHaveLength(1);
	expect(cloud.emulator.connections.opened).toBe(0);
});

test('a name that resolves to an address inside is not called', async () => {
	expect(existsSync(changed)).toBe(true);
	const [, , errors] = await deleteAt(`http://localhost:${cloud.emulator.port}`);
	expect(errors).toMatchObject([refused('a'), refused('b')]);
	expect(cloud.emulator.connections.opened).toBe(0);
});
