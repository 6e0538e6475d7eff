import { createServer } from 'node:https';

import { certificate } from './certificate';

/**
 * A program: a server that answers DeletePullTask as documented, and does so little else that it is never the
 * bottleneck. It runs in a process of its own and speaks with the one that measures over Node's channel; see
 * `gatewayProcess.ts`.
 */

/** Statistics of a project's calls. */
export interface Traffic {
	calls: number;
	/** Connections that carried a call. */
	connections: number;
}

export type Question = { start: true } | { project: string };
export type Answer = { port: number } | { traffic: Traffic };

/** The sockets of a project's calls. */
const socketsOf = new Map<string, unknown[]>();
const REQUEST_ID = '0123456789abcdef0123456789abcdef';

function start(): void {
	const server = createServer({ ...certificate(), keepAliveTimeout: 60_000 }, (request, response) => {
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
		if (typeof address === 'object' && address) reply({ port: address.port });
	});
}

function reply(answer: Answer): void {
	process.send?.(answer);
}

process.on('message', (question: Question) => {
	if ('start' in question) return start();
	const sockets = socketsOf.get(question.project) ?? [];
	reply({ traffic: { calls: sockets.length, connections: new Set(sockets).size } });
});
// Whoever measured has ended.
process.on('disconnect', () => process.exit());
