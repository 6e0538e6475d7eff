import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * Lets a server listen on a free port of loopback.
 * @returns the port
 */
export async function listen(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The server has no port');
	return address.port;
}

/** A server on loopback that counts what others open to it. */
export interface TcpServer {
	readonly port: number;
	/** Sockets ever opened to it, and those that are open. */
	opened: number;
	readonly open: Set<Socket>;
	close(): Promise<void>;
}

/** @param serve called with each socket */
export async function startTcpServer(serve: (socket: Socket) => void): Promise<TcpServer> {
	const open = new Set<Socket>();
	const server = createServer((socket) => {
		started.opened += 1;
		open.add(socket);
		socket.setNoDelay(true);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => open.delete(socket));
		serve(socket);
	});
	const close = async () => {
		for (const socket of open) socket.destroy();
		await new Promise((done) => server.close(done));
	};
	const started = { port: await listen(server), opened: 0, open, close };
	return started;
}
