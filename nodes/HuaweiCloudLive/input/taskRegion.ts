import { isRegionCode, KNOWN_REGIONS_TEXT } from '../../../huawei-cloud/identity/regions';
import { InputError } from '../../shared/inputError';
import { readOptional } from '../../shared/readers';

const MAX_REGION_LENGTH = 64;

/**
 * Reads the region of a task.
 * @param value undefined when the option was not added
 * @returns undefined when there is none or it is blank, and so must not be sent
 * @throws InputError when it is not a region code. It is not quoted: it may be a secret in the wrong field.
 */
export function readTaskRegion(value: unknown): string | undefined {
	const region = value === undefined ? undefined : readOptional('Task Region', value, MAX_REGION_LENGTH);
	if (region === undefined) return undefined;
	const code = region.toLowerCase();
	if (isRegionCode(code)) return code;
	throw new InputError(
		'The Task Region is not a region code.',
		`Enter a code such as cn-north-4, or leave it empty. Known regions: ${KNOWN_REGIONS_TEXT}.`,
	);
}
