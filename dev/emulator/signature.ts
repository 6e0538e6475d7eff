import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Verifies SDK-HMAC-SHA256 signatures, by the "API Request Signing Guide". Shares nothing with the client. */

export interface SignedRequest {
	method: string;
	/** Path and query as they came. */
	url: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

export interface Authorization {
	accessKeyId: string;
	signedHeaders: string[];
	signature: string;
}

const AUTHORIZATION =
	/^SDK-HMAC-SHA256 Access=([^,]+), SignedHeaders=([a-z0-9;_-]+), Signature=([0-9a-f]{64})$/;

export function parseAuthorization(header: string | undefined): Authorization | undefined {
	const match = AUTHORIZATION.exec(header ?? '');
	if (!match) return undefined;
	const [, accessKeyId = '', signedHeaders = '', signature = ''] = match;
	return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}

/** True if the signature is that of this request under this secret. */
export function isSignedWith(
	secret: string,
	request: SignedRequest,
	{ signedHeaders, signature }: Authorization,
): boolean {
	if (!signedHeaders.includes('x-sdk-date')) return false;
	const [path = '', query = ''] = request.url.split(/\?(.*)/s);
	const declared = request.headers['x-sdk-content-sha256'];
	const hash = declared === 'UNSIGNED-PAYLOAD' ? declared : hex(request.body);
	const canonical = `${request.method}\n${canonicalUri(path)}\n${canonicalQuery(query)}\n${signedHeaders
		.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
		.join('')}\n${signedHeaders.join(';')}\n${hash}`;
	const toSign = `SDK-HMAC-SHA256\n${String(request.headers['x-sdk-date'])}\n${hex(Buffer.from(canonical))}`;
	const expected = createHmac('sha256', secret).update(toSign).digest('hex');
	return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
}

/** `20200608T023900Z` as milliseconds since the epoch; NaN if it is not such a date. */
export function parseSdkDate(date: unknown): number {
	const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(String(date)) ?? [];
	return Date.parse(`${day?.replace(/(....)(..)/, '$1-$2-')}T${time?.replace(/(..)(..)/, '$1:$2:')}Z`);
}

function canonicalUri(path: string): string {
	const encoded = path.split('/').map((segment) => percentEncode(decode(segment)));
	return encoded.join('/').replace(/\/?$/, '/');
}

/** Decoded as the gateway decodes a query, and encoded and sorted again. */
function canonicalQuery(query: string): string {
	const pairs = query
		.split('&')
		.filter((pair) => pair !== '')
		.map((pair) => pair.split(/=(.*)/s).slice(0, 2).map(decode));
	pairs.sort(([a = '', b = ''], [c = '', d = '']) => order(a, c) || order(b, d));
	return pairs.map(([name = '', value = '']) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}

const order = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Byte by byte: unreserved characters of RFC 3986 stay, all others become %XX. */
function percentEncode(text: string): string {
	return Buffer.from(text)
		.toString('latin1')
		.replace(/[^A-Za-z0-9._~-]/g, (byte) => `%${Buffer.from(byte, 'latin1').toString('hex').toUpperCase()}`);
}

function hex(data: Buffer): string {
	return createHash('sha256').update(data).digest('hex');
}
