import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';

import { certificate } from './certificate';

/**
 * A program: a server that answers DeletePullTask as documented, and does so little else that it is never the
 * bottleneck. It runs in a process of its own and speaks with the one that measures over Node's channel; see
 * `gatewayProcess.ts`.
 */

export interface GatewayOptions {
	/** Milliseconds from a request to its response; default 0. */
	delay?: number;
	/** The number of calls in each window of `ms` milliseconds. Any more are throttled. */
	limit?: { most: number; ms: number };
}

/** Statistics of a project's calls. Times in milliseconds, since the epoch. */
export interface Traffic {
	calls: number;
	/** Calls that deleted a task. */
	deleted: number;
	refused: number;
	/** Refused among the second half of the calls: by then, a client could know the limit. */
	refusedLater: number;
	/** Connections that carried a call. */
	connections: number;
	firstAt: number;
	lastAt: number;
}

export type Question = { options: GatewayOptions } | { project: string };
export type Answer = { port: number } | { traffic: Traffic };

/** The calls of a project: the service counts and throttles by project. */
class Calls {
	private readonly refusals: number[] = [];
	private readonly sockets = new Set<unknown>();
	private window = -1;
	private inWindow = 0;
	private calls = 0;
	private firstAt = 0;
	private lastAt = 0;

	/** @returns whether the call is let through */
	count(socket: unknown, limit: GatewayOptions['limit']): boolean {
		this.lastAt = Date.now();
		this.firstAt ||= this.lastAt;
		this.sockets.add(socket);
		this.calls += 1;
		if (!limit) return true;
		const window = Math.floor(this.lastAt / limit.ms);
		this.inWindow = window === this.window ? this.inWindow + 1 : 1;
		this.window = window;
		if (this.inWindow <= limit.most) return true;
		this.refusals.push(this.calls);
		return false;
	}

	get traffic(): Traffic {
		const { calls, refusals, sockets, firstAt, lastAt } = this;
		return {
			calls,
			deleted: calls - refusals.length,
			refused: refusals.length,
			refusedLater: refusals.filter((number) => number > calls / 2).length,
			connections: sockets.size,
			firstAt,
			lastAt,
		};
	}
}

const callsOf = new Map<string, Calls>();

function start({ delay = 0, limit }: GatewayOptions): void {
	const server = createServer({ ...certificate(), keepAliveTimeout: 60_000 }, (request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '', 'https://gateway');
		const project = pathname.split('/')[2] ?? '';
		const calls = callsOf.get(project) ?? new Calls();
		callsOf.set(project, calls);
		const isAdmitted = calls.count(request.socket, limit);
		const answer = () => (isAdmitted ? deleted(response, searchParams.get('task_id')) : throttled(response));
		if (delay > 0) setTimeout(answer, delay);
		else answer();
	});
	server.listen(0, '127.0.0.1', () => {
		const address = server.address();
		if (typeof address === 'object' && address) reply({ port: address.port });
	});
}

const REQUEST_ID = '0123456789abcdef0123456789abcdef';

function deleted(response: ServerResponse, taskId: string | null): void {
	send(response, 200, { task_id: taskId, request_id: REQUEST_ID });
}

function throttled(response: ServerResponse): void {
	const error_msg = 'The throttling threshold has been reached: policy user over ratelimit';
	send(response, 429, { error_code: 'APIGW.0308', error_msg, request_id: REQUEST_ID });
}

function send(response: ServerResponse, status: number, body: object): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'Content-Type': 'application/json;charset=utf-8',
		'Content-Length': text.length,
		'X-Request-Id': REQUEST_ID,
	});
	response.end(text);
}

function reply(answer: Answer): void {
	process.send?.(answer);
}

process.on('message', (question: Question) => {
	if ('options' in question) start(question.options);
	else reply({ traffic: (callsOf.get(question.project) ?? new Calls()).traffic });
});
// Whoever measured has ended.
process.on('disconnect', () => process.exit());
