import { createServer as createPlainServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';

import type { Certificate } from './certificates';
import { listen } from './listen';

/** An author of workflows who has servers and a proxy: everything that reaches them is recorded. */
export interface Attacker {
	/** Servers whose certificates are trusted: for this machine, and for `evil.example.com`; and one without TLS. */
	ports: { tls: number; evil: number; plain: number; proxy: number };
	/** Everything they have received since the last time, as text. */
	received(): string;
	close(): Promise<void>;
}

/** @param own for loopback; @param evil for `evil.example.com` */
export async function startAttacker(own: Certificate, evil: Certificate): Promise<Attacker> {
	let log = '';
	const sockets = new Set<Socket>();
	const record = (server: HttpServer) => {
		// The tunnels of a proxy are none of its requests any more.
		server.on('connection', (socket: Socket) => {
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		return server.on('request', (request, response) => {
			log += `${String(request.method)} ${String(request.url)}\n${request.rawHeaders.join('\n')}\n`;
			request.on('data', (chunk: Buffer) => (log += chunk.toString('latin1')));
			response.setHeader('content-type', 'application/json');
			response.end('{"next":""}');
		});
	};
	const servers = {
		tls: record(createTlsServer(own)),
		evil: record(createTlsServer(evil)),
		plain: record(createPlainServer()),
		proxy: record(createPlainServer()),
	};
	const ports = {
		tls: await listen(servers.tls),
		evil: await listen(servers.evil),
		plain: await listen(servers.plain),
		proxy: await listen(servers.proxy),
	};
	servers.proxy.on('connect', (request, client) => {
		log += `CONNECT ${String(request.url)}\n${request.rawHeaders.join('\n')}\n`;
		// To the server with the certificate that helps most: the author's own name, or this machine.
		const upstream = connect(/evil/.test(String(request.url)) ? ports.tls : ports.evil, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			upstream.pipe(client).pipe(upstream);
		});
		client.on('data', (chunk: Buffer) => (log += chunk.toString('latin1')));
		for (const socket of [client, upstream]) {
			socket.on('error', () => [client, upstream].forEach((one) => one.destroy()));
		}
	});
	return {
		ports,
		received: () => {
			const received = log;
			log = '';
			return received;
		},
		close: async () => {
			for (const server of Object.values(servers)) {
				for (const socket of sockets) socket.destroy();
				await new Promise((done) => server.close(done));
			}
		},
	};
}
