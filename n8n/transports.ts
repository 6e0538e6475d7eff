import type { ICredentialTestFunctions, IHttpRequestHelper } from 'n8n-workflow';

import { raceAbort } from '../huawei-cloud/http/abort';
import { isObject } from '../huawei-cloud/http/response';
import { errorCode, codeOf } from '../huawei-cloud/http/errorCodes';
import {
	headersOf,
	TransportError,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from '../huawei-cloud/http/http';

/**
 * Transports over n8n's own request helpers. They apply the instance's proxy settings and SSRF policy, and open a
 * connection for each request. Redirects are off, since n8n's client would send a token along to another host.
 */

const TEST_TIMEOUT_MS = 30_000;

/** For a credential test, whose helper takes the older options, and no signal. */
export function requestTransport(helpers: Pick<ICredentialTestFunctions['helpers'], 'request'>): Transport {
	return transportOver(
		async ({ method, origin, path, headers, body }) =>
			await helpers.request({
				method,
				uri: origin + path,
				headers,
				body,
				timeout: TEST_TIMEOUT_MS,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
				followAllRedirects: false,
			}),
	);
}

/** For `preAuthentication`, and for runs, polls and lists where nothing else can send. */
export function httpRequestTransport(helpers: IHttpRequestHelper['helpers']): Transport {
	return transportOver(
		async ({ method, origin, path, headers, body }, abortSignal) =>
			await helpers.httpRequest({
				method,
				url: origin + path,
				// n8n adds its own to them.
				headers: { ...headers },
				...(body !== undefined && { body }),
				abortSignal,
				// The helper itself would keep a response of any size in memory, and parse what looks like JSON.
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			}),
	);
}

/** For authenticators that send nothing themselves. */
export const unusedTransport: Transport = {
	send: async () => await Promise.reject(new TransportError('unreachable', false)),
};

function transportOver(request: (request: HttpRequest, signal: AbortSignal) => Promise<unknown>): Transport {
	return {
		async send(sent, cancellation) {
			if (cancellation.aborted) throw new TransportError('cancelled', false);
			const controller = new AbortController();
			const release = cancellation.onAbort(() => controller.abort());
			const exchange = readResponse(request(sent, controller.signal), sent.maxResponseBytes);
			// Without a signal, or while it looks up a name, the helper does not end when it is told to.
			return await raceAbort(exchange, cancellation, () => {
				throw new TransportError('cancelled', true);
			}).finally(release);
		},
	};
}

async function readResponse(responding: Promise<unknown>, maxBytes: number): Promise<HttpResponse> {
	const response = await responding.catch((error: unknown) => {
		throw new TransportError(helperCodeOf(error), !neverSent(error));
	});
	const { statusCode, headers, body } = isObject(response) ? response : {};
	return {
		status: typeof statusCode === 'number' ? statusCode : 0,
		headers: isObject(headers) ? headersOf(headers) : {},
		body: await readBody(body, maxBytes),
	};
}

/** @throws TransportError when the body is too long, or does not come whole: then the rest of it is not read */
async function readBody(body: unknown, maxBytes: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const chunk of chunksOf(body)) {
			size += chunk.length;
			if (size > maxBytes) throw new TransportError('responseTooLarge', true);
			chunks.push(chunk);
		}
	} catch (error) {
		throw error instanceof TransportError ? error : new TransportError(helperCodeOf(error), true);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function chunksOf(body: unknown): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
	if (typeof body === 'string') return [Buffer.from(body)];
	return isStream(body) ? body : [];
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
	return isObject(body) && Symbol.asyncIterator in body;
}

function helperCodeOf(error: unknown): TransportErrorCode {
	if (isEgressRefusal(error)) return 'egressRefused';
	// axios has this code for its own timeout.
	return errorCode(error) === 'ECONNABORTED' ? 'timeout' : codeOf(error);
}

/**
 * Whether a request was certainly not sent. n8n's client does not say, so only errors do that can come from nothing but
 * looking up a name, connecting, checking the host's certificate, or n8n's policy. After any other, the service may
 * have done what was asked.
 */
function neverSent(error: unknown): boolean {
	const code = errorCode(error) ?? '';
	return (
		isEgressRefusal(error) ||
		code === 'ECONNREFUSED' ||
		codeOf(error) === 'unknownHost' ||
		(codeOf(error) === 'certificate' && !HANDSHAKE_CODE.test(code)) ||
		[error, causeOf(error)].some((one) => isObject(one) && one.syscall === 'connect')
	);
}

/** Of TLS errors that the other side may raise even after it read the request. */
const HANDSHAKE_CODE = /^(EPROTO|ERR_SSL_)/;

/** n8n's SSRF errors carry no code. On their way through its client, they become the cause of another error. */
function isEgressRefusal(error: unknown): boolean {
	return [error, causeOf(error)].some((one) => one instanceof Error && one.name.startsWith('Ssrf'));
}

function causeOf(error: unknown): unknown {
	return error instanceof Error ? error.cause : undefined;
}
