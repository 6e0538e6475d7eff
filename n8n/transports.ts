/** Over n8n's helpers, with its proxy settings and SSRF policy. No redirects: they would take a token to another host. */

import type { ICredentialTestFunctions, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { raceAbort } from '../huawei-cloud/http/abort';
import { BodyBuffer } from '../huawei-cloud/http/body';
import { errorCode, transportCodeOf } from '../huawei-cloud/http/errorCodes';
import {
	headersOf,
	IDENTITY,
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from '../huawei-cloud/http/http';
import { isObject } from '../huawei-cloud/http/response';

/** For a credential test, whose helper takes the older options. */
export function requestTransport(helpers: Pick<ICredentialTestFunctions['helpers'], 'request'>): Transport {
	return transportOver(
		async ({ url, ...options }, signal) =>
			await helpers.request({
				...options,
				uri: url,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
				followAllRedirects: false,
				// The helper itself reads a response of any size, for any time.
				useStream: true,
				// It takes no signal, but passes these on to the socket, which NODE_TLS_REJECT_UNAUTHORIZED must not decide.
				agentOptions: { signal, rejectUnauthorized: true },
			}),
	);
}

/** For `preAuthentication` and, in the flavor without dependencies, for runs, polls and lists. */
export function httpRequestTransport(helpers: IHttpRequestHelper['helpers']): Transport {
	return transportOver(
		async (options, abortSignal) =>
			await helpers.httpRequest({
				...options,
				abortSignal,
				// The helper itself would keep a response of any size in memory, and parse what looks like JSON.
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				// Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
				agentOptions: { rejectUnauthorized: true },
			}),
	);
}

/** Keeps a request without TLS from a proxy: in n8n's helpers, only a proxy of the request (here its host) overrides HTTP_PROXY. */
export function directly({ protocol, hostname, port }: URL): Pick<IHttpRequestOptions, 'proxy'> {
	if (protocol !== 'http:') return {};
	return { proxy: { protocol: 'http', host: hostname, port: Number(port || 80) } };
}

/** For authenticators that send nothing themselves. */
export const unusedTransport: Transport = {
	send: async () => await Promise.reject(new TransportError('unreachable', false)),
};

/** `request` gets the options that both helpers take. */
function transportOver(
	request: (options: IHttpRequestOptions, signal: AbortSignal) => Promise<unknown>,
): Transport {
	const exchange = async (sent: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
		const { method, origin, path, headers, body, maxResponseBytes } = sent;
		const endpoint = new URL(origin);
		const options = {
			method,
			url: origin + path,
			headers: { ...headers, ...IDENTITY },
			...(body !== undefined && { body }),
			...directly(endpoint),
		};
		const received = await request(options, signal).catch((error: unknown) => {
			throw toTransportError(error, endpoint);
		});
		const response = isObject(received) ? received : {};
		return {
			status: typeof response.statusCode === 'number' ? response.statusCode : 0,
			headers: isObject(response.headers) ? headersOf(response.headers) : {},
			body: await readBody(response.body, maxResponseBytes, signal),
		};
	};
	return {
		async send(sent, cancellation) {
			if (cancellation.aborted) throw new TransportError('cancelled', false);
			const controller = new AbortController();
			const release = cancellation.onAbort(() => controller.abort());
			// The helper can't be aborted during a name lookup.
			return await raceAbort(exchange(sent, controller.signal), cancellation, () => {
				throw new TransportError('cancelled', true);
			}).finally(release);
		},
	};
}

/** @throws TransportError when the body is too long or incomplete; the rest is not read */
async function readBody(body: unknown, maxBytes: number, signal: AbortSignal): Promise<string> {
	const received = new BodyBuffer(maxBytes);
	const chunks = typeof body === 'string' ? [Buffer.from(body)] : isStream(body) ? body : [];
	// The signal of a request does not reach every stream.
	const destroy = () => isStream(body) && body.destroy?.();
	signal.addEventListener('abort', destroy);
	if (signal.aborted) destroy();
	try {
		for await (const chunk of chunks) {
			if (!received.append(chunk)) throw new TransportError('responseTooLarge', true);
		}
	} catch (error) {
		throw error instanceof TransportError
			? error
			: new TransportError(helperCodeOf(error), true, undefined, error);
	}
	return await received.text();
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> & { destroy?: () => void } {
	return isObject(body) && Symbol.asyncIterator in body;
}

/** An error before any response: nothing was sent if only a look-up, connecting, the certificate or n8n's policy can fail so. */
function toTransportError(error: unknown, endpoint: URL): TransportError {
	// On their way through n8n's client, errors become the cause of another one.
	const errors = [error, error instanceof Error ? error.cause : undefined];
	const failed = (code: TransportErrorCode, sent: boolean, proxy?: string) =>
		new TransportError(code, sent, proxy, error);
	// n8n's SSRF errors carry no code.
	if (errors.some((cause) => cause instanceof Error && cause.name.startsWith('Ssrf'))) {
		return failed('egressDenied', false);
	}
	if (error instanceof Error && error.message.startsWith('Proxy connection ended')) {
		return failed('proxyUnreachable', false);
	}
	const proxy = proxyNamedBy(errors, endpoint);
	if (proxy !== undefined) return failed('proxyUnreachable', false, proxy);
	const code = helperCodeOf(error);
	const neverSent =
		code === 'unknownHost' ||
		errorCode(error) === 'ECONNREFUSED' ||
		code === 'certificate' ||
		errors.filter(isObject).some(({ syscall }) => syscall === 'connect' || syscall === 'getaddrinfo');
	return failed(code, !neverSent);
}

/** Connection and lookup errors name their target: the endpoint or the proxy. */
function proxyNamedBy(errors: readonly unknown[], endpoint: URL): string | undefined {
	for (const { syscall, hostname, address, port } of errors.filter(isObject)) {
		const isConnecting = syscall === 'connect' && port !== undefined;
		if (isConnecting && Number(port) !== Number(endpoint.port || 443))
			return `${String(address)}:${String(port)}`;
		if (syscall === 'getaddrinfo' && hostname !== endpoint.hostname) return String(hostname);
	}
	return undefined;
}

function helperCodeOf(error: unknown): TransportErrorCode {
	// axios has this code for its own timeout.
	return errorCode(error) === 'ECONNABORTED' ? 'timeout' : transportCodeOf(error);
}
