/** True for a region code, such as `cn-north-4` or `eu-west-101`. The API's maximum is 64 characters. */
export function isRegionCode(text: string): boolean {
	return text.length <= 64 && /^[a-z]{2}-[a-z]+-\d+$/.test(text);
}

/** Known regions, from Huawei Cloud's SDKs and product page. Lists age, so any code is accepted. cn-north-1 takes no new users. */
export const KNOWN_REGIONS_TEXT =
	'cn-north-4, cn-north-1, cn-east-3, ap-southeast-2, ap-southeast-3, sa-brazil-1 (as of November 2026)';
