import type { buildConnector, Client, Dispatcher } from 'undici';

import { raceAbort, type Cancellation } from './abort';
import { BodyBuffer } from './body';
import { checkEgress, EgressDeniedError, guardedLookup, type EgressFilter } from './egress';
import { transportCodeOf } from './errorCodes';
import {
	headersOf,
	IDENTITY,
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from './http';
import { proxyFor, type Proxy } from './proxy';

/** Opens a socket. */
type Connector = buildConnector.connector;

/** Idle connections to keep, to all origins together. */
const MAX_IDLE = 100;

/** How long an idle connection is kept, even if the server offers more: a device in between may drop it. */
const MAX_IDLE_MS = 4000;

/** undici's own timeouts are off, since they restart with every byte: the caller's cancellation ends an exchange. */
const CLIENT_OPTIONS = { headersTimeout: 0, bodyTimeout: 0, keepAliveMaxTimeout: MAX_IDLE_MS };

/** One connection, opened when first needed, that carries one exchange at a time. */
interface Connection {
	readonly origin: string;
	/** False before it has a socket, and after. */
	readonly isOpen: boolean;
	exchange(request: HttpRequest, cancellation: Cancellation): Promise<HttpResponse>;
	/** Destroys its sockets, even while they are still connecting. */
	destroy(): void;
}

/**
 * A transport over kept-alive connections, through the proxy that the environment names, if it names one.
 *
 * Each exchange has its own connection, so that an aborted exchange closes its socket and affects no other: there are
 * never more sockets than pending exchanges plus idle connections. Connections close after a few seconds of inactivity.
 * @param egress checked before every request; its lookup guards every new direct connection. The lookup never runs for
 *   numeric addresses, nor for a proxy, which the administrator chose, so neither check replaces the other.
 */
export function createTransport(egress?: EgressFilter): Transport {
	const idle = new IdleConnections();
	return {
		async send(request, cancellation) {
			// Ends with an abort: the check may need a DNS lookup.
			if (egress) {
				await raceAbort(checkEgress(request.origin, egress), cancellation, () => {
					throw new TransportError('cancelled', false);
				});
			}
			const known = request.onNewConnection ? undefined : idle.take(request.origin);
			const connection = known ?? (await openConnection(request.origin, egress, idle));
			try {
				const response = await connection.exchange(request, cancellation);
				idle.keep(connection);
				return response;
			} catch (error) {
				connection.destroy();
				throw error;
			}
		},
	};
}

/** Idle open connections, the most recently used first. Those that close are dropped. */
class IdleConnections {
	private readonly connections: Connection[] = [];

	/** The most recently used one: it is the most likely to still be open. */
	take(origin: string): Connection | undefined {
		const connection = this.connections.find((connection) => connection.origin === origin);
		if (connection) this.remove(connection);
		return connection;
	}

	keep(connection: Connection): void {
		if (connection.isOpen && this.connections.length < MAX_IDLE) this.connections.unshift(connection);
		else connection.destroy();
	}

	remove(connection: Connection): void {
		const index = this.connections.indexOf(connection);
		if (index >= 0) this.connections.splice(index, 1);
	}
}

/** @throws TransportError when the proxy that the environment names is not a URL */
async function openConnection(
	origin: string,
	egress: EgressFilter | undefined,
	idle: IdleConnections,
): Promise<Connection> {
	const proxy = proxyFor(origin);
	// Loaded with the first connection, since it takes longer to load than everything else together.
	const { buildConnector, Client } = await import('undici');
	const lookup = egress && !proxy ? guardedLookup(egress) : undefined;
	let sockets = new AbortController();
	let hasConnected = false;
	const connect: Connector = (options, callback) => {
		// One connection per exchange, or undici would reconnect endlessly to a host that hangs up.
		if (hasConnected) return callback(new TransportError('connectionLost', false, proxy?.name), null);
		hasConnected = true;
		// One signal for each connection, since a socket listens to its signal for as long as the signal exists.
		const { signal } = (sockets = new AbortController());
		const open = buildConnector({ timeout: 0, signal, ...(lookup && { lookup }) });
		if (proxy) openTunnel(proxy, { Client, open, signal }, options, callback);
		else open(options, callback);
	};
	const client = new Client(origin, { ...CLIENT_OPTIONS, connect });
	const connection = {
		origin,
		get isOpen() {
			return client.stats.connected;
		},
		exchange: async (request: HttpRequest, cancellation: Cancellation) => {
			hasConnected = false;
			return await exchange(client, request, cancellation, proxy?.name);
		},
		destroy: () => {
			// undici's own `destroy` waits for a connection that is still being opened.
			sockets.abort();
			void client.destroy();
		},
	};
	client.on('disconnect', () => idle.remove(connection));
	return connection;
}

interface TunnelParts {
	Client: typeof Client;
	/** Opens a socket, or TLS over one. */
	open: Connector;
	signal: AbortSignal;
}

/** Asks a proxy for a tunnel, once, and opens TLS to the endpoint in it. */
function openTunnel(
	{ origin, name, headers }: Proxy,
	{ Client, open, signal }: TunnelParts,
	options: buildConnector.Options,
	callback: buildConnector.Callback,
): void {
	const fail = (code: TransportErrorCode, cause?: Error) =>
		callback(new TransportError(code, false, name, cause), null);
	const target = `${options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname}:${options.port || 443}`;
	const proxy = new Client(origin, { ...CLIENT_OPTIONS, connect: open });
	// Aborted in any other way, undici would connect to the proxy again.
	const close = () => void proxy.destroy();
	signal.addEventListener('abort', close);
	proxy.connect({ path: target, headers: { ...headers, Host: target } }, (error, tunnel) => {
		signal.removeEventListener('abort', close);
		close();
		if (error) return fail(PROXY_CODES[transportCodeOf(error)] ?? 'proxyLost', error);
		const { socket, statusCode } = tunnel;
		if (statusCode === 200 && isSocket(socket)) return open({ ...options, httpSocket: socket }, callback);
		socket.on('error', () => undefined).destroy();
		fail('proxyRejected');
	});
}

type Socket = NonNullable<buildConnector.Options['httpSocket']>;

/** undici's type is incomplete. */
function isSocket(stream: object): stream is Socket {
	return 'setNoDelay' in stream;
}

/** Meanings of an error on the connection to a proxy. */
const PROXY_CODES: Partial<Record<TransportErrorCode, TransportErrorCode>> = {
	unknownHost: 'proxyUnreachable',
	unreachable: 'proxyUnreachable',
	timeout: 'proxyUnreachable',
	certificate: 'proxyCertificate',
};

/** Sends a request and reads its response. Rejects with a TransportError. */
function exchange(
	dispatcher: Dispatcher,
	request: HttpRequest,
	cancellation: Cancellation,
	proxy: string | undefined,
): Promise<HttpResponse> {
	const { origin, path, method, body = null, maxResponseBytes } = request;
	return new Promise((resolve, reject) => {
		if (cancellation.aborted) return reject(new TransportError('cancelled', false));
		const exchanged = new Exchange(maxResponseBytes, proxy, cancellation, resolve, reject);
		const headers = { ...request.headers, ...IDENTITY };
		dispatcher.dispatch({ origin, path, method, headers, body }, exchanged);
	});
}

/** Handles a dispatch instead of undici's `request`, since only a handler learns whether a byte was sent. */
class Exchange implements Dispatcher.DispatchHandler {
	private controller: Dispatcher.DispatchController | undefined;
	private isSettled = false;
	private status = 0;
	private headers: Record<string, string> = {};
	private readonly body: BodyBuffer;
	private readonly stopListening: () => void;

	constructor(
		maxResponseBytes: number,
		private readonly proxy: string | undefined,
		cancellation: Cancellation,
		private readonly resolve: (response: HttpResponse | Promise<HttpResponse>) => void,
		private readonly reject: (error: TransportError) => void,
	) {
		this.body = new BodyBuffer(maxResponseBytes);
		this.stopListening = cancellation.onAbort(() => this.abort('cancelled'));
	}

	onRequestStart(started: Dispatcher.DispatchController): void {
		// Aborted while waiting for a connection: nothing may be sent now.
		if (this.isSettled) started.abort(new Error('The exchange was aborted'));
		else this.controller = started;
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		this.status = status;
		// Replaces those of an earlier interim response.
		this.headers = headersOf(headers);
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (!this.body.append(chunk)) this.abort('responseTooLarge');
	}

	onResponseEnd(): void {
		this.settle();
		const { status, headers } = this;
		const body = this.body.text();
		if (typeof body === 'string') return this.resolve({ status, headers, body });
		this.resolve(body.then((text) => ({ status, headers, body: text })));
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		// The tunnel failed.
		if (error instanceof TransportError) return this.fail(error.code, error.cause);
		this.fail(error instanceof EgressDeniedError ? 'egressDenied' : transportCodeOf(error), error);
	}

	private abort(code: TransportErrorCode): void {
		this.fail(code);
		this.controller?.abort(new Error('The exchange was aborted'));
	}

	private fail(code: TransportErrorCode, cause?: unknown): void {
		this.settle();
		this.reject(new TransportError(code, this.controller !== undefined, this.proxy, cause));
	}

	/** A later call changes nothing: the promise is settled. */
	private settle(): void {
		this.isSettled = true;
		this.stopListening();
	}
}
