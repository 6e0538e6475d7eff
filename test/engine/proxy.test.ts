import { createServer } from 'node:net';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { Canceller } from '../../huawei-cloud/http/abort';
import type { Transport } from '../../huawei-cloud/http/http';
import { createTransport } from '../../huawei-cloud/http/transport';
import { issueCertificate } from '../support/certificates';
import { cloud, eachOnCloud, restartCloud, runOnCloud } from '../support/eachOnCloud';
import { mostConnections, reusesConnections } from '../support/flavor';
import { helperTransports } from '../support/helperTransports';
import { listen } from '../support/listen';
import { startProxy } from '../support/proxy';
import { startStagedProxy } from '../support/stagedServer';

/** Whatever proxies the environment sets, our transport goes where n8n's own nodes go. */

const VARIABLES = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy']
	.flatMap((name) => [name, `npm_config_${name}`])
	.concat('npm_config_proxy')
	.flatMap((name) => [name, name.toUpperCase()]);
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

/** The first thing that each of two proxies was told: where to connect, or TLS. */
const seen: string[] = [];
const ports: Record<string, number> = {};
const servers = ['A', 'B'].map((name) => ({
	name,
	server: createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', (chunk) => {
			const text = chunk.toString('latin1');
			const login = /proxy-authorization: (.*)/i.exec(text)?.[1] ?? 'nobody';
			seen.push(chunk[0] === 0x16 ? `${name}: TLS` : `${name}: ${text.split('\r\n')[0] ?? ''} as ${login}`);
			// n8n's agent leaves the error of a TLS connection that merely ends to nobody.
			socket.resetAndDestroy();
		});
	}),
}));
let n8n: Transport;

beforeAll(async () => {
	for (const { name, server } of servers) {
		ports[name] = await listen(server);
	}
	n8n = (await helperTransports()).httpRequest;
}, 60_000);

function clear(): void {
	for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
}

afterEach(() => {
	clear();
	for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
});

afterAll(() => {
	for (const { server } of servers) server.close();
});

