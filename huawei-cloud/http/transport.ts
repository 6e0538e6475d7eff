import type { buildConnector, Dispatcher } from 'undici';

import { raceAbort, type Cancellation } from './abort';
import { errorCode, codeOf } from './errorCodes';
import {
	headersOf,
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from './http';

/** A DNS lookup as Node's `net.connect` calls it. */
type Lookup = (
	hostname: string,
	options: { all?: boolean | undefined },
	callback: (
		error: NodeJS.ErrnoException | null,
		address: string | Array<{ address: string; family: number }>,
		family?: number,
	) => void,
) => void;

/** What the host application allows connections to (n8n's SSRF policy). */
export interface EgressFilter {
	/** Resolves to `ok: false` when the URL is not allowed; rejects when its host can't be resolved. */
	validateUrl(url: string): Promise<{ ok: boolean }>;
	/** A DNS lookup that fails for addresses that are not allowed. */
	createSecureLookup(): Lookup;
}

/** Opens a socket. */
type Connector = buildConnector.connector;

/** How many idle lanes to keep per origin. */
const MOST_IDLE = 100;

/** How long an idle connection is kept, in milliseconds, also when the server offers more: on the way it may be forgotten. */
const LONGEST_IDLE_MS = 4000;

/** Thrown by a secure lookup, to tell a refusal by policy from a name that does not resolve. */
class EgressRefusedError extends Error {}

/** One connection, opened when first needed, that carries one exchange at a time. */
interface Lane {
	dispatcher: Dispatcher;
	/** Destroys its socket, even while it is still connecting. */
	destroy(): void;
}

/**
 * A transport over kept-alive connections. Honours `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
 *
 * Each exchange has its own connection, so that an aborted exchange closes its socket and affects no other: there are
 * never more sockets than pending exchanges plus idle connections. Connections close after a few seconds of inactivity.
 * undici's own timeouts are off, since they restart with every byte: the caller's cancellation limits the whole exchange.
 * @param egress checked before every request; its lookup guards every new connection. The lookup never runs for
 *   numeric addresses, nor behind a proxy, so neither check replaces the other.
 */
export function createTransport(egress?: EgressFilter): Transport {
	const idleByOrigin = new Map<string, Lane[]>();
	return {
		async send(request, cancellation) {
			// Not beyond an abort: the check may need a DNS lookup.
			if (egress) {
				await raceAbort(checkEgress(request.origin, egress), cancellation, () => {
					throw new TransportError('cancelled', false);
				});
			}
			const idle = idleByOrigin.get(request.origin) ?? [];
			idleByOrigin.set(request.origin, idle);
			// The most recently used one: its connection is the most likely to still be open.
			const lane = (request.onNewConnection ? undefined : idle.pop()) ?? (await openLane(egress));
			try {
				const response = await exchange(lane.dispatcher, request, cancellation);
				if (idle.length < MOST_IDLE) idle.push(lane);
				else lane.destroy();
				return response;
			} catch (error) {
				lane.destroy();
				throw error;
			}
		},
	};
}

/** @throws TransportError when a proxy variable is not a URL */
async function openLane(egress: EgressFilter | undefined): Promise<Lane> {
	// Loaded with the first connection, since it takes longer to load than all the rest together.
	const { buildConnector, EnvHttpProxyAgent, Pool } = await import('undici');
	const lookup = egress && guardedLookup(egress);
	let socket = new AbortController();
	const connect: Connector = (options, callback) => {
		// One per socket, since a socket listens to its signal for as long as the signal exists.
		socket = new AbortController();
		buildConnector({ timeout: 0, signal: socket.signal, ...(lookup && { lookup }) })(options, callback);
	};
	try {
		const dispatcher = new EnvHttpProxyAgent({
			connections: 1,
			headersTimeout: 0,
			bodyTimeout: 0,
			keepAliveMaxTimeout: LONGEST_IDLE_MS,
			connect,
			clientFactory: (origin) => new Pool(origin, { connect }),
			requestTls: { timeout: 0 },
		});
		return {
			dispatcher,
			destroy: () => {
				// undici's own `destroy` waits for a connection that is still being opened.
				socket.abort();
				void dispatcher.destroy();
			},
		};
	} catch {
		throw new TransportError('proxyUnusable', false);
	}
}

const transports = new WeakMap<object, Transport>();
const noEgressFilter = {};

/** The transport shared by all executions of this process under the same policy. */
export function sharedTransport(egress?: EgressFilter): Transport {
	const key = egress ?? noEgressFilter;
	const transport = transports.get(key) ?? createTransport(egress);
	transports.set(key, transport);
	return transport;
}

/** Checks whether a URL is allowed. */
async function checkEgress(origin: string, egress: EgressFilter): Promise<void> {
	let isAllowed = false;
	try {
		isAllowed = (await egress.validateUrl(origin)).ok;
	} catch (error) {
		throw new TransportError(errorCode(error) === undefined ? 'egressRefused' : codeOf(error), false);
	}
	if (!isAllowed) throw new TransportError('egressRefused', false);
}

function guardedLookup(egress: EgressFilter): Lookup {
	const lookup = egress.createSecureLookup();
	return (hostname, options, callback) =>
		lookup(hostname, options, (error, address, family) =>
			callback(
				error && errorCode(error) === undefined ? new EgressRefusedError(error.message) : error,
				address,
				family,
			),
		);
}

/** Sends a request and reads its response. Rejects with a TransportError. */
function exchange(
	dispatcher: Dispatcher,
	request: HttpRequest,
	cancellation: Cancellation,
): Promise<HttpResponse> {
	const { origin, path, method, headers, body = null, maxResponseBytes } = request;
	return new Promise((resolve, reject) => {
		if (cancellation.aborted) return reject(new TransportError('cancelled', false));
		const exchanged = new Exchange(maxResponseBytes, cancellation, resolve, reject);
		dispatcher.dispatch({ origin, path, method, headers, body }, exchanged);
	});
}

/** Handles a dispatch, in place of undici's `request`: only a handler learns whether a byte was sent. */
class Exchange implements Dispatcher.DispatchHandler {
	private controller: Dispatcher.DispatchController | undefined;
	private isSettled = false;
	private status = 0;
	private headers: Record<string, string> = {};
	private readonly chunks: Buffer[] = [];
	private size = 0;
	private readonly stopListening: () => void;

	constructor(
		private readonly maxResponseBytes: number,
		cancellation: Cancellation,
		private readonly resolve: (response: HttpResponse) => void,
		private readonly reject: (error: TransportError) => void,
	) {
		this.stopListening = cancellation.onAbort(() => this.abort('cancelled'));
	}

	onRequestStart(started: Dispatcher.DispatchController): void {
		// Aborted while waiting for a connection: nothing may be sent any more.
		if (this.isSettled) started.abort(new Error('The exchange was aborted'));
		else this.controller = started;
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		this.status = status;
		// In place of those of an interim response that may have come before.
		this.headers = headersOf(headers);
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.chunks.push(chunk);
		this.size += chunk.length;
		// Never return truncated text: it would be parsed as something it is not.
		if (this.size > this.maxResponseBytes) this.abort('responseTooLarge');
	}

	onResponseEnd(): void {
		const { status, headers, chunks } = this;
		this.settle();
		this.resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.fail(error instanceof EgressRefusedError ? 'egressRefused' : codeOf(error));
	}

	private abort(code: TransportErrorCode): void {
		this.fail(code);
		this.controller?.abort(new Error('The exchange was aborted'));
	}

	private fail(code: TransportErrorCode): void {
		this.settle();
		this.reject(new TransportError(code, this.controller !== undefined));
	}

	/** Of several ends, the promise heeds the first. */
	private settle(): void {
		this.isSettled = true;
		this.stopListening();
	}
}
