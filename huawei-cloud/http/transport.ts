import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';

import { errorCode, codeOf } from './errorCodes';
import {
	TransportError,
	untilGivenUp,
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

/** How many idle lanes to keep per origin. */
const MOST_IDLE = 100;

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
 * undici's own timeouts are off, since they restart with every byte: the caller's signal limits the whole exchange.
 * @param egress checked before every request; its lookup guards every new connection. The lookup never runs for
 *   numeric addresses, nor behind a proxy, so neither check replaces the other.
 */
export function createTransport(egress?: EgressFilter): Transport {
	const idleByOrigin = new Map<string, Lane[]>();
	return {
		async send(request, signal) {
			if (egress) await checkEgress(request.origin, egress, signal);
			const idle = idleByOrigin.get(request.origin) ?? [];
			idleByOrigin.set(request.origin, idle);
			// The most recently used one: its connection is the most likely to still be open.
			const lane = (request.onNewConnection ? undefined : idle.pop()) ?? openLane(egress);
			try {
				const response = await exchange(lane.dispatcher, request, signal);
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
function openLane(egress: EgressFilter | undefined): Lane {
	const lookup = egress && guardedLookup(egress);
	let socket = new AbortController();
	const connect: buildConnector.connector = (options, callback) => {
		// One per socket, since a socket listens to its signal for as long as the signal exists.
		socket = new AbortController();
		buildConnector({ timeout: 0, signal: socket.signal, ...(lookup && { lookup }) })(options, callback);
	};
	try {
		const dispatcher = new EnvHttpProxyAgent({
			connections: 1,
			headersTimeout: 0,
			bodyTimeout: 0,
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

/** Checks whether a URL is allowed, for no longer than the signal permits: the check may need a DNS lookup. */
async function checkEgress(origin: string, egress: EgressFilter, signal: AbortSignal): Promise<void> {
	await untilGivenUp(signal, false, askEgress(origin, egress));
}

async function askEgress(origin: string, egress: EgressFilter): Promise<void> {
	const ask = async () => await egress.validateUrl(origin);
	const { ok } = await ask().catch((error: unknown) => {
		throw new TransportError(errorCode(error) === undefined ? 'egressRefused' : codeOf(error), false);
	});
	if (!ok) throw new TransportError('egressRefused', false);
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

/** Dispatches by hand rather than with undici's `request`: only a handler learns whether a byte was sent. */
function exchange(dispatcher: Dispatcher, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
	return new Promise((resolve, reject) => {
		let controller: Dispatcher.DispatchController | undefined;
		let settled = false;
		let status = 0;
		let headers: Record<string, string> = {};
		const chunks: Buffer[] = [];
		let size = 0;

		const settle = (finish: () => void) => {
			if (settled) return;
			settled = true;
			signal.removeEventListener('abort', onAbort);
			finish();
		};
		const fail = (code: TransportErrorCode) =>
			settle(() => reject(new TransportError(code, controller !== undefined)));
		const succeed = () =>
			settle(() => resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') }));
		const onAbort = () => {
			fail('cancelled');
			controller?.abort(new Error('The exchange was aborted'));
		};

		if (signal.aborted) return fail('cancelled');
		signal.addEventListener('abort', onAbort, { once: true });
		const { origin, path, method, body, maxResponseBytes } = request;
		dispatcher.dispatch(
			{ origin, path, method, headers: { ...request.headers }, body: body ?? null },
			{
				onRequestStart(started) {
					// Aborted while waiting for a connection: nothing may be sent any more.
					if (settled) return started.abort(new Error('The exchange was aborted'));
					controller = started;
				},
				onResponseStart(_controller, statusCode, received) {
					status = statusCode;
					headers = Object.fromEntries(
						Object.entries(received).map(([name, value]) => [
							name,
							Array.isArray(value) ? value.join(', ') : (value ?? ''),
						]),
					);
				},
				onResponseData(current, chunk) {
					if (settled) return;
					chunks.push(chunk);
					size += chunk.length;
					if (size <= maxResponseBytes) return;
					// Never return truncated text: it would be parsed as something it is not.
					fail('responseTooLarge');
					current.abort(new Error('The response is too large'));
				},
				onResponseEnd() {
					succeed();
				},
				onResponseError(_controller, error) {
					fail(error instanceof EgressRefusedError ? 'egressRefused' : codeOf(error));
				},
			},
		);
	});
}
