import { createHash, createHmac } from 'node:crypto';

import { encodeRfc3986 } from '../http/http';

const ALGORITHM = 'SDK-HMAC-SHA256';

/** Replaces the hash of a body that can't be hashed before it is sent. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

type Pair = readonly [name: string, value: string];

export interface SignatureInput {
	method: string;
	/** Decoded or encoded; it is converted to its canonical form. */
	path: string;
	/** Decoded name and value pairs, in any order. */
	query: readonly Pair[];
	/** All headers to sign, in any order and case. `X-Sdk-Date` must be among them. */
	headers: Readonly<Record<string, string>>;
	/** The SHA-256 of the body in hex, or `UNSIGNED_PAYLOAD`. */
	payloadHash: string;
}

/** The `Authorization` header. Source: Huawei Cloud API Gateway's "API Request Signing Guide", and the official SDKs. */
export function sign(input: SignatureInput, key: { accessKeyId: string; secretAccessKey: string }): string {
	const headers = Object.entries(input.headers)
		.map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
		.sort(byNameThenValue);
	const signedHeaders = headers.map(([name]) => name).join(';');
	const canonicalRequest = [
		input.method.toUpperCase(),
		// A trailing slash, in the signature only.
		canonicalPath(input.path).replace(/\/?$/, '/'),
		canonicalQuery(input.query),
		headers.map(([name, value]) => `${name}:${value}\n`).join(''),
		signedHeaders,
		input.payloadHash,
	].join('\n');
	const date = headers.find(([name]) => name === 'x-sdk-date')?.[1] ?? '';
	const stringToSign = [ALGORITHM, date, sha256(canonicalRequest)].join('\n');
	const signature = createHmac('sha256', key.secretAccessKey).update(stringToSign).digest('hex');
	return `${ALGORITHM} Access=${key.accessKeyId}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** SHA-256 in hex. */
export function sha256(data: string | Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

/** The value of `X-Sdk-Date` for a time in milliseconds since the epoch. */
export function sdkDate(now: number): string {
	return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** A path with every segment encoded as in the signature. Encoded segments are decoded first. */
export function canonicalPath(path: string): string {
	return path
		.split('/')
		.map((segment) => encodeRfc3986(decoded(segment)))
		.join('/');
}

/** A query sorted and encoded as in the signature, and therefore as it must be sent. */
export function canonicalQuery(query: readonly Pair[]): string {
	return [...query]
		.sort(byNameThenValue)
		.map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
		.join('&');
}

/** By code units, as the official SDKs sort; a locale's order would break signatures. */
function byNameThenValue([name, value]: Pair, [otherName, otherValue]: Pair): number {
	if (name === otherName) return value < otherValue ? -1 : 1;
	return name < otherName ? -1 : 1;
}

/** A segment may hold a `%` that encodes nothing; then the segment is used as is. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
