import type { HttpResponse } from './http';

export type JsonObject = Record<string, unknown>;

/** A parsed HTTP response: what the service says, whatever the shape of the body. */
export interface ApiResponse {
	status: number;
	headers: Readonly<Record<string, string>>;
	/** The body, if it is a JSON object. */
	json: JsonObject | undefined;
	/** True if the body is neither JSON nor empty: HTML from a proxy or firewall, plain text. */
	isPage: boolean;
	/** `LIVE.…`, `APIGW.…`, `IAM.…` or a bare number as text; null when the body names none. */
	errorCode: string | null;
	errorMsg: string | null;
	/** `error_detail`: the specific error behind a general code. */
	errorDetail: string | undefined;
	requestId: string | undefined;
	/** Roughly how much memory it takes: the length of the body, and 24 for each value. */
	weight: number;
}

/**
 * Parses a response. Never throws: a body that is HTML, truncated, empty or nested too deep has no JSON and no code.
 * The shapes of errors, from Huawei Cloud's API gateway, Live and IAM documentation:
 * `{error_code, error_msg, error_detail, request_id}`, `{error: {code, message, title}}`, `{code, message}`, `{errorCode, errorMsg}`.
 */
export function parseResponse({ status, headers, body }: HttpResponse): ApiResponse {
	const values = countValues(body);
	const json = parseObject(body, values);
	const nested = isObject(json?.error) ? json.error : undefined;
	return {
		status,
		headers,
		json,
		isPage: json === undefined && body.trim() !== '',
		errorCode: firstText(json?.error_code, nested?.code, json?.errorCode, json?.code),
		errorMsg: firstText(json?.error_msg, nested?.message, json?.errorMsg, json?.message, nested?.title),
		errorDetail: detailOf(json?.error_detail),
		requestId: firstText(json?.request_id, headers['x-request-id']) ?? undefined,
		weight: body.length + 24 * values,
	};
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True if it is text, and not empty. */
export function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** The object in a JSON text; undefined if it is anything else, or oversized. */
export function parseObject(text: string, values = countValues(text)): JsonObject | undefined {
	try {
		const value: unknown = values > MAX_VALUES ? undefined : JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Far above any of Huawei Cloud's responses. Deeper values exceed the stack; more of them block n8n, and exhaust its memory. */
const MAX_DEPTH = 32;
const MAX_VALUES = 200_000;

/** Counts values by the characters between texts, before they take time and memory to parse. Infinity: too many, or too deep. */
function countValues(json: string): number {
	let [values, depth, isInText] = [0, 0, false];
	for (let at = 0; at < json.length; at += 1) {
		const character = json[at];
		if (character === '\\') at += 1;
		else if (character === '"') isInText = !isInText;
		if (isInText) continue;
		if (character === '{' || character === '[') depth += 1;
		if (character === '}' || character === ']') depth -= 1;
		if (character === '{' || character === '[' || character === ',') values += 1;
		if (values > MAX_VALUES || depth > MAX_DEPTH) return Infinity;
	}
	return values;
}

/** Text; anything else that a service may put there, as JSON. */
function detailOf(value: unknown): string | undefined {
	if (typeof value === 'object' && value !== null) return JSON.stringify(value);
	return firstText(value) ?? undefined;
}

/** The first value that is a non-empty string or a number (IAM's codes are numbers), as text. */
function firstText(...values: unknown[]): string | null {
	for (const value of values) {
		if (isText(value)) return value;
		if (typeof value === 'number') return String(value);
	}
	return null;
}
