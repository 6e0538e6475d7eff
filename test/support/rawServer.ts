import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';

import type { Certificate } from './certificates';
import { startTcpServer } from './listen';

/** A server's response, byte for byte. */
export interface RawResponse {
	segments: readonly Buffer[];
	/** Milliseconds between two segments. */
	gap: number;
	/** The end of the connection after that. */
	end: 'keep' | 'fin' | 'reset' | 'garbage';
}

/** A server on loopback that reads requests without a body, and writes whatever it is told to. */
export async function startRawServer(respond: (path: string) => RawResponse, tls?: Certificate) {
	const { port, open, close } = await startTcpServer((raw) => {
		const socket = tls ? new TLSSocket(raw, { isServer: true, ...tls }) : raw;
		socket.on('error', () => raw.destroy());
		let received = '';
		socket.on('data', (chunk) => {
			received += chunk.toString('latin1');
			for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
				const [, path = ''] = received.split(' ', 2);
				received = received.slice(end + 4);
				void write(respond(path), socket, raw);
			}
		});
	});
	return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, open, close };
}

async function write({ segments, gap, end }: RawResponse, socket: Socket, raw: Socket): Promise<void> {
	for (const [index, segment] of segments.entries()) {
		if (index > 0 && gap > 0) await sleep(gap);
		if (socket.destroyed) return;
		await new Promise((written) => socket.write(segment, written));
	}
	if (end === 'fin') socket.end();
	if (end === 'reset') raw.resetAndDestroy();
	// Below TLS, if there is any: no peer could have sent this in a record.
	if (end === 'garbage') raw.end(Buffer.from('\u0000garbage\r\n\r\n'));
}
