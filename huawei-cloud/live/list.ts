import type { Problem } from '../call/classification';
import { summaryOf, type Failure, type NotFound, type ResponseSummary, type Success } from '../call/outcome';
import type { Page, PageOutcome } from './page';

/** The maximum number of entries that the API returns in one page, in each of its lists. */
export const PAGE_SIZE = 100;

/** The API reference's maximum for a list. A list that is as long may be cut there. */
const DOCUMENTED_MAX_ENTRIES = 10_000;

/** Bounds of one list. Whatever comes counts: entries without an ID, and those of pages that overlap. */
const MAX_ENTRIES = 20_000;
const MAX_PAGES = 1000;
const MAX_LIST_CHARACTERS = 128 * 1024 * 1024;

/** Maximum number of consecutive pages without a readable entry that is new. */
const MAX_PAGES_WITHOUT_NEWS = 10;

/** The outcome of listing: the entries, besides what every outcome reports. */
export type ListOutcome<Entry> =
	| (Success & {
			entries: Entry[];
			/**
			 * True if the list was read to its end without a gap, or until there were enough entries. It says which entries there
			 * are, never that one is gone: look that one up.
			 */
			isComplete: boolean;
	  })
	| NotFound
	| Failure;

/** Where a page begins, and how many entries it may hold. */
export interface Window {
	start: number;
	size: number;
}

/** A list of the API that comes in pages. */
export interface PagedList<Entry> {
	/** Its entries, for messages: `relay tasks`. */
	name: string;
	/** Reads one page. */
	page(window: Window): Promise<PageOutcome<Entry>>;
	/** The page to ask for next. Default: the one that begins where it should. */
	windowAt?(end: number, overlap: number, maxEntries: number): Window;
	/** Identifies an entry. */
	idOf(entry: Entry): string;
	/** Applied to what the API returns; undefined: all entries are wanted. */
	isWanted?: ((entry: Entry) => boolean) | undefined;
}

/**
 * Reads a list, page by page, until a page brings nothing new. It does not rely on the length of a page.
 *
 * Entries that are deleted while the pages are read move the others forward, past the next offset. So each page starts with
 * the end of the one before; as long as none of that is there, reading steps back by half a page.
 * @param limit the maximum number of entries to return; undefined: all
 * @returns success with no entries when there are none; "not found" when the service says so of the first page
 */
export async function readList<Entry>(list: PagedList<Entry>, limit = Infinity): Promise<ListOutcome<Entry>> {
	return await new ListReading(list, limit).read();
}

/** How reading ends: with a complete list, an incomplete one, or none that can be read. */
type End = 'complete' | 'incomplete' | 'unreadable';

class ListReading<Entry> {
	private readonly found: Entry[] = [];
	private readonly seen = new Set<string>();
	private unreadable = 0;
	/** The maximum of all pages: an entry may have moved to a page that was read before. */
	private total: number | undefined;
	private isGapless = true;
	/** Where the last page ended, and its size. */
	private end = 0;
	private lastSize = 0;
	private pages = 0;
	private pagesWithoutNews = 0;
	private characters = 0;

	constructor(
		private readonly list: PagedList<Entry>,
		private readonly limit: number,
	) {}

	async read(): Promise<ListOutcome<Entry>> {
		for (;;) {
			const window = this.next();
			const outcome = await this.list.page(window);
			if (outcome.kind !== 'success' && this.pages === 0) return outcome;
			if (outcome.kind === 'error') {
				return isRejected(outcome, window) ? this.result(outcome, 'incomplete') : outcome;
			}
			// After other pages, "not found" is one of the ways to say that there are no more.
			const page = outcome.kind === 'success' ? outcome.page : NO_ENTRIES;
			this.pages += 1;
			this.characters += page.characters;
			const hasGap = !this.continues(page, window);
			const end = hasGap && this.stepBack() ? undefined : this.add(page, window, hasGap);
			if (end !== undefined || this.isTooLong) return this.result(outcome, end ?? 'unreadable');
		}
	}

	/** The next page. It overlaps the one before, unless that had a single entry. */
	private next(): Window {
		const { windowAt = exactly, isWanted } = this.list;
		const maxEntries = isWanted ? PAGE_SIZE : Math.min(this.limit, PAGE_SIZE);
		return windowAt(this.end, this.lastSize > 1 ? Math.min(1, this.end) : 0, maxEntries);
	}

	/** True if nothing was skipped before this page. Without an overlap, the end of the list shows that, too. */
	private continues({ entries, size }: Page<Entry>, { start }: Window): boolean {
		if (start === 0) return size > 0 || this.seen.size === 0;
		const isEnd = this.lastSize <= 1 && size === 0;
		return isEnd || entries.some((entry) => this.seen.has(this.list.idOf(entry)));
	}

