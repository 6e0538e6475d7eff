import type { ApiRequest, CallSettings } from '../call/apiCall';
import type { Client } from '../policies/client';
import type { Failure, NotFound, Success } from '../call/outcome';
import { isObject, isText, type ApiResponse, type JsonObject } from '../http/response';

/** One page of a list. */
export interface Page<Entry> {
	/** The entries that can be parsed. */
	entries: Entry[];
	/** Number of entries, including those that can't be parsed. */
	size: number;
	/**
	 * True if it says beyond doubt that there are none: with a total of 0, a list or a request ID, and no field that is not
	 * documented. What else looks like an empty list may be the body of something else.
	 */
	isSurelyEmpty: boolean;
	/** The total that the service reports; undefined when it reports none that can be parsed. */
	total: number | undefined;
	/** Length of the body. */
	characters: number;
}

export type PageOutcome<Entry> = (Success & { page: Page<Entry> }) | NotFound | Failure;

/** How to parse a page. */
export interface PageFormat<Entry> {
	/** The names of its fields. */
	list: string;
	total: string;
	/** Further fields that it may have. */
	others?: readonly string[];
	/** Parses an entry; undefined if it is useless. */
	readEntry(entry: JsonObject): Entry | undefined;
}

/** A page of 100 relay tasks, each with 60 URLs of 2048 characters, comes to about 12 MB. No other page is larger. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Makes a call that returns a page. */
export async function readPage<Entry>(
	client: Client,
	request: ApiRequest,
	format: PageFormat<Entry>,
	settings: CallSettings,
): Promise<PageOutcome<Entry>> {
	const parse = (response: ApiResponse) => parsePage(response, format);
	const outcome = await client.perform({ ...request, parse, maxResponseBytes: MAX_PAGE_BYTES }, settings);
	if (outcome.kind !== 'success') return outcome;
	const { value: page, ...success } = outcome;
	return { ...success, page };
}

/** The page in a response; undefined if there is none. "No entries" may be written in several ways. */
function parsePage<Entry>(
	{ json, errorCode, errorMsg, characters }: ApiResponse,
	{ readEntry, others = [], ...fields }: PageFormat<Entry>,
): Page<Entry> | undefined {
	if (json === undefined || errorCode !== null || errorMsg !== null) return undefined;
	if ('error' in json || 'errors' in json) return undefined;
	const total = readTotal(json[fields.total]);
	const listed: unknown = json[fields.list] ?? undefined;
	if (Array.isArray(listed) && listed.length > 0) {
		const entries = listed.flatMap((given) => (isObject(given) ? (readEntry(given) ?? []) : []));
		return { entries, size: listed.length, isSurelyEmpty: false, total, characters };
	}
	const isList = Array.isArray(listed);
	if (!isList && (listed !== undefined || (total !== undefined && total !== 0))) return undefined;
	// Without entries, something else must show that the body is the service's own; without a list, it must hold nothing else.
	const known = [fields.list, fields.total, 'request_id', ...others];
	const holdsMore = Object.keys(json).some((key) => !known.includes(key));
	const isOwn = total !== undefined || isText(json.request_id);
	if (!isOwn || (!isList && holdsMore)) return undefined;
	const isSurelyEmpty = total === 0 && !holdsMore && (isList || isText(json.request_id));
	return { entries: [], size: 0, isSurelyEmpty, total, characters };
}

/**
 * The entry that a page was filtered for.
 * @returns "absent" only if the service leaves no doubt that there is none
 */
export function entryIn<Entry>(
	outcome: Exclude<PageOutcome<Entry>, Failure>,
	isTheOne: (entry: Entry) => boolean,
): { entry: Entry } | 'absent' | 'unknown' {
	if (outcome.kind === 'notFound') return 'absent';
	const entry = outcome.page.entries.find(isTheOne);
	if (entry !== undefined) return { entry };
	return outcome.page.isSurelyEmpty ? 'absent' : 'unknown';
}

/** A count, as a number or in digits. */
function readTotal(value: unknown): number | undefined {
	const total = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined;
}

/** A name or an ID as text. A number beyond the safe range has lost digits, and could be that of something else. */
export function nameOf(value: unknown): string | undefined {
	return isText(value) ? value : Number.isSafeInteger(value) ? String(value) : undefined;
}
