/** What is remembered of a list: a value for each entry, by its ID; an empty value is one that is not known. */
export type Memory = ReadonlyMap<string, string>;

/** What became of an entry. */
export interface Change {
	kind: 'added' | 'changed' | 'missing';
	id: string;
	/** What was remembered of it; empty when that is not known. */
	previous: string;
}

/** The entries of a list, as far as they are compared. */
export interface Listed {
	entries: Memory;
	/** False when some may be missing though they exist. */
	isComplete: boolean;
}

/**
 * Compares a list with what is remembered of the one before. A value that is not known is no change of the one before; and
 * what an incomplete list lacks is not missing.
 * @returns the changes, and what to remember of both
 */
export function compare(
	before: Memory,
	{ entries, isComplete }: Listed,
): { changes: Change[]; after: Memory } {
	const changes: Change[] = [];
	const after = new Map(isComplete ? [] : before);
	for (const [id, value] of entries) {
		const previous = before.get(id);
		if (previous === undefined) changes.push({ kind: 'added', id, previous: '' });
		else if (previous !== '' && value !== '' && previous !== value) {
			changes.push({ kind: 'changed', id, previous });
		}
		after.set(id, value === '' ? (previous ?? '') : value);
	}
	for (const [id, previous] of isComplete ? before : []) {
		if (!entries.has(id)) changes.push({ kind: 'missing', id, previous });
	}
	return { changes, after };
}
