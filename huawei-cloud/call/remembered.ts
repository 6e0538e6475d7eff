/** How many entries to remember; beyond that, the least recently used are forgotten. */
const MOST_ENTRIES = 500;

/** The entry of a key, made when it is first asked for: for what this process shares, without growing for ever. */
export function remembered<Entry>(entries: Map<string, Entry>, key: string, make: () => Entry): Entry {
	const entry = entries.get(key) ?? make();
	entries.delete(key);
	entries.set(key, entry);
	const oldest = entries.keys().next();
	if (entries.size > MOST_ENTRIES && !oldest.done) entries.delete(oldest.value);
	return entry;
}
