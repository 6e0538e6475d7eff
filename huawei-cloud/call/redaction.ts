import { isObject, type ApiResponse } from '../http/response';
import type { ResponseSummary } from './outcome';
import { CONTROLS, SecretIndex } from './secretIndex';

const NO_SECRETS: readonly string[] = [];

export const REDACTED = '[removed: it held a secret]';

/**
 * Replaces values that hold a secret. Use it for what others sent, wherever people see it, but nothing compared or sent again.
 * A text holds a secret if it contains all of it, or 16 consecutive characters of a longer one, as is or in up to two layers
 * of percent, form, HTML, JSON, Base64 or hex encoding. One of fewer than 8 characters counts only as the whole text.
 */
export class Redactor {
	private known: readonly string[] | undefined;
	private index = new SecretIndex([]);

	/** @param fetched returns further secrets, in another array once they change */
	constructor(
		private readonly secrets: readonly string[],
		private readonly fetched: () => readonly string[] = () => NO_SECRETS,
	) {}

	/** Replaces strings, field names and numbers (by text) that hold a secret, at any depth. Without one: the same object. */
	redact<Value>(value: Value): Value;
	redact(value: unknown): unknown {
		const fetched = this.fetched();
		if (fetched !== this.known) {
			this.known = fetched;
			this.index = new SecretIndex([...this.secrets, ...fetched]);
		}
		return this.holdsSecret(value) ? this.redacted(value) : value;
	}

	private holdsSecret(value: unknown): boolean {
		if (typeof value === 'string') return this.index.isIn(value);
		// A password may be digits only. Numbers with fewer digits are too short to be searched.
		if (typeof value === 'number') {
			return (Math.abs(value) >= 1e7 || !Number.isInteger(value)) && this.index.isIn(String(value));
		}
		if (Array.isArray(value)) return value.some((element) => this.holdsSecret(element));
		if (!isObject(value)) return false;
		for (const name of Object.keys(value)) {
			if (this.index.isIn(name) || this.holdsSecret(value[name])) return true;
		}
		return false;
	}

	/** A copy, in which the values that hold a secret are replaced. */
	private redacted(value: unknown): unknown {
		if (Array.isArray(value)) return value.map((element) => this.redacted(element));
		if (!isObject(value)) return this.holdsSecret(value) ? REDACTED : value;
		const fields = Object.entries(value).map(([name, field]) => [this.redacted(name), this.redacted(field)]);
		// Assigning to a field named __proto__ would set the prototype.
		return Object.fromEntries(fields);
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
