import { isObject, type ApiResponse } from '../http/response';
import type { ResponseSummary } from './outcome';
import { CONTROLS, SecretIndex } from './secretIndex';

export const REDACTED = '[removed: it held a secret]';

/** Names of fields, and many of their values, are the same in thousands of entries. Longer ones are mostly unique IDs. */
const MAX_CLEAN_TEXTS = 1000;
const MAX_CLEAN_LENGTH = 31;

/**
 * Replaces values that hold a secret. Use it for everything people or workflows see, but nothing compared or sent again.
 * A text holds a secret if it contains all of it, or 16 consecutive characters of a longer one, as is or in up to two layers
 * of percent, form, HTML, JSON, Base64 or hex encoding. One of fewer than 8 characters counts only as the whole text.
 */
export class Redactor {
	private known: readonly string[] = [];
	private index = new SecretIndex([]);
	private readonly cleanTexts = new Set<string>();
	private found = 0;

	/** @param secrets called each time, since tokens are renewed */
	constructor(private readonly secrets: () => readonly string[]) {}

	/** Replaces strings, field names and numbers (by text) that hold a secret, at any depth. Without one: the same object. */
	redact<Value>(value: Value): Value;
	redact(value: unknown): unknown {
		const secrets = this.secrets();
		if (secrets.length !== this.known.length || secrets.some((secret, at) => secret !== this.known[at])) {
			this.known = [...secrets];
			this.index = new SecretIndex(this.known);
			this.cleanTexts.clear();
		}
		return this.redacted(value);
	}

	private redacted(value: unknown): unknown {
		if (typeof value === 'string') return this.redactedText(value);
		// A password may be digits only. Numbers with fewer digits are too short to be searched.
		if (typeof value === 'number') {
			const isSearched = Math.abs(value) >= 1e7 || !Number.isInteger(value);
			return isSearched && this.redactedText(String(value)) === REDACTED ? REDACTED : value;
		}
		const before = this.found;
		if (Array.isArray(value)) {
			const list = value.map((element) => this.redacted(element));
			return this.found === before ? value : list;
		}
		if (!isObject(value)) return value;
		const names = Object.keys(value);
		const values = names.map((name) => this.redacted(value[name]));
		for (const name of names) this.redactedText(name);
		if (this.found === before) return value;
		// Assigning to a field named __proto__ would set the prototype.
		return Object.fromEntries(names.map((name, at) => [this.redactedText(name), values[at]]));
	}

	private redactedText(text: string): string {
		const isShort = text.length <= MAX_CLEAN_LENGTH;
		if (isShort && this.cleanTexts.has(text)) return text;
		if (this.index.isIn(text)) {
			this.found += 1;
			return REDACTED;
		}
		if (isShort && this.cleanTexts.size < MAX_CLEAN_TEXTS) this.cleanTexts.add(text);
		return text;
	}
}

/** A run keeps these texts for each of its items. */
const MAX_TEXT_LENGTH = 4096;
/** Longer than the kept part, so that a secret that begins in it is found, however it is encoded. */
const MAX_SEARCHED_LENGTH = 4 * MAX_TEXT_LENGTH;
const LINE_BREAKS = /[\t\r\n]+/g;

/** The part of a response that outcomes report: each text on one line, without control characters and secrets. */
export function summarize(
	{ status, errorCode, errorMsg, errorDetail, requestId }: ApiResponse,
	redactor: Redactor,
): Omit<ResponseSummary, 'attempts'> {
	const clean = <Nothing>(text: string | Nothing): string | Nothing => {
		if (typeof text !== 'string') return text;
		let harmless = redactor.redact(text.slice(0, MAX_SEARCHED_LENGTH));
		// A copy, since V8 keeps a whole text in memory for as long as a slice of it.
		if (harmless.length > MAX_TEXT_LENGTH)
			harmless = Buffer.from(harmless.slice(0, MAX_TEXT_LENGTH)).toString();
		const line = harmless.replace(LINE_BREAKS, ' ').replace(CONTROLS, '');
		// A password may have spaces where the text had line breaks.
		return line === harmless ? line : redactor.redact(line);
	};
	return {
		statusCode: status,
		errorCode: clean(errorCode),
		errorMsg: clean(errorMsg),
		errorDetail: clean(errorDetail),
		requestId: clean(requestId),
	};
}
