import { problem } from '../call/classification';
import { failureAfter, summaryOf, type CallOutcome, type OutcomeWith } from '../call/outcome';
import { SERVER_ERROR_HINT } from '../call/problems';
import { isObject, isText, type ApiResponse, type JsonObject } from '../http/response';

export interface Page<Entry> {
	entries: Entry[];
	/** Number of entries, including those that can't be parsed, which `entries` leaves out. */
	size: number;
	/** True if it leaves no doubt that there are none: a total of 0, a list or a request ID, and no undocumented field. */
	isSurelyEmpty: boolean;
	/** As the service reports it; undefined when it reports none that can be parsed. */
	total?: number | undefined;
	/** Roughly how much memory it takes, of which a character takes 1. */
	weight: number;
}

export type PageOutcome<Entry> = CallOutcome<Page<Entry>>;

/** The fields that a page may have beside its list. */
const DOCUMENTED_FIELDS = ['total', 'total_num', 'total_page', 'offset', 'limit', 'request_id'];

/** A parser of the list in the field `name`; undefined: another response. `readEntry` returns undefined for useless ones. */
export function pagesOf<Entry, Fields>(
	name: string,
	readEntry: (entry: JsonObject, fields: Fields) => Entry | undefined,
): (response: ApiResponse, fields: Fields) => Page<Entry> | undefined {
	return (response, fields) => {
		const json = bodyOf(response);
		if (json === undefined) return undefined;
		const total = readTotal(json.total ?? json.total_num);
		const listed: unknown = json[name] ?? undefined;
		const isList = Array.isArray(listed);
		if (isList && listed.length > 0) {
			const entries = listed.flatMap((entry) => (isObject(entry) ? (readEntry(entry, fields) ?? []) : []));
			return { entries, size: listed.length, isSurelyEmpty: false, total, weight: response.weight };
		}
		if (!isList && (listed !== undefined || (total ?? 0) > 0)) return undefined;
		// Without entries, something else must show that the body is the service's own; without a list, it must hold nothing else.
		const holdsMore = Object.keys(json).some((key) => key !== name && !DOCUMENTED_FIELDS.includes(key));
		const hasRequestId = isText(json.request_id);
		if ((total === undefined && !hasRequestId) || (!isList && holdsMore)) return undefined;
		const isZero = total === 0 && (readTotal(json.total_num) ?? 0) === 0;
		const isSurelyEmpty = isZero && !holdsMore && (isList || hasRequestId);
		return { entries: [], size: 0, isSurelyEmpty, total, weight: response.weight };
	};
}

export type LookUp<Entry = JsonObject> = OutcomeWith<{ entry: Entry }>;

/** Looks an entry up in the page filtered for it. Others don't prove it missing: the filter may be ignored. */
export function entryIn<Entry>(
	outcome: PageOutcome<Entry>,
	name: string,
	isTheOne: (entry: Entry) => boolean,
): LookUp<Entry> {
	if (outcome.kind === 'error') return outcome;
	const summary = summaryOf(outcome);
	const page = outcome.kind === 'success' ? outcome.value : undefined;
	const entry = page?.entries.find(isTheOne);
	if (entry !== undefined) return { ...summary, kind: 'success', entry };
	if (page === undefined || page.isSurelyEmpty) return { ...summary, kind: 'notFound' };
	const message = `Huawei Cloud's response doesn't clearly say whether its list of ${name} contains this one.`;
	return failureAfter(outcome, problem('server', message, SERVER_ERROR_HINT, { retryable: true }));
}

const ERROR_FIELDS = ['error_code', 'error_msg', 'errorCode', 'errorMsg'];

/** The body of a response that reports no error, of any shape: an error may be anything but text. */
export function bodyOf({ json, errorCode, errorMsg }: ApiResponse): JsonObject | undefined {
	if (json === undefined || errorCode !== null || errorMsg !== null) return undefined;
	if ('error' in json || 'errors' in json) return undefined;
	return ERROR_FIELDS.some((field) => (json[field] ?? '') !== '') ? undefined : json;
}

/** A count, as a number or in digits. */
function readTotal(value: unknown): number | undefined {
	const total = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined;
}

/** A name or an ID as text. A number beyond the safe range has lost digits and could identify something else. */
export function nameOf(value: unknown): string | undefined {
	return isText(value) ? value : Number.isSafeInteger(value) ? String(value) : undefined;
}
