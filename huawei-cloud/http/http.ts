/** This client's HTTP types. Only the transport knows undici; everything above it uses these. */

import type { Cancellation } from './abort';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface HttpRequest {
	method: HttpMethod;
	/** Scheme, host and port, e.g. `https://live.cn-north-4.myhuaweicloud.com`. */
	origin: string;
	/** Path with its encoded query, sent exactly as given. */
	path: string;
	headers: Record<string, string>;
	body?: string | undefined;
	/** True if it must not use an idle connection, which the server might be closing. */
	onNewConnection?: boolean;
	/** A longer response body is not read: the exchange fails. */
	maxResponseBytes: number;
}

export interface HttpResponse {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** The whole body, as text: decoded, without a byte order mark. */
	body: string;
}

/** Sent with every request. A body that is compressed anyway is decoded once it is complete. */
export const IDENTITY = { 'Accept-Encoding': 'identity' };

/** Headers as this client reads them. In those that an HTTP client received, a repeated header is a list. */
export function headersOf(received: Readonly<Record<string, unknown>>): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const [name, value = ''] of Object.entries(received)) {
		headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
	}
	return headers;
}

/** Why no response came. The error table has an entry for each; `proxy…` blames the proxy, not the endpoint. */
export type TransportErrorCode =
	| 'unknownHost'
	| 'unreachable'
	| 'connectionLost'
	| 'responseTooLarge'
	| 'headersTooLarge'
	| 'timeout'
	| 'certificate'
	| 'proxyUnusable'
	| 'proxyUnreachable'
	| 'proxyCertificate'
	| 'proxyRejected'
	| 'egressDenied'
	| 'cancelled';

/** Thrown by a transport when no complete response came. Its message holds no header, body or URL. */
export class TransportError extends Error {
	/** `sent`: false only if none of the request was written. `proxy`: host and port of the proxy in between, if any. */
	constructor(
		readonly code: TransportErrorCode,
		readonly sent: boolean,
		readonly proxy?: string,
		cause?: unknown,
	) {
		super(`No response: ${code}`, { cause });
		this.name = 'TransportError';
	}
}

/** @throws the error itself if it is a defect rather than a failed exchange */
export function assertTransportError(error: unknown): asserts error is TransportError {
	if (!(error instanceof TransportError)) throw error;
}

export interface Transport {
	/**
	 * Sends a request once, without redirects or retries. Resolves whatever the status. An abort ends it at any stage.
	 * @throws TransportError when no complete response came
	 */
	send(request: HttpRequest, cancellation: Cancellation): Promise<HttpResponse>;
}

/** Percent-encodes all but the unreserved characters of RFC 3986. Huawei Cloud's signatures are over the same. */
export function encodeRfc3986(value: string): string {
	return encodeURIComponent(value).replace(
		/[!'()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** The query with its `?`, or `''`. Pairs without a value are left out: to the Live API, `region=` is not no region. */
export function encodeQuery(pairs: ReadonlyArray<readonly [name: string, value: unknown]>): string {
	let query = '';
	for (const [name, value = ''] of pairs) {
		if (value === '') continue;
		query += `${query === '' ? '?' : '&'}${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`;
	}
	return query;
}
