import { expect, test } from '@jest/globals';

import { Engine } from '../../dev/n8n/engine';
import { issueCertificate } from '../support/certificates';
import { mostConnections } from '../support/flavor';
import { runNode, startCloud } from '../support/nodeRun';
import { startProxy } from '../support/proxy';

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
