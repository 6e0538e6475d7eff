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
	readonly client: Client;
	/** Host and port of the proxy in between, if any. */
	readonly proxy: string | undefined;
	/** True if the current exchange has opened a socket. */
	hasConnected: boolean;
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
	/** The most recently used last: it is the most likely to still be open. */
	const idle = new Set<Connection>();
	return {
		async send(request, cancellation) {
			// Ends with an abort: the check may need a DNS lookup.
			if (egress) {
				await raceAbort(checkEgress(request.origin, egress), cancellation, () => {
					throw new TransportError('cancelled', false);
				});
			}
			const { origin, onNewConnection } = request;
			const known = onNewConnection ? undefined : [...idle].filter((each) => each.origin === origin).at(-1);
			if (known) idle.delete(known);
			const connection = known ?? (await openConnection(origin, egress));
			if (!known) connection.client.on('disconnect', () => idle.delete(connection));
			try {
				if (cancellation.aborted) throw new TransportError('cancelled', false);
				return await exchange(connection, request, cancellation);
			} finally {
				if (connection.client.stats.connected && idle.size < MAX_IDLE) idle.add(connection);
				else connection.destroy();
			}
		},
	};
}

/** @throws TransportError when the proxy that the environment names is not a URL */
async function openConnection(origin: string, egress?: EgressFilter): Promise<Connection> {
	const proxy = proxyFor(origin);
	// Loaded with the first connection, since it takes longer to load than everything else together.
	const { buildConnector, Client } = await import('undici');
	const lookup = egress && !proxy ? guardedLookup(egress) : undefined;
	let sockets = new AbortController();
	const connect: Connector = (options, callback) => {
		// One socket per exchange, or undici would reconnect endlessly to a host that hangs up.
		if (connection.hasConnected) return callback(new TransportError('connectionLost', false), null);
		connection.hasConnected = true;
		// One signal for each socket, which listens to it for as long as it exists.
		const { signal } = (sockets = new AbortController());
		// Verified even if NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
		const open = buildConnector({ timeout: 0, signal, rejectUnauthorized: true, ...(lookup && { lookup }) });
		if (!proxy) return open(options, callback);
		const proxyClient = new Client(proxy.origin, { ...CLIENT_OPTIONS, connect: open });
		// Aborted in any other way, undici would connect to the proxy again.
		signal.addEventListener('abort', () => void proxyClient.destroy());
		openTunnel(proxyClient, proxy.headers, open, options, callback);
	};
	const client = new Client(origin, { ...CLIENT_OPTIONS, connect });
	const destroy = () => {
		// undici's own `destroy` waits for a connection that is still being opened.
		sockets.abort();
		void client.destroy();
	};
	const connection: Connection = { origin, client, proxy: proxy?.name, hasConnected: false, destroy };
	return connection;
}

/** Asks a proxy for a tunnel, once, and opens TLS to the endpoint in it. `open` opens a socket, or TLS over one. */
function openTunnel(
	proxy: Client,
	headers: Proxy['headers'],
	open: Connector,
	options: buildConnector.Options,
	callback: buildConnector.Callback,
): void {
	const fail = (code: TransportErrorCode, cause?: Error) =>
		callback(new TransportError(code, false, undefined, cause), null);
	const target = `${options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname}:${options.port || 443}`;
	proxy.connect({ path: target, headers: { ...headers, Host: target } }, (error, tunnel) => {
		void proxy.destroy();
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

/** Rejects with a TransportError. Dispatches, since undici's `request` doesn't tell whether a byte was sent. */
function exchange(connection: Connection, request: HttpRequest, cancellation: Cancellation) {
	connection.hasConnected = false;
	return new Promise<HttpResponse>((resolve, reject) => {
		let sent = false;
		let head: Omit<HttpResponse, 'body'> = { status: 0, headers: {} };
		const received = new BodyBuffer(request.maxResponseBytes);
		const stopListening = cancellation.onAbort(() => fail('cancelled'));
		const fail = (code: TransportErrorCode, cause?: unknown) => {
			stopListening();
			reject(new TransportError(code, sent, connection.proxy, cause));
			connection.destroy();
		};
		const handler: Dispatcher.DispatchHandler = {
			onRequestStart: () => (sent = true),
			// Replaces that of an earlier interim response.
			onResponseStart: (_, status, fields) => (head = { status, headers: headersOf(fields) }),
			onResponseData: (_, chunk) => {
				if (!received.append(chunk)) fail('responseTooLarge');
			},
			onResponseEnd: () => {
				stopListening();
				resolve(received.text().then((text) => ({ ...head, body: text })));
			},
			onResponseError: (_, error) => {
				if (error instanceof TransportError) return fail(error.code, error.cause);
				const code = transportCodeOf(error);
				// Once the request is sent, most errors only mean that an open connection broke.
				fail(sent && code !== 'headersTooLarge' ? 'connectionLost' : code, error);
			},
		};
		const { path, method, body = null } = request;
		const headers = { ...request.headers, ...IDENTITY };
		connection.client.dispatch({ path, method, headers, body }, handler);
	});
}
