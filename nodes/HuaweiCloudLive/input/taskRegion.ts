import { isRegionCode, KNOWN_REGIONS_TEXT } from '../../../huawei-cloud/identity/regions';
import { InputError } from '../../shared/inputError';
import { optionalText } from '../../shared/readers';

const readText = optionalText(64);

/**
 * Reads the region of a task.
 * @returns undefined when it is blank, and so must not be sent
 * @throws InputError when it is not a region code. It is not quoted: it may be a secret in the wrong field.
 */
export function readTaskRegion(label: string, value: unknown): string | undefined {
	const code = readText(label, value)?.toLowerCase();
	if (code === undefined || isRegionCode(code)) return code;
	throw new InputError(
		`The ${label} is not a region code.`,
		`Enter a code such as cn-north-4, or leave it empty. Known regions: ${KNOWN_REGIONS_TEXT}.`,
	);
}
