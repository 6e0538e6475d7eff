import { expect, test } from '@jest/globals';

import { Engine } from '../../dev/n8n/engine';
import { issueCertificate } from '../support/certificates';
import { mostConnections, reusesConnections } from '../support/flavor';
import { runNode, startCloud } from '../support/nodeRun';
import { startProxy } from '../support/proxy';
import { startStagedProxy } from '../support/stagedServer';

test('the proxy of the n8n instance sees the calls, as tunnels, and not what is in them', async () => {
	const cloud = await startCloud({ tls: await issueCertificate() });
	const proxy = await startProxy();
	cloud.addTasks('a', 'b', 'c');
	const { delivered } = await runNode(await Engine.load(), {
		credentials: cloud.credentials,
		items: ['a', 'b', 'c', 'gone'].map((task_id) => ({ task_id })),
		parameters: { options: { maxConcurrency: 2 } },
	});
	await proxy.close();
	await cloud.emulator.close();
	expect(delivered.map((items) => items.length)).toEqual([3, 1, 0, 0]);
	expect(cloud.emulator.calls).toHaveLength(4);
	expect(new Set(proxy.tunnels)).toEqual(new Set([`127.0.0.1:${cloud.emulator.port}`]));
	expect(proxy.tunnels.length).toBeLessThanOrEqual(mostConnections(4, 2));
});

test('a proxy that hangs up is asked once for each attempt, and named', async () => {
	const cloud = await startCloud({ tls: await issueCertificate() });
	const proxy = await startStagedProxy({ at: 'CONNECT received', end: 'fin' });
	process.env.HTTPS_PROXY = `http://user:secret@127.0.0.1:${proxy.port}`;
	const { delivered } = await runNode(await Engine.load(), {
		credentials: cloud.credentials,
		items: [{ task_id: 'a' }, { task_id: 'b' }],
		parameters: { options: { maxRetries: 0 } },
	});
	delete process.env.HTTPS_PROXY;
	await proxy.close();
	await cloud.emulator.close();
	expect([proxy.opened, cloud.emulator.connections.opened]).toEqual([2, 0]);
	// n8n's helper does not say which proxy it was.
	const named = reusesConnections ? `the proxy of the n8n instance (127.0.0.1:${proxy.port})` : 'the proxy';
	const failed = {
		category: 'network',
		deleted: false,
		status_code: null,
		attempts: 1,
		error: expect.stringContaining(named),
	};
	expect(delivered[2]).toMatchObject([failed, failed]);
});

test('this machine is called without TLS directly, whatever proxy there is', async () => {
	const cloud = await startCloud();
	cloud.addTasks('a');
	const proxy = await startStagedProxy();
	process.env.HTTP_PROXY = process.env.ALL_PROXY = `http://127.0.0.1:${proxy.port}`;
	const { delivered } = await runNode(await Engine.load(), {
		credentials: cloud.credentials,
		items: [{ task_id: 'a' }],
	});
	delete process.env.HTTP_PROXY;
	delete process.env.ALL_PROXY;
	await proxy.close();
	await cloud.emulator.close();
	expect(delivered[0]).toMatchObject([{ deleted: true }]);
	expect(proxy.opened).toBe(0);
});
