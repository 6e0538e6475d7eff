import { EnvHttpProxyAgent, type Dispatcher } from 'undici';

import { errorCode, failureOf } from './failure';
import {
	TransportError,
	untilGivenUp,
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

/** How long a connection may take to be made, also when nobody waits for it any more. */
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
	let dispatcher = createDispatcher(connections, egress);
	return {
		async send(request, signal) {
			if (!dispatcher) throw new TransportError('proxyUnusable', false);
			if (egress) await checkEgress(request.origin, egress, signal);
			const used = dispatcher;
			try {
				return await exchange(used, request, signal);
			} catch (error) {
				// Given up before it had a connection: whatever is being connected would block those that come after it.
				if (isUnsentAndCancelled(error) && used === dispatcher) {
					dispatcher = createDispatcher(connections, egress);
					void used.close();
				}
				throw error;
			}
		},
	};
}

function isUnsentAndCancelled(error: unknown): boolean {
	return error instanceof TransportError && error.failure === 'cancelled' && !error.sent;
}

/** @returns undefined when a proxy variable is not a URL, which undici throws for */
function createDispatcher(connections: number, egress: EgressFilter | undefined): Dispatcher | undefined {
	try {
		return new EnvHttpProxyAgent({
			connections,
			headersTimeout: 0,
			bodyTimeout: 0,
			connect: { timeout: CONNECT_TIMEOUT_MS, ...(egress && { lookup: guardedLookup(egress) }) },
		});
	} catch {
		return undefined;
	}
}

/** Transports that nobody uses at the moment, by filter and number of connections. */
const idleTransports = new WeakMap<object, Map<number, Transport[]>>();
const noEgressFilter = {};

/** So many are kept of one kind. The connections of others close by themselves, as soon as they have been idle for a while. */
const MOST_IDLE = 20;

/**
 * Lends a transport to one execution, which has its connections to itself: no other can keep it waiting. Given back, it
 * goes to the next execution with its connections still open.
 */
export function borrowTransport(
	connections: number,
	egress?: EgressFilter,
): { transport: Transport; giveBack: () => void } {
	const bySize = idleTransports.get(egress ?? noEgressFilter) ?? new Map<number, Transport[]>();
	idleTransports.set(egress ?? noEgressFilter, bySize);
	const idle = bySize.get(connections) ?? [];
	bySize.set(connections, idle);
	const transport = idle.pop() ?? createTransport(connections, egress);
	return {
		transport,
		giveBack: () => {
			if (idle.length < MOST_IDLE) idle.push(transport);
		},
	};
}

/** Asks whether a URL may be called, for no longer than the signal allows: the answer may take a DNS lookup. */
async function checkEgress(origin: string, egress: EgressFilter, signal: AbortSignal): Promise<void> {
	await untilGivenUp(signal, false, askEgress(origin, egress));
}

async function askEgress(origin: string, egress: EgressFilter): Promise<void> {
	const ask = async () => await egress.validateUrl(origin);
	const { ok } = await ask().catch((error: unknown) => {
		throw new TransportError(errorCode(error) === undefined ? 'egressRefused' : failureOf(error), false);
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
