import { canonicalPath, canonicalQuery } from '../../huawei-cloud/identity/signature';
import { headerOf, withHeaders, type RequestOptions } from './requestOptions';

const FORM = 'application/x-www-form-urlencoded';

/** A request whose URL and body are exactly what will be sent, so that they can be signed. */
export interface ExactRequest {
	options: RequestOptions;
	url: URL;
	/** The body; null if it is not known until it is sent. */
	payload: string | Uint8Array | null;
}

/**
 * Serialises now what n8n would serialise later in its own way: the query into the URL, objects and forms into the
 * body. Multipart bodies and streams stay as they are.
 */
export function makeExact(options: RequestOptions, url: URL): ExactRequest {
	const { qs, ...rest } = options;
	const pairs = [...url.searchParams, ...flatten(qs ?? {}, arrayFormatOf(options))];
	const query = canonicalQuery(pairs);
	const exactUrl = new URL(canonicalPath(url.pathname) + (query === '' ? '' : `?${query}`), url.origin);
	return { url: exactUrl, ...exactBody(rest) };
}

function exactBody(options: RequestOptions): Omit<ExactRequest, 'url'> {
	const { form, body: given, ...rest } = options;
	const body: unknown = given;
	const contentType = headerOf(options, 'content-type') ?? '';
	if (options.formData !== undefined || contentType.includes('multipart/form-data') || isStream(body)) {
		return { options, payload: null };
	}
	const isForm =
		contentType === FORM || body instanceof URLSearchParams || (form !== undefined && isNothing(body));
	if (isForm) return withText(rest, formText(body, form), FORM);
	if (isNothing(body)) return { options: rest, payload: '' };
	if (body instanceof Uint8Array) return { options, payload: body };
	if (typeof body !== 'string')
		return withText(rest, JSON.stringify(body), contentType || 'application/json');
	// n8n's client rewrites text that it takes for JSON, but leaves bytes alone.
	if (contentType.includes('json')) return { options: { ...rest, body: Buffer.from(body) }, payload: body };
	return { options, payload: body };
}

function withText(options: RequestOptions, text: string, contentType: string): Omit<ExactRequest, 'url'> {
	const headers = withHeaders(options.headers, { 'Content-Type': contentType });
	return { options: { ...options, headers, body: text }, payload: text };
}

function formText(body: unknown, form: unknown): string {
	if (typeof body === 'string') return new URLSearchParams(body).toString();
	if (typeof form === 'string') return new URLSearchParams(form).toString();
	const fields = body instanceof URLSearchParams ? [...body] : flatten(Object(body ?? {}), 'indices');
	return new URLSearchParams(fields.concat(flatten(Object(form ?? {}), 'indices'))).toString();
}

function isNothing(body: unknown): boolean {
	return body === undefined || body === null || body === '';
}

/** Streams, including form data. */
function isStream(body: unknown): boolean {
	return typeof body === 'object' && body !== null && ('pipe' in body || 'getHeaders' in body);
}

type ArrayFormat = NonNullable<RequestOptions['arrayFormat']>;

/** How n8n's two helpers write a list in a query. */
function arrayFormatOf({ arrayFormat, useQuerystring, qsStringifyOptions }: RequestOptions): ArrayFormat {
	if (arrayFormat) return arrayFormat;
	if (qsStringifyOptions?.arrayFormat) return qsStringifyOptions.arrayFormat;
	if (useQuerystring === undefined) return 'brackets';
	return useQuerystring ? 'repeat' : 'indices';
}

/** Name and value pairs of an object: lists by the format, objects as `a[b]`, dates as ISO text. */
function flatten(fields: object, format: ArrayFormat): Array<[name: string, value: string]> {
	return Object.entries(fields).flatMap(([name, value]) => flattenValue(name, value, format));
}

function flattenValue(name: string, value: unknown, format: ArrayFormat): Array<[string, string]> {
	if (value === undefined || value === null) return [];
	if (value instanceof Date) return [[name, value.toISOString()]];
	if (typeof value !== 'object') return [[name, String(value)]];
	if (!Array.isArray(value)) {
		return Object.entries(value).flatMap(([key, one]) => flattenValue(`${name}[${key}]`, one, format));
	}
	if (format === 'comma') return [[name, value.join(',')]];
	const nameOf = {
		repeat: () => name,
		brackets: () => `${name}[]`,
		indices: (index: number) => `${name}[${index}]`,
	};
	return value.flatMap((one: unknown, index) => flattenValue(nameOf[format](index), one, format));
}
