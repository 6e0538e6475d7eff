import type { Problem } from '../call/errorTable';
import {
	summaryOf,
	type Failure,
	type NotFound,
	type Outcome,
	type ResponseSummary,
	type Success,
} from '../call/outcome';
import type { Page, PageOutcome } from './page';

/** The most entries that the API returns in one page, in each of its lists. */
export const PAGE_SIZE = 100;

/** How many times all pages are read, if entries come and go meanwhile. */
const MOST_PASSES = 5;

/** Documented as 10,000 entries at most. A list ten times as long is taken to be endless. */
const MOST_ENTRIES = 100_000;

/** How far a list was read. */
export interface Completeness {
	/** False when some may be missing: entries changed too fast, or the service contradicts itself. */
	isComplete: boolean;
	/**
	 * How many entries the service counts, or lists without an ID, beyond those that can be told apart. 0 when the list is
	 * complete; undefined when it was not read to its end.
	 */
	surplus: number | undefined;
}

/** A list that was read to its end, with so many entries beyond those that can be told apart; or, undefined, was not. */
export function readTo(surplus: number | undefined): Completeness {
	return { isComplete: surplus === 0, surplus };
}

/** The outcome of listing: the entries, besides what every outcome reports. */
export type ListOutcome<Entry> =
	| (Success & {
			entries: Entry[];
	  } & Completeness)
	| NotFound
	| Failure;

/** Where a page begins, and how many entries it may hold. */
export interface Window {
	start: number;
	size: number;
}

/** A list of the API that comes in pages. */
export interface PagedList<Entry> {
	/** What it lists, for messages: `relay tasks`. */
	name: string;
	/** Reads one page. */
	page(window: Window): Promise<PageOutcome<Entry>>;
	/** The page to ask for next. Default: the one that begins where it should. */
	windowAt?(end: number, overlap: number, mostEntries: number): Window;
	/** What tells an entry from all others. */
	idOf(entry: Entry): string;
	/** Applied to what the API returns; undefined: all of it is wanted. */
	isWanted?: ((entry: Entry) => boolean) | undefined;
}

/**
 * Reads a list, page by page, until a page brings nothing new. It does not rely on the reported total or on the length of
 * a page.
 *
 * Entries that go while the pages are read move the others forward, past the next offset. So each page starts with the end
 * of the one before; if that end is missing, entries may have been skipped, and all pages are read again with a larger
 * overlap, a few times at most. No entry is listed twice, and none that is still there is missing.
 * @param limit the most to return; undefined: all
 * @returns success with no entries when there are none; "not found" when the service says so of the first page
 */
export async function readList<Entry>(list: PagedList<Entry>, limit = Infinity): Promise<ListOutcome<Entry>> {
	const all = new Map<string, Entry>();
	for (let count = 1; ; count++) {
		const pass = new Pass(list, limit, count === 1 ? 1 : PAGE_SIZE / 2);
		const outcome = await pass.read();
		if (outcome.kind === 'notFound' && count > 1) {
			// It contradicts what was just listed: without entries there was no gap.
			const entries = [...all.values()].slice(0, limit);
			return { ...summaryOf(outcome), kind: 'success', entries, ...readTo(undefined) };
		}
		if (outcome.kind !== 'success') return outcome;
		if (pass.isGapless) return { ...outcome, entries: [...pass.found.values()], ...readTo(pass.surplus) };
		for (const [id, entry] of pass.found) all.set(id, entry);
		if (count === MOST_PASSES) {
			return { ...outcome, entries: [...all.values()].slice(0, limit), ...readTo(undefined) };
		}
	}
}

/** One pass over the pages of a list, until its end or until there are enough entries. */
class Pass<Entry> {
	readonly found = new Map<string, Entry>();
	/** False when entries may have been skipped, because others came or went meanwhile. */
	isGapless = true;
	/** See `Completeness`; it holds once the list was read without a gap. */
	surplus: number | undefined;
	private readonly seen = new Set<string>();
	/** Entries that can't be parsed, each once, however many pages it is on. */
	private readonly unreadable = new Set<string>();
	/** How many entries came a second time within a page. One that is on two pages may just have moved. */
	private duplicates = 0;
	private total: number | undefined;
	private isExplicit = true;
	private idsBefore: ReadonlySet<string> = this.seen;
	/** Where the page before ended, and how much of it is read again. */
	private end = 0;
	private overlap = 0;
	private pagesWithoutNews = 0;

	constructor(
		private readonly list: PagedList<Entry>,
		private readonly limit: number,
		private readonly mostOverlap: number,
	) {}

	private get hasSeenAny(): boolean {
		return this.seen.size > 0 || this.unreadable.size > 0;
	}

