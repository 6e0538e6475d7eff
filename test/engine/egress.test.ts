import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { Engine } from '../../dev/n8n/engine';
import { runNode, startCloud } from '../support/nodeRun';
import { startProxy } from '../support/proxy';

/** n8n's own SSRF protection, switched on as an administrator does. By default it blocks loopback addresses. */
process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';
process.env.N8N_SSRF_ALLOWED_HOSTNAMES = 'localhost';
process.env.N8N_SSRF_BLOCKED_HOSTNAMES = '*.blocked.example';

let engine: Engine;
let cloud: Awaited<ReturnType<typeof startCloud>>;

beforeAll(async () => {
	engine = await Engine.load();
	cloud = await startCloud();
});

afterAll(async () => {
	await cloud.emulator.close();
});

beforeEach(() => {
	cloud.emulator.calls.length = 0;
	cloud.addTasks('a');
});

const runAt = async (liveEndpoint: string) =>
	await runNode(engine, {
		credentials: { 'Huawei Cloud API': { ...cloud.fields, liveEndpoint } },
		items: [{ task_id: 'a' }],
	});

const refused = [{ category: 'endpoint', attempts: 0, status_code: null, deleted: false, retryable: false }];

test('an address that is not allowed is not called', async () => {
	const { delivered } = await runAt(cloud.emulator.url);
	expect(delivered[2]).toMatchObject(refused);
	expect(delivered[2]?.[0]).toMatchObject({ error: expect.stringContaining('SSRF') });
	expect(cloud.emulator.connections.opened).toBe(0);
});

test('a name that is not allowed is not called', async () => {
	expect((await runAt('https://live.blocked.example')).delivered[2]).toMatchObject(refused);
});

test.each(['https://127.0.0.1:8443', 'https://live.blocked.example'])(
	'behind a proxy, which resolves names itself, %s is not called either',
	async (endpoint) => {
		const { tunnels, close } = await startProxy();
		const { delivered } = await runAt(endpoint);
		await close();
		expect(delivered[2]).toMatchObject(refused);
		expect(tunnels).toEqual([]);
	},
);

test('a name that is allowed is called', async () => {
	const { delivered } = await runAt(`http://localhost:${cloud.emulator.port}`);
	expect(delivered[0]).toMatchObject([{ deleted: true }]);
});
