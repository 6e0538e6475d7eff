import { createServer } from 'node:http';
import { connect } from 'node:net';

import { Server } from 'proxy-chain';

/** A forward proxy on loopback that the process is told to use, and the tunnels it was asked for. */
export async function startProxy() {
	const tunnels: string[] = [];
	const server = new Server({
		port: 0,
		host: '127.0.0.1',
		verbose: false,
		prepareRequestFunction: ({ hostname, port }) => {
			tunnels.push(`${hostname}:${port}`);
			return {};
		},
	});
	await server.listen();
	const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;
	const before = names.map((name) => [name, process.env[name]] as const);
	process.env.HTTPS_PROXY = process.env.HTTP_PROXY = `http://127.0.0.1:${server.port}`;
	return {
		tunnels,
		close: async () => {
			for (const [name, value] of before) {
				if (value === undefined) Reflect.deleteProperty(process.env, name);
				else process.env[name] = value;
			}
			await server.close(true);
		},
	};
}

/** A proxy of an attacker: whatever host it is asked for, it connects to this port of loopback. */
export async function startProxyTo(port: number) {
	const tunnels: string[] = [];
	const server = createServer();
	server.on('connect', ({ url }, client) => {
		tunnels.push(String(url));
		const upstream = connect(port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			upstream.pipe(client).pipe(upstream);
		});
		for (const socket of [client, upstream]) socket.on('error', () => upstream.destroy());
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
	return {
		tunnels,
		url: `http://127.0.0.1:${address.port}`,
		close: async () => await new Promise((done) => server.close(done)),
	};
}
