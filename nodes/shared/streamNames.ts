import { InputError } from './inputError';
import { readDomainName } from './readers';

export const MAX_APP_LENGTH = 128;
export const MAX_STREAM_LENGTH = 512;

/**
 * The API knows no wildcards: it rejects `*` as the name of a stream, and what it does with `a*` is not documented.
 * @throws InputError for a name that is meant for several
 */
export function exact(label: string, name: string): string {
	if (!name.includes('*')) return name;
	throw new InputError(
		`The ${label} contains *, and Huawei Cloud has no wildcards.`,
		'Enter the exact name. To work on several streams, list them with Get Many and map their names.',
	);
}

/**
 * Reads the name of an ingest domain.
 * @throws InputError when it can't be one
 */
export function readDomain(value: unknown): string {
	const hint = 'Choose an ingest domain from the list, or map a field that holds one, such as domain.';
	return exact('Domain', readDomainName(value, hint));
}
