import { problem } from '../call/classification';
import { failureAfter, summaryOf, type OutcomeWith } from '../call/outcome';
import type { Client } from '../policies/client';
import type { Page, PageOutcome } from './page';

/** The API's maximum for a page, in each of its lists. */
export const PAGE_SIZE = 100;

/** The API reference's maximum for a list. A list of this length may be truncated. */
const DOCUMENTED_MAX_ENTRIES = 10_000;

/** Bounds of one list. Entries without an ID count too, and so do repeated entries of overlapping pages. */
const MAX_ENTRIES = 20_000;
const MAX_PAGES = 1000;
/** Ten thousand entries of 4 kB and 90 values. An execution may read many lists. */
const MAX_WEIGHT = 64 * 1024 * 1024;
const MAX_LIST_MS = 60 * 60_000;

export type ListOutcome<Entry> = OutcomeWith<{
	entries: Entry[];
	/** True if read to its end without a gap, or to the limit. Never proves that an entry doesn't exist: look that one up. */
	isComplete: boolean;
}>;

/** The most entries to return; undefined: all. */
export type Limit = number | undefined;

/** Where a page begins, and how many entries to ask for. */
export interface PageRange {
	offset: number;
	limit: number;
}

export interface PagedList<Entry> {
	/** Its entries, for messages: `relay tasks`. */
	name: string;
	client: Pick<Client, 'clock' | 'redactor'>;
	page(range: PageRange): Promise<PageOutcome<Entry>>;
	/** The page to read on with from an entry; default: the one that begins there. */
	rangeAt?(from: number): PageRange;
	idOf(entry: Entry): string;
	/** True for the entries that the request asks for: a service may ignore that. */
	isWanted(entry: Entry): boolean;
	/** A filter, which gets entries as people will see them: it must not find what is removed. */
	matches: ((entry: Entry) => boolean) | undefined;
}

/**
 * Reads a list until a page has nothing new, whatever the pages' length. Entries deleted meanwhile move the others forward,
 * so each page starts with the end of the one before; as long as none of that is there, reading steps back by half a page.
 * @returns success, even without entries; "not found" when the service says so of the first page
 */
export async function readList<Entry>(list: PagedList<Entry>, limit = Infinity): Promise<ListOutcome<Entry>> {
	const reading = new ListReading(list, limit);
	const { clock } = list.client;
	const startedAt = clock.elapsed();
	let received = 0;
	let weight = 0;
	for (let pages = 1; ; pages++) {
		const range = reading.nextRange();
		const outcome = await list.page(range);
		if (outcome.kind !== 'success' && pages === 1) return outcome;
		if (outcome.kind === 'error') {
			// The service may reject a page beyond the documented maximum.
			const isPastMax = range.offset + range.limit > DOCUMENTED_MAX_ENTRIES;
			return isPastMax && outcome.category === 'validation' ? reading.result(outcome, 'incomplete') : outcome;
		}
		// After other pages, "not found" means that there are no more.
		const page = outcome.kind === 'success' ? outcome.value : NO_ENTRIES;
		received += page.size;
		weight += page.weight;
		const isTooLong = received > MAX_ENTRIES || pages >= MAX_PAGES || weight > MAX_WEIGHT;
		const isTooSlow = clock.elapsed() - startedAt > MAX_LIST_MS;
		const end = reading.add(page, range) ?? (isTooLong || isTooSlow ? 'unreadable' : undefined);
		if (end !== undefined) return reading.result(outcome, end);
	}
}

type End = 'complete' | 'incomplete' | 'unreadable';

class ListReading<Entry> {
	private readonly found: Entry[] = [];
	private readonly seen = new Set<string>();
	/** False once there was a gap that stays, or an entry without an ID. */
	private isWhole = true;
	/** The maximum of all pages: an entry may have moved to a page that was read before. */
	private total = 0;
	/** Where the last page ended, and its size. */
	private end = 0;
	private lastSize = 0;
	/** Consecutive pages that reached further but had nothing new. */
	private stalePages = 0;

