/** The entries of a list, as far as they are compared: a value for each, by its ID; an empty value is one that is not known. */
export type Entries = ReadonlyMap<string, string>;

/** What is remembered of a list from poll to poll. */
export interface Memory {
	/** First those that the last list lacked, though they may be there. */
	entries: Entries;
	/** How many these are. */
	doubtful: number;
	/**
	 * How many entries the service counted beyond those that can be told apart, in the last list that was read to its end;
	 * undefined when there was none yet.
	 */
	surplus: number | undefined;
	/** The same before there was a doubt; 0 when there is none. */
	surplusBefore: number;
	/** Whether there may have been more entries from the beginning: then one that is not remembered need not be new. */
	isPartial: boolean;
}

/** What became of an entry. */
export interface Change {
	kind: 'added' | 'changed' | 'missing';
	id: string;
	/** What was remembered of it; empty when that is not known. */
	previous: string;
}

/** A list that was read. */
export interface Listed {
	entries: Entries;
	/** See `Completeness`. */
	surplus: number | undefined;
}

/** How a list differs from what is remembered. A value that is not known is no change of the one before. */
export function compare(before: Entries, entries: Entries): Change[] {
	const changes: Change[] = [];
	for (const [id, value] of entries) {
		const previous = before.get(id);
		if (previous === undefined) changes.push({ kind: 'added', id, previous: '' });
		else if (previous !== '' && value !== '' && previous !== value) {
			changes.push({ kind: 'changed', id, previous });
		}
	}
	for (const [id, previous] of before) {
		if (!entries.has(id)) changes.push({ kind: 'missing', id, previous });
	}
	return changes;
}

/**
 * What a list lacks and may be there all the same. A service may count more than it lists, for ever: entries without an ID,
 * say. As long as there is no more of that surplus than when an entry was listed last, the entry is not part of it: it is
 * gone. With more, it may be. What was in doubt then and is listed again was part of the surplus: now another may be.
 */
export function inDoubt(missing: readonly Change[], { surplus, entries }: Listed, before: Memory): Change[] {
	const doubtful = new Set([...before.entries.keys()].slice(0, before.doubtful));
	const back = [...doubtful].filter((id) => entries.has(id)).length;
	const usual = Math.max(0, (before.surplus ?? 0) - back);
	return missing.filter(({ id }) => {
		const reference = doubtful.has(id) ? before.surplusBefore : usual;
		return surplus === undefined || surplus > reference;
	});
}

/** As many as a list has at most. A service that never settles them would fill n8n's database. */
const MOST_DOUBTFUL = 10_000;

/**
 * What to remember of a list.
 * @param before undefined: this is the first one
 * @param doubtful what it lacks, though it may be there
 */
export function remembering(
	before: Memory | undefined,
	{ entries, surplus }: Listed,
	doubtful: readonly Change[],
): Memory {
	const { entries: known, ...last } = before ?? NOTHING;
	const hasNews = [...entries.keys()].some((id) => !known.has(id));
	const kept = doubtful.slice(0, MOST_DOUBTFUL);
	const lastSurplus = last.surplus ?? 0;
	return {
		entries: new Map([
			...kept.map(({ id, previous }) => [id, previous] as const),
			...[...entries].map(([id, value]) => [id, value === '' ? (known.get(id) ?? '') : value] as const),
		]),
		doubtful: kept.length,
		surplus: surplus ?? last.surplus,
		surplusBefore:
			kept.length === 0 ? 0 : Math.min(lastSurplus, last.doubtful === 0 ? Infinity : last.surplusBefore),
		isPartial: surplus === undefined && (before === undefined || (last.isPartial && hasNews)),
	};
}

/** What is known before the first list. */
const NOTHING: Memory = {
	entries: new Map(),
	doubtful: 0,
	surplus: undefined,
	surplusBefore: 0,
	isPartial: true,
};
