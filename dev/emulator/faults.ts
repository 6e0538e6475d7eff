import type { FastifyReply } from 'fastify';

import type { Call } from './emulator';

/** A fault that replaces the proper answer to a call. */
export type Mishap =
	/** Any answer at all: an error, a redirect, an HTML page, nothing. */
	| { kind: 'answer'; status: number; body?: unknown; headers?: Record<string, string> }
	/** The connection is reset without an answer. */
	| { kind: 'reset' }
	/** No answer ever comes. */
	| { kind: 'stall' }
	/** The answer begins, and the connection breaks in the middle of its body. */
	| { kind: 'truncate' }
	/** The answer begins and then continues forever, a byte at a time. */
	| { kind: 'drip' }
	/** An endless answer, as fast as it goes. */
	| { kind: 'flood' };

/** A mishap, and the calls it happens to. */
export interface Fault {
	mishap: Mishap;
	/** Only calls with this method. */
	method?: string;
	/** Only calls whose path begins like this. */
	path?: string;
	/** Only calls for this task. */
	taskId?: string;
	/** Only calls whose token, if they have one, is known: what comes after authentication. */
	afterAuthentication?: boolean;
	/** To how many calls; default 1, and with `until` any number. Use `Infinity` for all. */
	times?: number;
	/** Only before this moment, in milliseconds of the emulator's clock: for what lasts a while. */
	until?: number;
	/** True if the call is carried out before its answer is lost. */
	carriedOut?: boolean;
}

export class Faults {
	private readonly pending: Array<{ fault: Fault; left: number }> = [];

	constructor(private readonly now: () => number) {}

	add(fault: Fault): Fault {
		this.pending.push({ fault, left: fault.times ?? (fault.until === undefined ? 1 : Infinity) });
		return fault;
	}

	clear(): void {
		this.pending.length = 0;
	}

	/** The first fault that fits this call, used up by one. `hasUnknownToken`: its token was never issued. */
	take({ method, url: path, taskId }: Call, hasUnknownToken: boolean): Fault | undefined {
		const now = this.now();
		const found = this.pending.find(
			({ fault, left }) =>
				left > 0 &&
				now < (fault.until ?? Infinity) &&
				(fault.method === undefined || fault.method === method) &&
				(fault.path === undefined || path.startsWith(fault.path)) &&
				(fault.taskId === undefined || fault.taskId === taskId) &&
				!(fault.afterAuthentication && hasUnknownToken),
		);
		if (found) found.left -= 1;
		return found?.fault;
	}
}

const DRIP_MS = 5;

/** Lets a mishap happen to a call. */
export function happen(mishap: Mishap, reply: FastifyReply): FastifyReply {
	if (mishap.kind === 'answer') {
		const { status, body, headers } = mishap;
		return reply
			.code(status)
			.headers(headers ?? {})
			.send(body ?? '');
	}
	reply.hijack();
	const { raw } = reply;
	if (mishap.kind === 'reset') raw.socket?.resetAndDestroy();
	if (mishap.kind === 'reset' || mishap.kind === 'stall') return reply;
	const length = mishap.kind === 'truncate' && { 'content-length': '500' };
	raw.writeHead(200, { 'content-type': 'application/json', ...length });
	if (mishap.kind === 'truncate') raw.write('{"task_id":"', () => raw.socket?.resetAndDestroy());
	if (mishap.kind === 'drip') {
		const timer = setInterval(() => raw.write(' '), DRIP_MS);
		raw.on('close', () => clearInterval(timer));
	}
	if (mishap.kind === 'flood') {
		const pour = () => {
			while (!raw.destroyed && raw.write(' '.repeat(16_384)));
		};
		raw.on('drain', pour);
		pour();
	}
	return reply;
}