const HOST = 'https://live.test.invalid';
const A = 'http://127.0.0.1:A';
const B = 'http://127.0.0.1:B';
const SETTINGS: Array<[environment: Record<string, string>, goesTo: 'A' | 'B' | 'nobody', target?: string]> =
	[
		[{}, 'nobody'],
		[{ https_proxy: A }, 'A'],
		[{ HTTPS_PROXY: A }, 'A'],
		[{ HTTP_PROXY: A }, 'nobody'],
		[{ ALL_PROXY: A }, 'A'],
		[{ HTTPS_PROXY: A, ALL_PROXY: B }, 'A'],
		[{ https_proxy: '', HTTPS_PROXY: A }, 'A'],
		[{ https_proxy: A, HTTPS_PROXY: B }, 'A'],
		[{ npm_config_https_proxy: A, HTTPS_PROXY: B }, 'A'],
		[{ npm_config_proxy: A, ALL_PROXY: B }, 'A'],
		[{ HTTPS_PROXY: 'http://user:p%40ss@127.0.0.1:A' }, 'A'],
		[{ HTTPS_PROXY: 'http://user@127.0.0.1:A' }, 'A'],
		[{ HTTPS_PROXY: 'http://127.0.0.1:A/path?query' }, 'A'],
		[{ HTTPS_PROXY: '127.0.0.1:A' }, 'A'],
		[{ HTTPS_PROXY: 'https://127.0.0.1:A' }, 'A'],
		[{ HTTPS_PROXY: 'socks5://127.0.0.1:A' }, 'A'],
		[{ HTTPS_PROXY: 'http://' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: '*' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'other.invalid,*' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'live.test.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'LIVE.TEST.INVALID' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'test.invalid' }, 'A'],
		[{ HTTPS_PROXY: A, NO_PROXY: '.test.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: '*.test.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: '*st.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'live.*' }, 'A'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'a.invalid  live.test.invalid,, b.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'live.test.invalid:443' }, 'nobody'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'live.test.invalid:8443' }, 'A'],
		[{ HTTPS_PROXY: A, NO_PROXY: 'live.test.invalid:8443' }, 'nobody', `${HOST}:8443`],
		[{ HTTPS_PROXY: A, no_proxy: '', NO_PROXY: '.invalid' }, 'nobody'],
		[{ HTTPS_PROXY: A, npm_config_no_proxy: 'x', NO_PROXY: '.invalid' }, 'A'],
		[{ HTTPS_PROXY: A }, 'A', 'https://127.0.0.1:9'],
		[{ HTTPS_PROXY: A, NO_PROXY: '127.0.0.1' }, 'nobody', 'https://127.0.0.1:9'],
		[{ HTTPS_PROXY: A, NO_PROXY: '*0.0.1' }, 'nobody', 'https://127.0.0.1:9'],
		// Without TLS: to this machine, whatever the environment says.
		[{ HTTP_PROXY: A, ALL_PROXY: A }, 'nobody', 'http://127.0.0.1:9'],
		[{ HTTP_PROXY: A, ALL_PROXY: A }, 'nobody', 'http://localhost:9'],
	];

test.each(SETTINGS)('%j: %s', async (environment, goesTo, target = HOST) => {
	clear();
	for (const [name, value] of Object.entries(environment)) {
		process.env[name] = value.replace(/:([AB])\b/, (_, proxy: string) => `:${ports[proxy] ?? 0}`);
	}
	const told: string[][] = [];
	for (const transport of [createTransport(), n8n]) {
		seen.length = 0;
		const request = { method: 'GET', origin: target, path: '/', headers: {}, maxResponseBytes: 10 } as const;
		await expect(transport.send(request, new Canceller())).rejects.toMatchObject({ name: 'TransportError' });
		told.push([...seen]);
	}
	expect(told[0]).toEqual(told[1]);
	expect(told[0]?.map((line) => line[0])).toEqual(goesTo === 'nobody' ? [] : [goesTo]);
});

eachOnCloud();

test('the proxy of the n8n instance sees the calls, as tunnels, and not what is in them', async () => {
	await restartCloud({ tls: await issueCertificate() });
	const proxy = await startProxy();
	cloud.addTasks('a', 'b', 'c');
	const { delivered } = await runOnCloud({
		items: ['a', 'b', 'c', 'gone'].map((task_id) => ({ task_id })),
		parameters: { options: { maxConcurrency: 2 } },
	});
	await proxy.close();
	expect(delivered.map((items) => items.length)).toEqual([3, 1, 0, 0]);
	expect(cloud.emulator.calls).toHaveLength(4);
	expect(new Set(proxy.tunnels)).toEqual(new Set([`127.0.0.1:${cloud.emulator.port}`]));
	expect(proxy.tunnels.length).toBeLessThanOrEqual(mostConnections(4, 2));
});

test('a proxy that hangs up is asked once for each attempt, and named', async () => {
	await restartCloud({ tls: await issueCertificate() });
	const proxy = await startStagedProxy({ at: 'CONNECT received', end: 'fin' });
	process.env.HTTPS_PROXY = `http://user:secret@127.0.0.1:${proxy.port}`;
	const { delivered } = await runOnCloud({
		items: [{ task_id: 'a' }, { task_id: 'b' }],
		parameters: { options: { maxRetries: 0 } },
	});
	await proxy.close();
	expect([proxy.opened, cloud.emulator.connections.opened]).toEqual([2, 0]);
	// n8n's helper does not say which proxy it was.
	const named = reusesConnections
		? `the proxy of the n8n instance (proxy: 127.0.0.1:${proxy.port})`
		: 'the proxy';
	const failed = {
		category: 'network',
		deleted: false,
		status_code: null,
		attempts: 1,
		error: expect.stringContaining(named),
	};
	expect(delivered[2]).toMatchObject([failed, failed]);
});
