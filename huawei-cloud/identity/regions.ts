/** A region code: `cn-north-4`, `eu-west-101`. */
const REGION_CODE = /^[a-z]{2}-[a-z]+-\d+$/;

export function isRegionCode(text: string): boolean {
	return REGION_CODE.test(text);
}

/** When the lists below were read. */
const REGIONS_AS_OF = 'November 2026';

/**
 * Regions with Live: those of Huawei Cloud's SDKs, and those of its product page, which has no codes. Lists age, so any
 * region code is accepted. cn-north-1 takes no new users; the code of LA-Sao Paulo is that of other services.
 */
const KNOWN_REGIONS = [
	'cn-north-4',
	'cn-north-1',
	'cn-east-3',
	'ap-southeast-2',
	'ap-southeast-3',
	'sa-brazil-1',
] as const;

/** The known regions as text, for forms and hints. */
export const KNOWN_REGIONS_TEXT = `${KNOWN_REGIONS.join(', ')} (as of ${REGIONS_AS_OF})`;

/** A sentence for a region that may be mistyped; empty when it is known. */
export function unknownRegionNote(region: string | undefined): string {
	const isKnown = region === undefined || KNOWN_REGIONS.some((known) => known === region);
	return isKnown ? '' : ` ${region} is not among the known regions: ${KNOWN_REGIONS_TEXT}.`;
}
