import type { IHttpRequestOptions } from 'n8n-workflow';

/** The options of both n8n request helpers: those below belong to the older one, which the HTTP Request node uses. */
export interface RequestOptions extends IHttpRequestOptions {
	uri?: string;
	form?: unknown;
	formData?: unknown;
	rejectUnauthorized?: boolean;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	useQuerystring?: boolean;
	useStream?: boolean;
	qsStringifyOptions?: { arrayFormat?: IHttpRequestOptions['arrayFormat'] };
}

/** The value of a header, however its name is written. */
export function headerOf({ headers }: RequestOptions, name: string): string | undefined {
	const found = Object.entries(headers ?? {}).find(([key]) => normalizedName(key) === normalizedName(name));
	return found === undefined ? undefined : String(found[1]);
}

/** Headers with some replaced, however their names were written, and without others that `isDropped` names in lower case. */
export function withHeaders(
	headers: RequestOptions['headers'],
	added: Record<string, string>,
	isDropped: (name: string) => boolean = () => false,
) {
	const replaced = new Set(Object.keys(added).map(normalizedName));
	const kept = Object.entries(headers ?? {}).filter(
		([name, value]) =>
			!replaced.has(normalizedName(name)) && !isDropped(normalizedName(name)) && isPlain(value),
	);
	return { ...Object.fromEntries(kept), ...added };
}

/** axios treats an object named `common` or `get` as further headers, which would override ours. */
function isPlain(value: unknown): boolean {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

/** The form in which n8n's client compares names: it ignores case, and white space around them. */
function normalizedName(header: string): string {
	return header.trim().toLowerCase();
}
