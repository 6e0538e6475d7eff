import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Hosts on 127.0.0.1 that exist but never respond. */
export interface UnansweringHost {
	readonly port: number;
	/** How many sockets others hold to it at this moment, connected or not; undefined where that can't be known. */
	openSockets(): number | undefined;
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
		const own = new Set(fillers.map(({ localPort }) => localPort));
		return { port, openSockets: () => countSocketsTo(port, own), close };
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
		socket.destroy();
		return false;
	}
	fillers.push(socket);
	return true;
}

const SOCKETS = '/proc/net/tcp';
const [ESTABLISHED, SYN_SENT] = ['01', '02'];

/** Counts in the table of the kernel, of which each line begins with a number, two addresses and a state, in hex. */
function countSocketsTo(port: number, except: Set<number | undefined>): number | undefined {
	if (!existsSync(SOCKETS)) return undefined;
	const lines = readFileSync(SOCKETS, 'utf8').trim().split('\n').slice(1);
	return lines.filter((line) => {
		const [, local = '', remote = '', state = ''] = line.trim().split(/\s+/);
		return portOf(remote) === port && [ESTABLISHED, SYN_SENT].includes(state) && !except.has(portOf(local));
	}).length;
}

const portOf = (address: string) => parseInt(address.split(':')[1] ?? '', 16);

/** A host that accepts connections but never answers a TLS handshake, or any request. */
export async function startSilentTls(): Promise<UnansweringHost> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		socket.on('close', () => sockets.delete(socket));
		// What comes has to be read, or its end would not be noticed.
		socket.resume();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The silent host has no port');
	return {
		port: address.port,
		openSockets: () => sockets.size,
		close: async () => {
			server.close();
			for (const socket of sockets) socket.destroy();
			await once(server, 'close');
		},
	};
}
