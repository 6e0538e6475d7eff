/** A region code: `cn-north-4`, `eu-west-101`. */
const REGION_CODE = /^[a-z]{2}-[a-z]+-\d+$/;

export function isRegionCode(text: string): boolean {
	return REGION_CODE.test(text);
}

/**
 * The known regions as text, for forms and hints, from Huawei Cloud's SDKs and its product page. The page has no codes;
 * the one for LA-Sao Paulo is taken from other services. Lists age, so any region code is accepted. cn-north-1 takes no new users.
 */
export const KNOWN_REGIONS_TEXT =
	'cn-north-4, cn-north-1, cn-east-3, ap-southeast-2, ap-southeast-3, sa-brazil-1 (as of November 2026)';
