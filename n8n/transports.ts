import type { ICredentialTestFunctions, IHttpRequestHelper } from 'n8n-workflow';

import { isObject } from '../huawei-cloud/http/response';
import { errorCode, codeOf } from '../huawei-cloud/http/errorCodes';
import {
	TransportError,
	untilGivenUp,
	type HttpRequest,
	type HttpResponse,
	type Transport,
	type TransportErrorCode,
} from '../huawei-cloud/http/http';

/**
 * Transports over the request helpers that n8n gives a credential. They apply the instance's proxy settings and SSRF
 * policy. Redirects are off, since n8n's client would send a token along to another host.
 */

const TIMEOUT_MS = 30_000;

/** For a credential test, whose helper takes the older options. */
export function requestTransport(helpers: ICredentialTestFunctions['helpers']): Transport {
	return transportOver(
		async ({ method, origin, path, headers, body }) =>
			await helpers.request({
				method,
				uri: origin + path,
				headers,
				body,
				timeout: TIMEOUT_MS,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
				followAllRedirects: false,
			}),
	);
}

/** For `preAuthentication`. */
export function httpRequestTransport(helpers: IHttpRequestHelper['helpers']): Transport {
	return transportOver(
		async ({ method, origin, path, headers, body }) =>
			await helpers.httpRequest({
				method,
				url: origin + path,
				headers,
				...(body !== undefined && { body }),
				timeout: TIMEOUT_MS,
				encoding: 'text',
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

function transportOver(request: (request: HttpRequest) => Promise<unknown>): Transport {
	return {
		async send(sent, cancellation) {
			// The helpers can't be aborted here and have no bound for the size, and their own timeout does not end a response that trickles in.
			const responded = request(sent).catch((error: unknown) => {
				const code = helperCodeOf(error);
				throw new TransportError(code, MAY_BE_SENT.has(code));
			});
			const response = readResponse(await untilGivenUp(cancellation, true, responded));
			if (Buffer.byteLength(response.body) > sent.maxResponseBytes)
				throw new TransportError('responseTooLarge', true);
			return response;
		},
	};
}

/** Every request has a connection of its own, so the other errors are of one that was never made. */
const MAY_BE_SENT: ReadonlySet<TransportErrorCode> = new Set(['connectionLost', 'timeout']);

function helperCodeOf(error: unknown): TransportErrorCode {
	const code = errorCode(error);
	// n8n's SSRF errors carry no code; axios uses this one for its own timeout.
	if (code === undefined) return 'egressRefused';
	return code === 'ECONNABORTED' ? 'timeout' : codeOf(error);
}

function readResponse(response: unknown): HttpResponse {
	const { statusCode, headers, body } = isObject(response) ? response : {};
	return {
		status: typeof statusCode === 'number' ? statusCode : 0,
		headers: isObject(headers)
			? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
			: {},
		body: typeof body === 'string' ? body : '',
	};
}
