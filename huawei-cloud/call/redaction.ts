import { isObject, type ApiResponse, type JsonObject } from '../http/response';
import type { ResponseSummary } from './outcome';
import { SecretIndex } from './secretIndex';

/** Replaces a value that held a secret. */
export const REDACTED = '[removed: it held a secret]';

/** Replaces values that hold a secret. */
export interface Redactor {
	/**
	 * A value of JSON with each text in it replaced as a whole that holds a secret, however deep; names of fields too. The value
	 * itself, if there is none.
	 */
	redact<Value>(value: Value): Value;
}

/**
 * For everything that people or workflows will see, and for nothing that is compared or sent again.
 *
 * A text holds a secret if it has the whole of it, or 16 characters in a row of a longer one, as they are or in two layers of
 * percent, form, HTML, JSON, Base64 or hex encoding. A secret of less than 8 characters counts if it is the whole text.
 * @param secrets asked for each time: tokens are renewed
 */
export function createRedactor(secrets: () => readonly string[]): Redactor {
	return new JsonRedactor(secrets);
}

/** Deeper than any response of the service; JSON that is nested more deeply could end the run. */
const MAX_DEPTH = 64;
/** Names of fields are the same in thousands of entries. */
const MAX_NAMES = 1000;

class JsonRedactor implements Redactor {
	private known: readonly string[] = [];
	private index = new SecretIndex([]);
	private readonly harmlessNames = new Set<string>();

	constructor(private readonly secrets: () => readonly string[]) {}

	redact<Value>(value: Value): Value;
	redact(value: unknown): unknown {
		this.update(this.secrets());
		return this.redacted(value, 0);
	}

	private update(secrets: readonly string[]): void {
		if (secrets.length === this.known.length && secrets.every((one, at) => one === this.known[at])) return;
		this.known = [...secrets];
		this.index = new SecretIndex(this.known);
		this.harmlessNames.clear();
	}

	private redacted(value: unknown, depth: number): unknown {
		if (typeof value === 'string') return this.index.isIn(value) ? REDACTED : value;
		if (typeof value === 'number') return this.isInNumber(value) ? REDACTED : value;
		if (typeof value !== 'object' || value === null) return value;
		if (depth === MAX_DEPTH) return REDACTED;
		if (Array.isArray(value)) return this.redactedList(value, depth);
		return isObject(value) ? this.redactedObject(value, depth) : value;
	}

	/** A password may be digits only. Numbers with fewer digits are too short to be searched. */
	private isInNumber(value: number): boolean {
		return Math.abs(value) >= 1e7 && this.index.isIn(String(value));
	}

	private redactedList(list: readonly unknown[], depth: number): readonly unknown[] {
		const redacted = list.map((one) => this.redacted(one, depth + 1));
		return redacted.every((one, at) => one === list[at]) ? list : redacted;
	}

	private redactedObject(object: JsonObject, depth: number): JsonObject {
		const names = Object.keys(object);
		let entries: Array<[string, unknown]> | undefined;
		for (let at = 0; at < names.length; at++) {
			const name = names[at] ?? '';
			const value = object[name];
			const redacted = this.redacted(value, depth + 1);
			const isHarmless = this.isHarmlessName(name);
			if (entries === undefined && isHarmless && redacted === value) continue;
			entries ??= names.slice(0, at).map((before) => [before, object[before]]);
			entries.push([isHarmless ? name : REDACTED, redacted]);
		}
		// Not by assignment, to which a field named __proto__ is no field.
		return entries ? Object.fromEntries(entries) : object;
	}

	private isHarmlessName(name: string): boolean {
		if (this.harmlessNames.has(name)) return true;
		if (this.index.isIn(name)) return false;
		if (this.harmlessNames.size < MAX_NAMES) this.harmlessNames.add(name);
		return true;
	}
}

/** The part of a response that outcomes report, without secrets. */
export type Said = Omit<ResponseSummary, 'attempts'>;

/** Characters that control a terminal or a log, or change the direction of text. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** A run keeps what is said of each of its items. */
const MAX_SAID_LENGTH = 4096;
const LINE_BREAKS = /[\t\r\n]+/g;

/** Prepares what a service says for outcomes. */
export class Redaction {
	private secrets: readonly string[] = [];
	private readonly redactor = createRedactor(() => this.secrets);

	/** The service's texts, each on one line, without control characters and secrets. */
	redacted(
		{ status, errorCode, errorMsg, errorDetail, requestId }: ApiResponse,
		secrets: readonly string[],
	): Said {
		this.secrets = secrets;
		return {
			statusCode: status,
			errorCode: this.clean(errorCode),
			errorMsg: this.clean(errorMsg),
			errorDetail: this.clean(errorDetail),
			requestId: this.clean(requestId),
		};
	}

	private clean<Nothing extends null | undefined>(text: string | Nothing): string | Nothing {
		if (typeof text !== 'string') return text;
		const harmless = this.redactor.redact(text).slice(0, MAX_SAID_LENGTH);
		return harmless.replace(LINE_BREAKS, ' ').replace(CONTROLS, '');
	}
}
