import { isRegionCode, KNOWN_REGIONS_TEXT } from '../../huawei-cloud/identity/regions';
import { InputError } from './inputError';
import { requiredText, text } from './readers';

export const MAX_APP_LENGTH = 128;
export const MAX_STREAM_LENGTH = 512;

/** The API documents only a length for a task ID, no pattern. */
const readIdText = requiredText(
	64,
	'Map a field that holds a task ID, such as the task_id returned when the task was created.',
);

/** Reads a task ID from text, or from a number that it was converted to. Rejects only values that no ID can have. */
export function readTaskId(_label: string, value: unknown): string {
	if (typeof value === 'number') {
		// A longer number has already lost digits: it could name another task.
		if (Number.isSafeInteger(value)) return String(value);
		throw new InputError('The Task ID is a number too large to be exact.', 'Pass the ID as text, in quotes.');
	}
	const taskId = readIdText('Task ID', value);
	assertVisible('Task ID', taskId);
	return taskId;
}

function assertVisible(label: string, name: string): void {
	if (!INVISIBLE.test(name)) return;
	throw new InputError(
		`The ${label} contains a line break or an invisible character.`,
		'Enter or map a single value, without such characters.',
	);
}

/** Control and format characters, such as a zero-width space from a web page: the ID would just be "not found". */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const readRegionText = text(64);

/** Reads a task's region; undefined when blank. Its InputError does not quote it: it may be a secret in the wrong field. */
export function readTaskRegion(label: string, value: unknown): string | undefined {
	const code = readRegionText(label, value).toLowerCase();
	if (code === '') return undefined;
	if (isRegionCode(code)) return code;
	throw new InputError(
		`The ${label} is not a region code.`,
		`Enter a code such as cn-north-4, or leave it empty. Known regions: ${KNOWN_REGIONS_TEXT}.`,
	);
}

/** Text that names one thing, without wildcards: the API rejects `*` as a stream name, and does not document `a*`. */
export function exact<Name extends string | undefined>(read: (label: string, value: unknown) => Name) {
	return (label: string, value: unknown): Name => {
		const name = read(label, value);
		if (name !== undefined) assertVisible(label, name);
		if (name === undefined || !name.includes('*')) return name;
		throw new InputError(
			`The ${label} contains *, and Huawei Cloud has no wildcards.`,
			'Enter the exact name. For several streams, list them with Get Many and map their names.',
		);
	};
}

const readDomainText = exact(
	requiredText(255, 'Enter or choose an ingest domain, or map a field that holds one, such as domain.'),
);

/** Reads the name of a domain: not a URL, and not several names. */
export function readDomain(label: string, value: unknown): string {
	const domain = readDomainText(label, value);
	if (!/[\s/?#@:,]/.test(domain)) return domain;
	throw new InputError(
		`The ${label} is not a domain name.`,
		'Enter the name alone, such as push.example.com, without a scheme, a port or a path.',
	);
}

export const readAppName = exact(
	requiredText(MAX_APP_LENGTH, 'Enter the name of the app, or map a field that holds it, such as app_name.'),
);

export const readStreamName = exact(
	requiredText(
		MAX_STREAM_LENGTH,
		'Enter the name of the stream, or map a field that holds it, such as stream_name.',
	),
);
