import { createServer } from 'node:net';

import { deadlineAfter } from '../../../huawei-cloud/http/abort';
import { TransportError } from '../../../huawei-cloud/http/http';
import { createTransport } from '../../../huawei-cloud/http/transport';
import { systemClock } from '../../../n8n/clock';
import { must, withoutGrowth, type Fuzz } from '../oracle';

/** Whatever bytes come back over a connection: a response, or one of our errors, within the largest size. */

const MAX_BYTES = 512;
/** Ends the exchange with a response that neither ends nor fails. It takes no time when bytes have come and gone. */
const LONGEST_MS = 2000;

let answer: Uint8Array = new Uint8Array();
const server = createServer((socket) => {
	socket.on('error', () => socket.destroy());
	socket.on('data', () => socket.end(answer));
});
// Whoever only wants the seeds is not kept waiting.
server.unref();
const listening = new Promise<string>((resolve) => {
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
	});
});
const transport = createTransport();

const send: Fuzz = async (data) => {
	answer = data;
	const request = {
		method: 'GET',
		origin: await listening,
		path: '/',
		headers: {},
		maxResponseBytes: MAX_BYTES,
	} as const;
	try {
		const { status, headers, body } = await transport.send(request, deadlineAfter(LONGEST_MS, systemClock));
		must(Number.isInteger(status) && status >= 200, 'a response has a status');
		must(
			Object.entries(headers).every(
				([name, value]) => name === name.toLowerCase() && typeof value === 'string',
			),
			'headers are text',
		);
		// A byte that is no UTF-8 becomes a character of three.
		must(Buffer.byteLength(body) <= 3 * MAX_BYTES, 'a body is not larger than it may be');
	} catch (error) {
		if (!(error instanceof TransportError)) throw error;
		must(error.code !== 'cancelled', 'a response ends');
	}
};

export const fuzz = withoutGrowth(send);

export const seeds = [
	'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\n{}',
	'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
	'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
	'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{}',
	'HTTP/1.0 500 X\r\n\r\nbody until the end',
	'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
	'garbage',
];
