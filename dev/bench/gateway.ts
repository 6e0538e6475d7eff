import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/**
 * A program: a server that answers DeletePullTask as documented, and is never the bottleneck. It runs in its own
 * process, and reports a project's traffic over Node's channel.
 */

/** Statistics of a project's calls. */
export interface Traffic {
	port: number;
	calls: number;
	/** Connections that carried a call. */
	connections: number;
}

/** The sockets of a project's calls. */
const socketsOf = new Map<string, unknown[]>();
const REQUEST_ID = '0123456789abcdef0123456789abcdef';
const { NODE_EXTRA_CA_CERTS = '', BENCH_KEY = '' } = process.env;
const tls = { key: readFileSync(BENCH_KEY), cert: readFileSync(NODE_EXTRA_CA_CERTS) };

const server = createServer({ ...tls, keepAliveTimeout: 60_000 }, (request, response) => {
	const { pathname, searchParams } = new URL(request.url ?? '', 'https://gateway');
	const project = pathname.split('/')[2] ?? '';
	const sockets = socketsOf.get(project) ?? [];
	socketsOf.set(project, sockets);
	sockets.push(request.socket);
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
	process.on('message', (project: string) => {
		const sockets = socketsOf.get(project) ?? [];
		process.send?.({ port, calls: sockets.length, connections: new Set(sockets).size } satisfies Traffic);
	});
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
