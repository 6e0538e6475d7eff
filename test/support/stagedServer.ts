import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Certificate } from './certificates';
import { startTcpServer, type TcpServer } from './listen';

/** The fate of a connection at a stage. */
export type Ending = 'fin' | 'reset' | 'garbage' | 'silence';

/** Stages of a connection to an endpoint: what has happened when it ends. */
export type EndpointStage =
	'hello received' | 'request half received' | 'head half sent' | 'body half sent' | 'response sent';

/** Stages of a connection to a proxy. */
export type ProxyStage = 'accepted' | 'CONNECT received' | 'tunnel opened';

interface Script<Stage> {
	at: Stage;
	/** A number: the status that a proxy answers CONNECT with. */
	end: Ending | number;
}

export interface StagedServer extends TcpServer {
	/** How often the stage of the script was reached. */
	reached: number;
	/** Lines that clients began their requests with. */
	readonly requests: string[];
}

/** An endpoint that speaks TLS, and answers every request with `{}` unless the script ends the connection before. */
export async function startEndpoint(tls: Certificate, script?: Script<EndpointStage>): Promise<StagedServer> {
	return await start((raw, staged) => {
		const end = (stage: EndpointStage) => isReached(script, stage, staged) && finish(raw, script?.end);
		if (script?.at === 'hello received') return void raw.once('data', () => end('hello received'));
		const socket = new TLSSocket(raw, { isServer: true, ...tls });
		socket.on('error', () => raw.destroy());
		let received = '';
		let isOver = false;
		socket.on('data', (chunk) => {
			// Reads on when it has ended, or it would not notice that the other side does too.
			isOver ||= end('request half received');
			if (isOver) return undefined;
			received += chunk.toString('latin1');
			const [head = '', body] = received.split('\r\n\r\n', 2);
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
			if (body === undefined || body.length < length) return undefined;
			staged.requests.push(head.split('\r\n', 1)[0] ?? '');
			received = '';
			const write = (text: string, stage: EndpointStage) => socket.write(text, () => end(stage));
			if (script?.at === 'head half sent') return write('HTTP/1.1 200 OK\r\nContent-Ty', script.at);
			if (script?.at === 'body half sent') {
				return write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}', script.at);
			}
			return write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', 'response sent');
		});
	});
}

/** A forward proxy to this machine, unless the script ends the connection before. */
export async function startStagedProxy(
	script?: Script<ProxyStage>,
	tls?: Certificate,
): Promise<StagedServer> {
	return await start((raw, staged) => {
		const socket = tls ? new TLSSocket(raw, { isServer: true, ...tls }) : raw;
		socket.on('error', () => raw.destroy());
		const end = (stage: ProxyStage) => isReached(script, stage, staged) && finish(socket, script?.end);
		if (end('accepted')) return;
		let received = '';
		const read = (chunk: Buffer) => {
			received += chunk.toString('latin1');
			if (!received.includes('\r\n\r\n')) return;
			socket.off('data', read);
			staged.requests.push(received.split('\r\n', 1)[0] ?? '');
			if (end('CONNECT received')) return;
			if (script?.at === 'tunnel opened') {
				return void socket.write('HTTP/1.1 200 OK\r\n\r\n', () => end('tunnel opened'));
			}
			tunnel(socket, Number(/:(\d+) /.exec(received)?.[1]));
		};
		socket.on('data', read);
	});
}

function tunnel(client: Socket, port: number): void {
	const upstream = connect(port, '127.0.0.1');
	let isOpen = false;
	upstream.once('connect', () => {
		isOpen = true;
		client.write('HTTP/1.1 200 Connection established\r\n\r\n');
		client.pipe(upstream).pipe(client);
	});
	upstream.on('error', () => {
		if (isOpen) client.resetAndDestroy();
		else finish(client, 502);
	});
	// Reads on, or its end would not be noticed.
	upstream.on('close', () => client.end().resume());
	client.on('close', () => upstream.destroy());
}

function isReached<Stage>(script: Script<Stage> | undefined, stage: Stage, staged: StagedServer): boolean {
	if (script?.at !== stage) return false;
	staged.reached += 1;
	return true;
}

function finish(socket: Socket, end: Ending | number | undefined): true {
	if (end === 'fin') socket.end();
	if (end === 'reset') socket.resetAndDestroy();
	// Below TLS, if there is any: no peer could have sent this in a record.
	if (end === 'garbage') socket.end('\u0000garbage\r\n\r\n');
	if (typeof end === 'number') socket.end(`HTTP/1.1 ${end} No\r\nContent-Length: 2\r\n\r\n{}`);
	// Its end would not be noticed otherwise.
	socket.resume();
	return true;
}

async function start(serve: (socket: Socket, staged: StagedServer) => void): Promise<StagedServer> {
	const server = await startTcpServer((socket) => serve(socket, staged));
	const staged = Object.assign(server, { reached: 0, requests: [] });
	return staged;
}
