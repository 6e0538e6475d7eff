import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/** A program of its own: a server that answers DeletePullTask, and each message with the traffic since the last one. */

export interface Traffic {
	port: number;
	calls: number;
	/** Connections that carried a call. */
	connections: number;
}

const sockets: unknown[] = [];
const REQUEST_ID = '0123456789abcdef0123456789abcdef';
const { NODE_EXTRA_CA_CERTS = '', BENCH_KEY = '' } = process.env;
const tls = { key: readFileSync(BENCH_KEY), cert: readFileSync(NODE_EXTRA_CA_CERTS) };

const server = createServer({ ...tls, keepAliveTimeout: 60_000 }, (request, response) => {
	sockets.push(request.socket);
	const { searchParams } = new URL(request.url ?? '', 'https://gateway');
	const body = JSON.stringify({ task_id: searchParams.get('task_id'), request_id: REQUEST_ID });
	response.writeHead(200, {
		'Content-Type': 'application/json;charset=utf-8',
		'Content-Length': body.length,
		'X-Request-Id': REQUEST_ID,
	});
	response.end(body);
});

server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	process.on('message', () => {
		const used = sockets.splice(0);
		process.send?.({ port, calls: used.length, connections: new Set(used).size } satisfies Traffic);
	});
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
