import { isWellFormed } from '../../huawei-cloud/call/text';
import { InputError } from './inputError';

/** How values are read that a person or an expression entered, whatever parameter they are for. */

/** How to read texts without a time zone: milliseconds since the epoch, from `2026-01-31T18:00`. */
export type LocalTimeReader = (text: string) => number;

/** The error for a required value whose expression returned nothing. */
export function cameToNothing(label: string): InputError {
	return new InputError(
		`The expression in the ${label} returns nothing.`,
		'Correct the expression, for example a field name in it, or remove it.',
	);
}

/** Years of four digits: the API's format has no others. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a point in time.
 * @returns milliseconds since the epoch; undefined when nothing is given
 * @throws InputError when it is not a time
 */
export function readTime(label: string, value: unknown, readLocalTime: LocalTimeReader): number | undefined {
	if (isNothing(value) || value === '') return undefined;
	const ms =
		value instanceof Date
			? value.getTime()
			: typeof value === 'string'
				? parseTime(value.trim(), readLocalTime)
				: Number.NaN;
	if (ms >= EARLIEST && ms <= LATEST) return ms;
	throw new InputError(
		`The ${label} is not a date and time.`,
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

/** True if a month has such a day: JavaScript takes February 30 for March 2. */
function isDay(day: string): boolean {
	const date = new Date(`${day}T00:00:00Z`);
	return Number.isFinite(date.getTime()) && date.toISOString().startsWith(day);
}

/** `2006-01-02T15:04:05Z`, the only format that the API accepts. */
export function apiTime(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function readNeeded(label: string, value: unknown, longest: number, hint: string): string {
	const text = readText(label, value, longest);
	if (text === undefined) throw new InputError(`The ${label} is empty.`, hint);
	return text;
}

/** Text that may be left empty, but not an expression that returns nothing. */
export function readOptional(label: string, value: unknown, longest: number): string | undefined {
	if (isNothing(value)) throw cameToNothing(label);
	return readText(label, value, longest);
}

export function readText(label: string, value: unknown, longest: number): string | undefined {
	if (isNothing(value)) return undefined;
	if (typeof value !== 'string')
		throw new InputError(`The ${label} is not text.`, 'Enter text, or map a field that holds text.');
	const given = value.trim();
	if ([...given].length > longest) {
		throw new InputError(`The ${label} is longer than ${longest} characters.`, 'Enter a shorter value.');
	}
	if (!isWellFormed(given)) {
		throw new InputError(`The ${label} contains a broken character (unpaired surrogate).`, 'Enter it again.');
	}
	return given === '' ? undefined : given;
}

const MAX_URL_LENGTH = 2048;

/**
 * Reads a URL. Rejects only what cannot be right, since schemes, ports and arguments are the service's business.
 * @throws InputError naming the field
 */
export function readUrl(label: string, value: unknown): string | undefined {
	const url = readText(label, value, MAX_URL_LENGTH);
	const problem = url === undefined ? undefined : urlProblem(url);
	if (problem === undefined) return url;
	throw new InputError(
		`The ${label} ${problem}.`,
		'Enter a complete URL, such as rtmp://push.example.com/live/camera-3. In a list, each URL has a line of its own.',
	);
}

function urlProblem(url: string): string | undefined {
	if (/\s/.test(url)) return 'contains white space';
	const [start, authority = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
	if (start === undefined) return 'does not begin with a scheme, such as rtmp:// or https://';
	const host = authority.slice(authority.lastIndexOf('@') + 1);
	if (/^(:\d*)?$/.test(host)) return 'has no host';
	const rest = url.slice(url.indexOf('://') + 3);
	const [beforeQuery = ''] = rest.split(/[?#]/, 1);
	// An argument may be a URL.
	const holdsAnother = beforeQuery.includes('://') || /[,;|][a-z][a-z\d+.-]{0,15}:\/\//i.test(rest);
	return holdsAnother ? 'holds a second URL' : undefined;
}

const MAX_DOMAIN_LENGTH = 255;

/**
 * Reads the name of a domain.
 * @throws InputError when it is empty, or a URL or several names
 */
export function readDomainName(value: unknown, hint: string): string {
	const domain = readNeeded('Domain', value, MAX_DOMAIN_LENGTH, hint);
	if (!/[\s/?#@:,]/.test(domain)) return domain;
	throw new InputError(
		'The Domain is not the name of a domain.',
		'Enter the name alone, such as push.example.com, without a scheme, a port or a path.',
	);
}

export function readChoice<Choice extends string>(
	label: string,
	value: unknown,
	choices: readonly Choice[],
): Choice | undefined {
	if (isNothing(value) || value === '') return undefined;
	const found = choices.find((choice) => choice === value);
	if (found !== undefined) return found;
	throw new InputError(`The ${label} must be one of: ${choices.join(', ')}.`, 'Choose one of these values.');
}

/**
 * Reads a whole number from n8n or an expression, as a number or as text.
 * @throws InputError when it is not a whole number, or out of range
 */
export function readWholeNumber(label: string, value: unknown, min: number, max: number): number {
	const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
	if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
	const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
	throw new InputError(
		`The ${label} must be a whole number ${range}.`,
		'Correct the number, or the expression that returns it.',
	);
}

export function isNothing(value: unknown): value is undefined | null {
	return value === undefined || value === null;
}