	constructor(
		private readonly list: PagedList<Entry>,
		private readonly limit: number,
	) {}

	/** The next page. It overlaps the one before, unless that had a single entry. */
	nextRange(): PageRange {
		const { rangeAt = (offset) => ({ offset, limit: PAGE_SIZE }) } = this.list;
		return rangeAt(this.lastSize > 1 ? Math.max(0, this.end - 1) : this.end);
	}

	/** Adds a page. Returns the end, if no further page is needed. */
	add(page: Page<Entry>, { offset }: PageRange): End | undefined {
		const { entries, size } = page;
		const hasGap = !this.continues(page, offset);
		if (hasGap && this.isWhole && this.lastSize > 1 && this.end > 0) {
			// The missing entries may have moved back.
			this.end = Math.max(0, this.end - Math.floor(this.lastSize / 2));
			return undefined;
		}
		const isFurther = offset + size > this.end;
		const hasNewEntries = this.note(entries);
		this.isWhole &&= !hasGap && entries.length === size;
		this.total = Math.max(this.total, page.total ?? 0);
		this.end = offset + size;
		this.lastSize = size;
		this.stalePages = hasNewEntries ? 0 : this.stalePages + 1;
		if (this.found.length >= this.limit) return 'complete';
		if (hasNewEntries) return undefined;
		// One may be due to entries that were added meanwhile.
		if (isFurther && this.stalePages < 2) return undefined;
		if (isFurther && this.seen.size === 0) return 'unreadable';
		const known = this.seen.size;
		const isExpectedSize = known >= this.total && known < DOCUMENTED_MAX_ENTRIES;
		const hasAll = this.isWhole && isExpectedSize && (known > 0 || page.isSurelyEmpty);
		return hasAll && (!isFurther || this.total > 0) ? 'complete' : 'incomplete';
	}

	/** True if nothing was skipped before this page. Without an overlap, the end of the list shows that, too. */
	private continues({ entries, size }: Page<Entry>, offset: number): boolean {
		if (offset === 0) return size > 0 || this.seen.size === 0;
		const isEnd = this.lastSize <= 1 && size === 0;
		return isEnd || entries.some((entry) => this.seen.has(this.list.idOf(entry)));
	}

	/** Adds the entries of a page. Returns whether any of them is new. */
	private note(entries: readonly Entry[]): boolean {
		const { idOf, isWanted, matches = () => true, client } = this.list;
		const before = this.seen.size;
		for (const entry of entries) {
			const id = idOf(entry);
			if (this.seen.has(id)) continue;
			this.seen.add(id);
			if (this.found.length >= this.limit || !isWanted(entry)) continue;
			if (matches(client.redactor.redact(entry))) this.found.push(entry);
		}
		return this.seen.size > before;
	}

	result(last: PageOutcome<Entry>, end: End): ListOutcome<Entry> {
		if (end !== 'unreadable') {
			return { ...summaryOf(last), kind: 'success', entries: this.found, isComplete: end === 'complete' };
		}
		const { name } = this.list;
		const message = `The list of ${name} can't be read: it is too long, takes over an hour, or its entries have no ID.`;
		const hint = `Check the credential's Live endpoint. If there are about ${MAX_ENTRIES} ${name} or more, or over 40 MB of them, or Huawei Cloud responds slowly, only Get Many with a Limit can read some.`;
		return failureAfter(last, problem('endpoint', message, hint));
	}
}

const NO_ENTRIES: Page<never> = { entries: [], size: 0, isSurelyEmpty: false, weight: 0 };

/** In a list of numbered pages (page 2 of size 50 begins at entry 100), the page that holds `from` and reaches furthest. */
export function numberedRangeAt(from: number): PageRange {
	let best: PageRange = { offset: 0, limit: 0 };
	for (let limit = 1; limit <= PAGE_SIZE; limit++) {
		const offset = Math.floor(from / limit) * limit;
		if (offset + limit > best.offset + best.limit) best = { offset, limit };
	}
	return best;
}
