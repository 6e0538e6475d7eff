import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

import { errorCode, failureOf } from './failure';
import {
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportFailure,
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

/** What the host application allows to be connected to (n8n's SSRF policy). */
export interface EgressFilter {
	/** Resolves to `ok: false` when the URL must not be called; rejects when its host can't be resolved. */
	validateUrl(url: string): Promise<{ ok: boolean }>;
	/** A DNS lookup that fails for addresses that must not be connected to. */
	createSecureLookup(): Lookup;
}

/** Answers of the API are a few kB at most; whatever is longer is not one of them. */
const MAX_BODY_BYTES = 64 * 1024;

/** How long a connection attempt may go on that nobody waits for any more. Each attempt's own deadline is shorter. */
const CONNECT_TIMEOUT_MS = 60_000;

/** Thrown out of a secure lookup, to tell a refusal by policy from a name that does not resolve. */
class EgressRefusedError extends Error {}

/**
 * A transport over a pool of kept-alive connections. Honours `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
 *
 * undici's own timeouts are off, since they restart with every byte: the caller's signal bounds the whole exchange.
 * @param connections the most connections per origin, 1 or more
 * @param egress checked before every request; its lookup guards every new connection. The lookup never runs for
 *   addresses given as numbers, nor behind a proxy, so neither check replaces the other.
 */
export function createTransport(connections: number, egress?: EgressFilter): Transport {
	const dispatcher = new EnvHttpProxyAgent({
		connections,
		headersTimeout: 0,
		bodyTimeout: 0,
		connect: { timeout: CONNECT_TIMEOUT_MS, ...(egress && { lookup: guardedLookup(egress) }) },
	});
	return {
		async send(request, signal) {
			await checkEgress(request.origin, egress);
			return await exchange(dispatcher, request, signal);
		},
	};
}

const sharedTransports = new WeakMap<object, Map<number, Transport>>();
const noEgressFilter = {};

/**
 * The process's transport for this number of connections and this filter: made once, so that later runs and other
 * workflows find the connections still open.
 */
export function sharedTransport(connections: number, egress?: EgressFilter): Transport {
	const key = egress ?? noEgressFilter;
	const bySize = sharedTransports.get(key) ?? new Map<number, Transport>();
	sharedTransports.set(key, bySize);
	const transport = bySize.get(connections) ?? createTransport(connections, egress);
	bySize.set(connections, transport);
	return transport;
}

async function checkEgress(origin: string, egress?: EgressFilter): Promise<void> {
	if (!egress) return;
	const verdict = await egress.validateUrl(origin).catch((error: unknown) => {
		throw new TransportError(errorCode(error) === undefined ? 'egressRefused' : failureOf(error), false);
	});
	if (!verdict.ok) throw new TransportError('egressRefused', false);
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
		const fail = (failure: TransportFailure) =>
			settle(() => reject(new TransportError(failure, controller !== undefined)));
		const succeed = () =>
			settle(() => resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') }));
		const onAbort = () => {
			fail('cancelled');
			controller?.abort(new Error('The exchange was given up'));
		};

		if (signal.aborted) return fail('cancelled');
		signal.addEventListener('abort', onAbort, { once: true });
		const { origin, path, method, body } = request;
		dispatcher.dispatch(
			{ origin, path, method, headers: { ...request.headers }, body: body ?? null },
			{
				onRequestStart(started) {
					// Given up while it was waiting for a connection: nothing may be sent any more.
					if (settled) return started.abort(new Error('The exchange was given up'));
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
					if (size <= MAX_BODY_BYTES) return;
					succeed();
					current.abort(new Error('The answer is longer than any of the API'));
				},
				onResponseEnd() {
					succeed();
				},
				onResponseError(_controller, error) {
					fail(error instanceof EgressRefusedError ? 'egressRefused' : failureOf(error));
				},
			},
		);
	});
}
