import { parseJson } from '../program';

/** A response, read for this suite alone: it judges the service, not what our client makes of it. */

export type Json = Record<string, unknown>;

export interface Seen {
	/** 0: no response came. */
	status: number;
	/** Names in lower case. */
	headers: Readonly<Record<string, string>>;
	text: string;
	/** The body, if it is a JSON object. */
	json: Json | undefined;
	/** Why no response came, in the transport's words. */
	noResponse?: string;
}

/** @param why no response came */
export const unanswered = (why: string): Seen => ({
	...{ status: 0, headers: {}, text: '', json: undefined },
	noResponse: why,
});

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body as a JSON object; undefined if it is anything else. */
export function parseObject(text: string): Json | undefined {
	const value = parseJson(text);
	return isJson(value) ? value : undefined;
}

/** The objects of a list in a body. */
export function listIn({ json }: Pick<Seen, 'json'>, field: string): Json[] {
	const list = json?.[field];
	return Array.isArray(list) ? list.filter(isJson) : [];
}

/** The code of an error, if the body is one of Live's or the gateway's. */
export function codeIn({ json }: Seen): string {
	return typeof json?.error_code === 'string' ? json.error_code : '';
}

/** Throttled requests were not carried out, so that any of them can be repeated. */
export function isThrottled(seen: Seen): boolean {
	return seen.status === 429 || /\.(0308|100011007)$/.test(codeIn(seen));
}

/** The credential lacks the permission, which says nothing about the call. */
export function isNotPermitted(seen: Seen): boolean {
	return /^(LIVE\.100011003|APIG(W)?\.030[246])$/.test(codeIn(seen));
}

/** In a few words, for a table: `200 {task_id, request_id}`, `404 LIVE.100011001 Request Illegal`. */
export function describe(seen: Seen): string {
	const { status, text, json, headers, noResponse } = seen;
	if (noResponse !== undefined) return `no response (${noResponse})`;
	if (text === '') return `${status}, empty`;
	if (!json) return `${status}, not JSON: ${headers['content-type'] ?? 'no type'}, ${text.length} characters`;
	const code = codeIn(seen);
	if (code) return `${status} ${code} ${String(json.error_msg ?? '')}`.trim();
	return `${status} {${Object.entries(json).map(outlineOfField).join(', ')}}`;
}

function outlineOfField([name, value]: [string, unknown]): string {
	if (Array.isArray(value)) return `${name}[${value.length}]`;
	return /^total/.test(name) ? `${name}: ${JSON.stringify(value)}` : name;
}
