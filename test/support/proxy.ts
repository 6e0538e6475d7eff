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
