/** The entries of a list, as far as they are compared: a value for each, by its ID; an empty value is one that is not known. */
export type Entries = ReadonlyMap<string, string>;

/** What is remembered of a list from poll to poll. */
export interface Memory {
	entries: Entries;
	/**
	 * How many entries the service then counted beyond those that can be told apart, when all that were remembered were
	 * accounted for; undefined when no list was read to its end yet.
	 */
	surplus: number | undefined;
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
 * Whether what a list lacks is gone. A service may count more than it lists, for ever: entries without an ID, say. What it
 * counts too many was never listed, as long as there are no more of it than when all that is remembered was accounted for.
 * With more of it, one may be an entry that is remembered.
 */
export function showsWhatIsGone({ surplus }: Listed, before: Memory): boolean {
	return surplus !== undefined && surplus <= (before.surplus ?? 0);
}

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
	const known = before?.entries ?? new Map<string, string>();
	const hasNews = [...entries.keys()].some((id) => !known.has(id));
	return {
		entries: new Map([
			...doubtful.map(({ id, previous }) => [id, previous] as const),
			...[...entries].map(([id, value]) => [id, value === '' ? (known.get(id) ?? '') : value] as const),
		]),
		surplus: doubtful.length > 0 ? before?.surplus : (surplus ?? before?.surplus),
		isPartial: surplus === undefined && (before === undefined || (before.isPartial && hasNews)),
	};
}
