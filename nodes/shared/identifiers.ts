import { isRegionCode, KNOWN_REGIONS_TEXT } from '../../huawei-cloud/identity/regions';
import { InputError } from './inputError';
import { checked, optional, requiredText, text, type TextReader } from './readers';

/** Control and format characters, such as a zero-width space from a web page: the ID would just be "not found". */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function visibleText(maxLength: number, hint: string): TextReader {
	return checked(
		requiredText(maxLength, hint),
		(name) => !INVISIBLE.test(name),
		'contains a line break or an invisible character',
		'Enter or map a single value, without such characters.',
	);
}

/** The API documents only a length for a task ID, no pattern. */
const readIdText = visibleText(
	64,
	'Map a field that holds a task ID, such as the task_id returned when the task was created.',
);

/** Reads a task ID from text, or from a number that it was converted to. Rejects only values that no ID can have. */
export function readTaskId(_label: string, value: unknown): string {
	if (typeof value !== 'number') return readIdText('Task ID', value);
	if (Number.isSafeInteger(value)) return String(value);
	// It has already lost digits: it could name another task.
	throw new InputError('The Task ID is a number too large to be exact.', 'Pass the ID as text, in quotes.');
}

/** It is not quoted: it may be a secret in the wrong field. */
const readRegionText = checked(
	text(64),
	(code) => isRegionCode(code.toLowerCase()),
	'is not a region code',
	`Enter a code such as cn-north-4, or leave it empty. Known regions: ${KNOWN_REGIONS_TEXT}.`,
);

/** Reads a task's region; undefined when blank. */
export const readTaskRegion = optional((label, value) => readRegionText(label, value).toLowerCase());

/** Text that names one thing, without wildcards: the API rejects `*` as a stream name, and does not document `a*`. */
function exactText(maxLength: number, hint: string): TextReader {
	return checked(
		visibleText(maxLength, hint),
		(name) => !name.includes('*'),
		'contains *, and Huawei Cloud has no wildcards',
		'Enter the exact name. For several streams, list them with Get Many and map their names.',
	);
}

/** Reads the name of a domain: not a URL, and not several names. */
export const readDomain = checked(
	exactText(255, 'Enter or choose an ingest domain, or map a field that holds one, such as domain.'),
	(domain) => !/[\s/?#@:,]/.test(domain),
	'is not a domain name',
	'Enter the name alone, such as push.example.com, without a scheme, a port or a path.',
);

export const readAppName = exactText(
	128,
	'Enter the name of the app, or map a field that holds it, such as app_name.',
);

export const readStreamName = exactText(
	512,
	'Enter the name of the stream, or map a field that holds it, such as stream_name.',
);