	async read(): Promise<Outcome> {
		const { page: readPage, windowAt = exactly, isWanted, name } = this.list;
		const mostEntries = isWanted ? PAGE_SIZE : Math.min(this.limit, PAGE_SIZE);
		for (let isFirst = true; ; isFirst = false) {
			const window = windowAt(this.end, this.overlap, mostEntries);
			const outcome = await readPage(window);
			if (outcome.kind !== 'success') {
				this.isGapless &&= this.overlap === 0;
				// After other pages, "not found" is one of the ways to say that there are no more.
				const isEnd = outcome.kind === 'notFound' && !isFirst;
				this.surplus = this.countSurplus();
				return isEnd ? { ...summaryOf(outcome), kind: 'success' } : outcome;
			}
			const isOver = this.add(outcome.page, window.start);
			if (!isOver && this.seen.size > MOST_ENTRIES) return endless(name, outcome);
			if (isOver) return { ...summaryOf(outcome), kind: 'success' };
		}
	}

	/** Adds a page that begins at an offset. Returns whether it is the last one that is needed. */
	private add(page: Page<Entry>, start: number): boolean {
		const { size } = page;
		const ids = new Set([...page.entries.map((entry) => this.list.idOf(entry)), ...page.unreadable]);
		this.isGapless &&= this.overlap === 0 || [...ids].some((id) => this.idsBefore.has(id));
		const hasNews = this.note(page);
		if (this.found.size >= this.limit) {
			// What was not read does not matter.
			this.isGapless = true;
			this.surplus = 0;
			return true;
		}
		// A whole page of known entries may be due to some that were added meanwhile; a second one is not.
		this.pagesWithoutNews = hasNews ? 0 : this.pagesWithoutNews + 1;
		const isBeyond = start + size > this.end;
		if ((this.pagesWithoutNews === 1 && !isBeyond) || this.pagesWithoutNews === 2) {
			// Without a total, pages that reach further than what was seen say that there is more.
			if (size > 0) this.total ??= start + size;
			const surplus = this.hasSeenAny || page.isSurelyEmpty ? this.countSurplus() : undefined;
			// Known entries in place of further ones: the service does not read on, so it may hide what it counts.
			this.surplus = isBeyond && surplus !== 0 ? undefined : surplus;
			return true;
		}
		this.idsBefore = ids;
		this.overlap = Math.min(this.mostOverlap, Math.floor(size / 2));
		this.end = start + size;
		return false;
	}

	/** Takes in what a page holds. Returns whether any of it is new. */
	private note({ entries, unreadable, isExplicit, total }: Page<Entry>): boolean {
		const { idOf, isWanted } = this.list;
		const news = entries.filter((entry) => !this.seen.has(idOf(entry)));
		const known = { readable: this.seen.size, unreadable: this.unreadable.size };
		for (const entry of news) {
			this.seen.add(idOf(entry));
			const isRoom = this.found.size < this.limit;
			if (isRoom && (isWanted === undefined || isWanted(entry))) this.found.set(idOf(entry), entry);
		}
		for (const entry of unreadable) this.unreadable.add(entry);
		this.duplicates += news.length - (this.seen.size - known.readable);
		this.isExplicit &&= isExplicit;
		// Entries came or went: some may have been skipped, though the numbers agree in the end.
		if (total !== undefined && this.total !== undefined && total !== this.total) this.isGapless = false;
		this.total = total ?? this.total;
		return news.length > 0 || this.unreadable.size > known.unreadable;
	}

	private countSurplus(): number | undefined {
		if (!this.isExplicit) return undefined;
		const counted = (this.total ?? 0) - this.seen.size - this.duplicates;
		return Math.max(counted, this.unreadable.size);
	}
}

/**
 * The page that reads on where the one before ended.
 * @param overlap how many of its entries to read again
 */
function exactly(end: number, overlap: number, size: number): Window {
	return { start: end - overlap, size };
}

/** With more, some pages of numbered lists would hold next to nothing new. */
const LARGEST_NUMBERED_OVERLAP = 25;

/**
 * The same for a list whose pages are numbered, where page 2 of size 50 begins at entry 100: of all sizes, the one whose
 * page overlaps enough and reaches furthest. After 100 entries, that is at least 36 new ones.
 */
export function numberedWindowAt(end: number, overlap: number, mostEntries: number): Window {
	const from = end - Math.min(overlap, LARGEST_NUMBERED_OVERLAP);
	let best: Window = { start: 0, size: 0 };
	for (let size = 1; size <= mostEntries; size++) {
		const start = Math.floor(from / size) * size;
		if (start + size > best.start + best.size) best = { start, size };
	}
	return best;
}

function endless(name: string, last: ResponseSummary): Failure {
	const problem: Problem = {
		category: 'endpoint',
		message: `The list of ${name} does not end: it has more than ${MOST_ENTRIES} different entries.`,
		hint: 'Check the Live endpoint of the credential. To get some of them, set a Limit.',
		retryable: false,
	};
	return { ...summaryOf(last), ...problem, kind: 'error', mayHaveHappened: false };
}
