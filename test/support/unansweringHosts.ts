import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { startTcpServer } from './listen';

/** Hosts on 127.0.0.1 that exist but never respond. */
export interface UnansweringHost {
	readonly port: number;
	/** How many sockets this process holds to it at this moment, connected or not. */
	openSockets(): number;
	close(): Promise<void>;
}

/**
 * Listens, tells its port, and then never runs again, so that nothing is ever accepted. It is a thread rather than a
 * process, because a thread can't outlive us.
 */
const LISTEN_AND_BLOCK = `
	const { createServer } = require('node:net');
	const { parentPort } = require('node:worker_threads');
	const server = createServer();
	server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
		parentPort.postMessage(server.address().port);
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
	});
`;

/** Far more than fit into a backlog of 1, on any system. */
const MAX_FILLERS = 50;
const HANGS_AFTER_MS = 200;

/** A host that accepts no connections: its queue is full, so that further ones hang. */
export async function startDeafHost(): Promise<UnansweringHost> {
	const thread = new Worker(LISTEN_AND_BLOCK, { eval: true });
	const fillers: Socket[] = [];
	const close = async () => {
		for (const filler of fillers) filler.destroy();
		await thread.terminate();
	};
	try {
		const [port = 0]: number[] = await once(thread, 'message');
		thread.unref();
		while (await connects(port, fillers)) {
			if (fillers.length > MAX_FILLERS) throw new Error('The queue of the deaf host does not fill up');
		}
		return { port, openSockets: countConnecting, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** True if there is room for one more connection, which then is kept among the fillers. */
async function connects(port: number, fillers: Socket[]): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	socket.unref();
	socket.on('error', () => undefined);
	await Promise.race([once(socket, 'connect'), sleep(HANGS_AFTER_MS)]);
	// When this process was held up, the time may be over although the connection stands: let Node.js see it.
	await nextTurn();
	if (socket.connecting) {
		await once(socket.destroy(), 'close');
		return false;
	}
	fillers.push(socket);
	return true;
}

/** Sockets of this process that are about to connect. Connecting to another host of a test ends at once. */
const countConnecting = () =>
	process.getActiveResourcesInfo().filter((resource) => resource.endsWith('ConnectWrap')).length;

/** A host that accepts connections but never answers a TLS handshake, or any request. */
export async function startSilentTls(): Promise<UnansweringHost> {
	// Unread data would hide the end of the connection.
	const { port, open, close } = await startTcpServer((socket) => void socket.resume());
	return { port, openSockets: () => open.size, close };
}