	/** Moves the next page back to where the missing entries may have moved. Returns whether it can. */
	private stepBack(): boolean {
		// What can't be read hides an overlap, too: such a list is incomplete anyway.
		if (!this.isGapless || this.unreadable > 0 || this.lastSize <= 3 || this.end === 0) return false;
		this.end = Math.max(0, this.end - Math.floor(this.lastSize / 2));
		return true;
	}

	/** Adds a page. Returns the end, if it is the last one that is needed. */
	private add(page: Page<Entry>, { start }: Window, hasGap: boolean): End | undefined {
		const { size } = page;
		const isBeyond = start + size > this.end;
		const unreadable = size - page.entries.length;
		const hasNews = this.note(page.entries);
		this.isGapless &&= !hasGap;
		this.unreadable += unreadable;
		if (page.total !== undefined) this.total = Math.max(page.total, this.total ?? 0);
		this.end = start + size;
		this.lastSize = size;
		this.pagesWithoutNews = hasNews ? 0 : this.pagesWithoutNews + 1;
		if (this.found.length >= this.limit) return 'complete';
		if (hasNews) return undefined;
		const whole = this.isWhole(page) ? 'complete' : 'incomplete';
		if (!isBeyond) return whole;
		if (unreadable > 0) return this.pagesWithoutNews < MAX_PAGES_WITHOUT_NEWS ? undefined : 'unreadable';
		// A whole page of known entries may be due to some that were added meanwhile; a second one is not.
		if (this.pagesWithoutNews === 1) return undefined;
		return this.total === undefined ? 'incomplete' : whole;
	}

	/** Takes in the entries of a page. Returns whether any of them is new. */
	private note(entries: readonly Entry[]): boolean {
		const { idOf, isWanted } = this.list;
		const before = this.seen.size;
		for (const entry of entries) {
			const id = idOf(entry);
			if (this.seen.has(id)) continue;
			this.seen.add(id);
			const isRoom = this.found.length < this.limit;
			if (isRoom && (isWanted === undefined || isWanted(entry))) this.found.push(entry);
		}
		return this.seen.size > before;
	}

	/** True if a list that ended holds all entries that the service has. */
	private isWhole({ isSurelyEmpty }: Page<Entry>): boolean {
		const { size } = this.seen;
		const isExpectedSize = size >= (this.total ?? 0) && size < DOCUMENTED_MAX_ENTRIES;
		return this.isGapless && this.unreadable === 0 && isExpectedSize && (size > 0 || isSurelyEmpty);
	}

	private get isTooLong(): boolean {
		return (
			this.seen.size + this.unreadable > MAX_ENTRIES ||
			this.pages >= MAX_PAGES ||
			this.characters > MAX_LIST_CHARACTERS
		);
	}

	private result(last: ResponseSummary, end: End): ListOutcome<Entry> {
		if (end === 'unreadable') {
			return { ...summaryOf(last), ...unreadableList(this.list.name), kind: 'error', mayHaveHappened: false };
		}
		return { ...summaryOf(last), kind: 'success', entries: this.found, isComplete: end === 'complete' };
	}
}

const NO_ENTRIES: Page<never> = {
	entries: [],
	size: 0,
	isSurelyEmpty: false,
	total: undefined,
	characters: 0,
};

/** True if the service rejects a page because it lists no further than documented. */
function isRejected({ category }: Failure, { start, size }: Window): boolean {
	return category === 'validation' && start + size > DOCUMENTED_MAX_ENTRIES;
}

/**
 * The page that continues where the one before ended.
 * @param overlap how many of its entries to read again
 */
function exactly(end: number, overlap: number, size: number): Window {
	return { start: end - overlap, size };
}

/** With more, some pages of numbered lists would hold next to nothing new. */
const MAX_NUMBERED_OVERLAP = 25;

/**
 * The same for a list whose pages are numbered, where page 2 of size 50 begins at entry 100: of all sizes, the one whose
 * page overlaps enough and reaches furthest. After 100 entries, that is at least 36 new ones.
 */
export function numberedWindowAt(end: number, overlap: number, maxEntries: number): Window {
	const from = end - Math.min(overlap, MAX_NUMBERED_OVERLAP);
	let best: Window = { start: 0, size: 0 };
	for (let size = 1; size <= maxEntries; size++) {
		const start = Math.floor(from / size) * size;
		if (start + size > best.start + best.size) best = { start, size };
	}
	return best;
}

function unreadableList(name: string): Problem {
	return {
		category: 'endpoint',
		message: `The list of ${name} can't be read: it does not end, or its entries have no ID.`,
		hint: `Check the Live endpoint of the credential. If there are more than ${MAX_ENTRIES} ${name}, set a Limit.`,
		retryable: false,
	};
}
