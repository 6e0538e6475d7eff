import { REDACTED } from '../../huawei-cloud/call/redaction';
import { InputError, invalid } from './inputError';

/** How to read texts without a time zone: milliseconds since the epoch, from `2026-01-31T18:00`. */
export type LocalTimeReader = (text: string) => number;

/** Reads a value that a person or an expression entered. Throws an InputError with the field's label if it can't be sent. */
export type Reader<Value> = (label: string, value: unknown, readLocalTime: LocalTimeReader) => Value;

/** Years of four digits: the API's format has no others. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** Reads a point in time, in milliseconds since the epoch. */
export function readTime(label: string, value: unknown, readLocalTime: LocalTimeReader): number {
	const text = typeof value === 'string' ? value.trim() : '';
	const ms = value instanceof Date ? value.getTime() : parseTime(text, readLocalTime);
	if (ms >= EARLIEST && ms <= LATEST) return ms;
	throw invalid(
		label,
		'is not a date and time',
		'Choose a date, or pass an n8n date such as {{ $now.plus(1, "hour") }} or text such as 2026-01-31T18:00:00Z.',
	);
}

const ISO_TIME =
	/^(?<day>\d{4}-\d\d-\d\d)(?<time>[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?(?<zone>Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?$/i;

function parseTime(text: string, readLocalTime: LocalTimeReader): number {
	const { day = '', time = 'T00:00', zone } = ISO_TIME.exec(text)?.groups ?? {};
	if (!isDay(day)) return Number.NaN;
	const local = `${day}${time.replace(' ', 'T')}`;
	return zone === undefined
		? readLocalTime(local)
		: Date.parse(local + zone.replace(/^(...)(\d\d)$/, '$1:$2'));
}

/** True if the month has this day: JavaScript reads February 30 as March 2. */
function isDay(day: string): boolean {
	const date = new Date(`${day}T00:00:00Z`);
	return Number.isFinite(date.getTime()) && date.toISOString().startsWith(day);
}

/** `2006-01-02T15:04:05Z`, the only format that the API accepts. */
export function apiTime(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const RENAME_HINT = 'Enter the value itself. Names that contain a password or a key are removed from items.';

export type TextReader = (label: string, value: unknown) => string;

/** Reads text of at most this many characters, without white space around it. Nothing is empty text. */
export function text(maxLength: number): TextReader {
	return (label, value) => {
		const entered = value ?? '';
		if (typeof entered !== 'string') {
			throw invalid(label, 'is not text', 'Enter text, or map a field that holds text.');
		}
		const trimmed = entered.trim();
		// A character may be two code units. Counting them in a huge text would take long.
		if (trimmed.length > 2 * maxLength || [...trimmed].length > maxLength) {
			throw invalid(label, `is longer than ${maxLength} characters`, 'Enter a shorter value.');
		}
		// Sent, it would name something else: the value was removed from an earlier item.
		if (trimmed.includes(REDACTED)) throw invalid(label, 'was removed because it held a secret', RENAME_HINT);
		if (trimmed.isWellFormed()) return trimmed;
		throw invalid(label, 'contains an invalid character (an unpaired surrogate)', 'Enter it again.');
	};
}

/** Reads what `read` reads, and rejects what is not valid: "The Domain is not a domain name." `hint` says what to enter. */
export function checked(
	read: TextReader,
	isValid: (entered: string) => boolean,
	problem: string,
	hint: string,
): TextReader {
	return (label, value) => {
		const entered = read(label, value);
		if (isValid(entered)) return entered;
		throw invalid(label, problem, hint);
	};
}

/** Text that must not be empty. `hint` says what to enter. */
export function requiredText(maxLength: number, hint: string): TextReader {
	return checked(text(maxLength), (entered) => entered !== '', 'is empty', hint);
}

/** Reads what `read` reads; undefined when blank. */
export function optional(read: TextReader) {
	return (label: string, value: unknown): string | undefined =>
		isBlank(value) ? undefined : read(label, value);
}

/** True for no value, and for text or a list without content. */
export function isBlank(value: unknown): boolean {
	const content = value ?? '';
	return typeof content === 'string' ? content.trim() === '' : Array.isArray(content) && content.length === 0;
}

const readUrlText = requiredText(2048, 'Enter a URL, or remove the empty field or entry.');

/** Reads a URL. Rejects only what can't be valid, since the service decides on schemes, ports and arguments. */
export function readUrl(label: string, value: unknown): string {
	const url = readUrlText(label, value);
	const problem = urlProblem(url);
	if (problem === undefined) return url;
	throw invalid(
		label,
		problem,
		'Enter a complete URL, such as rtmp://push.example.com/live/camera-3. In a list, put each URL on its own line.',
	);
}

function urlProblem(url: string): string | undefined {
	if (/[\s\p{Cc}]/u.test(url)) return 'contains white space or a control character';
	const [start, authority = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
	if (start === undefined) return 'does not begin with a scheme, such as rtmp:// or https://';
	const host = authority.slice(authority.lastIndexOf('@') + 1);
	if (/^(:\d*)?$/.test(host)) return 'has no host';
	const rest = url.slice(url.indexOf('://') + 3);
	const [beforeQuery = ''] = rest.split(/[?#]/, 1);
	// An argument may be a URL.
	const holdsAnother = beforeQuery.includes('://') || /[,;|][a-z][a-z\d+.-]{0,15}:\/\//i.test(rest);
	return holdsAnother ? 'contains a second URL' : undefined;
}

/** A reader of one of these values. It throws an InputError for any other. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
	return (label: string, value: unknown): Choice => {
		const found = choices.find((choice) => choice === value);
		if (found !== undefined) return found;
		throw invalid(label, `must be one of: ${choices.join(', ')}`, 'Choose one of these values.');
	};
}

/** A whole number from n8n or an expression, as a number or as text. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
	return (label: string, value: unknown): number => {
		const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
		if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max)
			return number;
		const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
		const hint = 'Correct the number, or the expression that returns it.';
		throw invalid(label, `must be a whole number ${range}`, hint);
	};
}

/** Reads true or false, also as text or as 1 or 0. Throws an InputError for anything else. */
export function readFlag(label: string, value: unknown): boolean {
	const flag = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if ([true, 'true', 1, '1'].some((choice) => choice === flag)) return true;
	if ([false, 'false', 0, '0'].some((choice) => choice === flag)) return false;
	throw new InputError(
		`${label} must be true or false.`,
		'Turn it on or off, or make its expression return true or false.',
	);
}
