import type { IHttpRequestOptions } from 'n8n-workflow';

import type { AuthenticationHeaders } from '../../huawei-cloud/call/authenticator';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { canonicalPath, canonicalQuery } from '../../huawei-cloud/identity/signature';

const FORM = 'application/x-www-form-urlencoded';

/** A request whose URL and body are exactly what will be sent, so that they can be signed. */
export interface ExactRequest {
	options: RequestOptions;
	url: URL;
	/** The body; null if it is not known until it is sent. */
	payload: string | Uint8Array | null;
}

/** Serializes the query and the body before n8n does, as far as it can. CredentialError: an invalid query. */
export function freezeForSigning(options: RequestOptions, url: URL): ExactRequest {
	const { qs, ...rest } = options;
	const pairs = [...url.searchParams, ...flatten(qs, arrayFormatOf(options))];
	if (!pairs.flat().every((text) => text.isWellFormed())) {
		throw new CredentialError(
			'validation',
			'The query of the request contains an invalid character (an unpaired surrogate).',
			'Correct the query parameters in this node.',
		);
	}
	const query = canonicalQuery(pairs);
	// One string, not resolved against the origin: a path that begins with // would name another host.
	const exactUrl = new URL(url.origin + canonicalPath(url.pathname) + (query === '' ? '' : `?${query}`));
	return { url: exactUrl, ...exactBody(rest) };
}

/**
 * Hands n8n's client only what it never rewrites: text if the type is exactly that of a form, else bytes. What the client
 * serializes itself is not known until it is sent. There is one type: n8n reads the first one, and sends the last.
 */
function exactBody(options: RequestOptions): Omit<ExactRequest, 'url'> {
	const { form, body, ...rest } = options;
	const contents: unknown[] = [body, form].filter((given) => (given ?? '') !== '');
	const entered = headerOf(options, 'content-type') ?? '';
	const isMultipart = options.formData !== undefined || entered.includes('multipart/form-data');
	if (isMultipart || contents.length > 1) return { options, payload: null };
	if (contents.length === 0) return { options: rest, payload: '' };
	const [content] = contents;
	const type = content === form || content instanceof URLSearchParams ? FORM : entered || 'application/json';
	const serialized = serialize(content, type);
	if (serialized === undefined) return { options, payload: null };
	const exact = type === FORM ? String(Buffer.from(serialized)) : Buffer.from(serialized);
	// Whether the body of a GET or HEAD is sent depends on the helper.
	const payload = /^(GET|HEAD)$/i.test(options.method ?? 'GET') ? null : exact;
	const headers = withHeaders(options, { 'Content-Type': type });
	return { options: { ...rest, headers, body: exact }, payload };
}

/** JSON, or a form if the type says so; undefined for an object that is more than its fields, such as a stream or a file. */
function serialize(content: unknown, type: string): string | Uint8Array | undefined {
	if (typeof content === 'string' || content instanceof Uint8Array) return content;
	if (content instanceof URLSearchParams) return content.toString();
	if (typeof content !== 'object') return JSON.stringify(content);
	const prototype: unknown = Object.getPrototypeOf(content);
	const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
	if (!isPlain && !Array.isArray(content)) return undefined;
	const isForm = type.toLowerCase().startsWith(FORM);
	return isForm ? new URLSearchParams(flatten(content, 'indices')).toString() : JSON.stringify(content);
}

type ArrayFormat = NonNullable<RequestOptions['arrayFormat']>;

/** How n8n's two helpers write a list in a query. */
function arrayFormatOf({ arrayFormat, useQuerystring, qsStringifyOptions }: RequestOptions): ArrayFormat {
	if (arrayFormat) return arrayFormat;
	if (qsStringifyOptions?.arrayFormat) return qsStringifyOptions.arrayFormat;
	if (useQuerystring === undefined) return 'brackets';
	return useQuerystring ? 'repeat' : 'indices';
}

/** Name and value pairs of an object: lists in the given format, objects as `a[b]`, dates as ISO text. Empty if it isn't one. */
function flatten(value: unknown, format: ArrayFormat, name?: string): Array<[name: string, value: string]> {
	if (value === undefined || value === null) return [];
	if (typeof value !== 'object') return name === undefined ? [] : [[name, String(value)]];
	if (name !== undefined && value instanceof Date) return [[name, value.toISOString()]];
	if (name === undefined || !Array.isArray(value)) {
		const nameOf = (key: string) => (name === undefined ? key : `${name}[${key}]`);
		return Object.entries(value).flatMap(([key, field]) => flatten(field, format, nameOf(key)));
	}
	if (format === 'comma') return [[name, value.join(',')]];
	return value.flatMap((element: unknown, index) => {
		// A format from an expression may be any other: n8n then writes indices.
		const brackets = format === 'repeat' ? '' : `[${format === 'brackets' ? '' : index}]`;
		return flatten(element, format, name + brackets);
	});
}

/** The options of both n8n request helpers: those below belong to the older one, which the HTTP Request node uses. */
export interface RequestOptions extends IHttpRequestOptions {
	uri?: string;
	form?: unknown;
	formData?: unknown;
	rejectUnauthorized?: boolean;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	useQuerystring?: boolean;
	useStream?: boolean;
	qsStringifyOptions?: { arrayFormat?: IHttpRequestOptions['arrayFormat'] };
}

/** The value of a header, however its name is written. Of several, n8n's client sends the last. */
export function headerOf(options: RequestOptions, name: string): string | undefined {
	const headers = plainHeaders(options);
	const last = headers.filter(([header]) => normalizedName(header) === name).pop();
	return last && String(last[1]);
}

/** Headers without objects: axios treats one named `common` or `get` as further headers, which would override ours. */
function plainHeaders({ headers }: RequestOptions) {
	const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
	return Object.entries(headers ?? {}).filter(([, value]) => isPlain(value));
}

/**
 * Headers that the author must not set. A second header that authenticates makes the service reject the request, and six of
 * those lock an access key for everybody. With a length or a hop-by-hop header (RFC 9110, 7.6.1), the author could end the
 * body early, so that the signature is wrong or the rest counts as another request on the same connection.
 */
const RESERVED = [
	/^(authorization|x-auth-token|x-security-token|x-sdk-content-sha256|x-sdk-date)$/,
	/^(connection|content-length|expect|http2-settings|keep-alive|te|trailer|transfer-encoding|upgrade)$/,
	/^proxy-/,
];

/** Headers with some replaced, however their names were written, and without those that the author must not set. */
export function withHeaders(options: RequestOptions, added: AuthenticationHeaders) {
	const replaced = new Set(Object.keys(added).map(normalizedName));
	const kept = plainHeaders(options).filter(([header]) => {
		const name = normalizedName(header);
		return !replaced.has(name) && !RESERVED.some((pattern) => pattern.test(name));
	});
	return { ...Object.fromEntries(kept), ...added };
}

/** The form in which n8n's client compares names: it ignores case, and white space around them. */
function normalizedName(header: string): string {
	return header.trim().toLowerCase();
}
