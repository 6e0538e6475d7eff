import type { buildConnector, Client, Dispatcher } from 'undici';

import { raceAbort, type Cancellation } from './abort';
import { BodyBuffer } from './body';
import { checkEgress, guardedLookup, type EgressFilter } from './egress';
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

type Connector = buildConnector.connector;

/** Max idle connections to keep, across all origins. */
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
 * A transport over kept-alive connections, through the proxy that the environment names, if any. Each exchange has its own
 * connection, so an aborted one affects no other: there are never more sockets than pending exchanges plus idle connections.
 * @param egress checked before every request; its lookup guards every new direct connection. The lookup never runs for
 *   numeric addresses, nor for a proxy, which the administrator chose, so neither check replaces the other.
 */
export function createTransport(egress?: EgressFilter): Transport {
	/** The most recently used first: it is the most likely to still be open. */
	const idle: Connection[] = [];
	return {
		async send(request, cancellation) {
			// Ends with an abort: the check may need a DNS lookup.
			if (egress) {
				await raceAbort(checkEgress(request.origin, egress), cancellation, () => {
					throw new TransportError('cancelled', false);
				});
			}
			const { origin, onNewConnection } = request;
			const known = onNewConnection ? undefined : idle.find((connection) => connection.origin === origin);
			if (known) remove(known, idle);
			const connection = known ?? (await openConnection(origin, egress, idle));
			try {
				const response = await connection.exchange(request, cancellation);
				if (connection.isOpen && idle.length < MAX_IDLE) idle.unshift(connection);
				else connection.destroy();
				return response;
			} catch (error) {
				connection.destroy();
				throw error;
			}
		},
	};
}

function remove(connection: Connection, idle: Connection[]): void {
	const index = idle.indexOf(connection);
	if (index >= 0) idle.splice(index, 1);
}

/** @throws TransportError when the proxy that the environment names is not a URL */
async function openConnection(
	origin: string,
	egress: EgressFilter | undefined,
	idle: Connection[],
): Promise<Connection> {
	const proxy = proxyFor(origin);
	// Loaded with the first connection, since it takes longer to load than everything else together.
	const { buildConnector, Client } = await import('undici');
	const lookup = egress && !proxy ? guardedLookup(egress) : undefined;
	let sockets = new AbortController();
	let hasConnected = false;
	const connect: Connector = (options, callback) => {
		// One connection per exchange, or undici would reconnect endlessly to a host that hangs up.
		if (hasConnected) return callback(new TransportError('connectionLost', false), null);
		hasConnected = true;
		// One signal for each connection, since a socket listens to its signal for as long as the signal exists.
		const { signal } = (sockets = new AbortController());
		const open = buildConnector({ timeout: 0, signal, ...(lookup && { lookup }) });
		if (proxy) openTunnel(proxy, { Client, open, signal }, options, reporting(callback));
		else open(options, reporting(callback));
	};
	const client = new Client(origin, { ...CLIENT_OPTIONS, connect });
	const connection: Connection = {
		origin,
		get isOpen() {
			return client.stats.connected;
		},
		exchange: async (request, cancellation) => {
			hasConnected = false;
			return await exchange(client, request, cancellation, proxy?.name);
		},
		destroy: () => {
			// undici's own `destroy` waits for a connection that is still being opened.
			sockets.abort();
			void client.destroy();
		},
	};
	client.on('disconnect', () => remove(connection, idle));
	return connection;
}

/** Turns errors while connecting into transport errors. Any other error means that an open connection broke. */
function reporting(callback: buildConnector.Callback): buildConnector.Callback {
	return (...[error, socket]) => {
		if (!error) return callback(null, socket);
		const isKnown = error instanceof TransportError;
		callback(isKnown ? error : new TransportError(transportCodeOf(error), false, undefined, error), null);
	};
}

interface TunnelParts {
	Client: typeof Client;
	/** Opens a socket, or TLS over one. */
	open: Connector;
	signal: AbortSignal;
}

/** Asks a proxy for a tunnel, once, and opens TLS to the endpoint in it. */
function openTunnel(
	{ origin, headers }: Proxy,
	{ Client, open, signal }: TunnelParts,
	options: buildConnector.Options,
	callback: buildConnector.Callback,
): void {
	const fail = (code: TransportErrorCode, cause?: Error) =>
		callback(new TransportError(code, false, undefined, cause), null);
	const target = `${options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname}:${options.port || 443}`;
	const proxy = new Client(origin, { ...CLIENT_OPTIONS, connect: open });
	// Aborted in any other way, undici would connect to the proxy again.
	const close = () => void proxy.destroy();
	signal.addEventListener('abort', close);
	proxy.connect({ path: target, headers: { ...headers, Host: target } }, (error, tunnel) => {
		signal.removeEventListener('abort', close);
		close();
		if (error) {
			const isCertificate = transportCodeOf(error) === 'certificate';
			return fail(isCertificate ? 'proxyCertificate' : 'proxyUnreachable', error);
		}
		const { socket, statusCode } = tunnel;
		if (statusCode === 200 && isSocket(socket)) return open({ ...options, httpSocket: socket }, callback);
		socket.on('error', () => undefined).destroy();
		// A proxy says so when it can't reach the endpoint. With other statuses, it does not allow the tunnel.
		fail([502, 503, 504].includes(statusCode) ? 'unreachable' : 'proxyRejected');
	});
}

type Socket = NonNullable<buildConnector.Options['httpSocket']>;

/** undici's type is incomplete. */
function isSocket(stream: object): stream is Socket {
	return 'setNoDelay' in stream;
}

/** Rejects with a TransportError. */
function exchange(
	dispatcher: Dispatcher,
	request: HttpRequest,
	cancellation: Cancellation,
	proxy: string | undefined,
): Promise<HttpResponse> {
	return new Promise((resolve, reject) => {
		if (cancellation.aborted) return reject(new TransportError('cancelled', false));
		const exchanged = new Exchange(request.maxResponseBytes, proxy, cancellation, resolve, reject);
		const { origin, path, method, body = null } = request;
		const headers = { ...request.headers, ...IDENTITY };
		dispatcher.dispatch({ origin, path, method, headers, body }, exchanged);
	});
}

/** Handles a dispatch instead of undici's `request`, since only a handler learns whether a byte was sent. */
class Exchange implements Dispatcher.DispatchHandler {
	private controller: Dispatcher.DispatchController | undefined;
	private isSettled = false;
	private head: Omit<HttpResponse, 'body'> = { status: 0, headers: {} };
	private readonly body: BodyBuffer;
	private readonly stopListening: () => void;

	constructor(
		maxResponseBytes: number,
		private readonly proxy: string | undefined,
		cancellation: Cancellation,
		private readonly resolve: (response: Promise<HttpResponse>) => void,
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
		// Replaces that of an earlier interim response.
		this.head = { status, headers: headersOf(headers) };
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (!this.body.append(chunk)) this.abort('responseTooLarge');
	}

	onResponseEnd(): void {
		this.settle();
		this.resolve(this.body.text().then((body) => ({ ...this.head, body })));
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		if (error instanceof TransportError) return this.fail(error.code, error.cause);
		const isTooLarge = transportCodeOf(error) === 'headersTooLarge';
		this.fail(isTooLarge ? 'headersTooLarge' : 'connectionLost', error);
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
