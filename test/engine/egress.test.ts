import { promises as dns, type LookupOptions } from 'node:dns';
import { createServer } from 'node:http';

import { beforeEach, expect, test } from '@jest/globals';

import { cloud, eachOnCloud, runOnCloud } from '../support/eachOnCloud';
import type { NodeRunOptions } from '../support/nodeRun';
import { startProxy } from '../support/proxy';

/** n8n's own SSRF protection, switched on as an administrator does. By default it blocks loopback addresses. */
process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';
process.env.N8N_SSRF_BLOCKED_HOSTNAMES = '*.blocked.example';
process.env.N8N_SSRF_ALLOWED_IP_RANGES = '127.0.0.2/32';
/** In bytes: none for names that were resolved, which n8n keeps for a second. */
process.env.N8N_SSRF_DNS_CACHE_MAX_SIZE = '1';

eachOnCloud();

beforeEach(() => {
	cloud.addTasks('a');
});

const runAt = async (liveEndpoint: string, more: Partial<NodeRunOptions> = {}) =>
	await runOnCloud({
		credentials: { 'Huawei Cloud API': { ...cloud.fields, liveEndpoint } },
		items: [{ task_id: 'a' }],
		...more,
	});

const refused = [{ category: 'endpoint', attempts: 0, status_code: null, deleted: false, retryable: false }];

test('an address that is not allowed is not called', async () => {
	const { delivered } = await runAt(cloud.emulator.url);
	expect(delivered[2]).toMatchObject([{ ...refused[0], error: expect.stringContaining('SSRF') }]);
	expect(cloud.emulator.connections.opened).toBe(0);
});

test.each(['https://127.0.0.1:8443', 'https://live.blocked.example'])(
	'%s is not called, nor behind a proxy, which resolves names itself',
	async (endpoint) => {
		expect((await runAt(endpoint)).delivered[2]).toMatchObject(refused);
		const { tunnels, close } = await startProxy();
		const { delivered } = await runAt(endpoint);
		await close();
		expect(delivered[2]).toMatchObject(refused);
		expect(tunnels).toEqual([]);
	},
);

test('a name is not called once it resolves to an address that is not allowed, though it was called before', async () => {
	let localhost = '127.0.0.2';
	const { lookup } = dns;
	const resolve = async (_name: string, { all }: LookupOptions) => {
		const found = { address: localhost, family: 4 };
		return await Promise.resolve(all ? [found] : found);
	};
	Reflect.set(dns, 'lookup', resolve);
	const called: string[] = [];
	const allowed = createServer((request, response) => {
		called.push(request.url ?? '');
		localhost = '127.0.0.1';
		response.writeHead(200, { 'content-type': 'application/json' }).end('{"task_id":"a"}');
	});
	await new Promise<void>((listening) => allowed.listen(cloud.emulator.port, '127.0.0.2', listening));
	const { delivered } = await runAt(`http://localhost:${cloud.emulator.port}`, {
		items: [{ task_id: 'a' }, { task_id: 'b' }],
		parameters: { options: { maxConcurrency: 1, maxRetries: 0 } },
	});
	Reflect.set(dns, 'lookup', lookup);
	allowed.closeAllConnections();
	await new Promise((closed) => allowed.close(closed));

	expect(delivered[0]).toMatchObject([{ task_id: 'a', deleted: true }]);
	expect(delivered[2]).toMatchObject(refused.map((each) => ({ ...each, task_id: 'b' })));
	expect(called).toHaveLength(1);
	expect(cloud.emulator.connections.opened).toBe(0);
});
