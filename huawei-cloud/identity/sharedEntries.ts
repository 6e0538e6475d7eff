import type { Clock } from '../http/clock';

/** Beyond this, the least recently used entry is dropped. */
const MAX_ENTRIES = 500;

/** No entry is useful for longer: tokens expire after 24 hours. */
const MAX_IDLE_MS = 24 * 60 * 60_000;

/** Entries by key, each created when it is first asked for, and forgotten when it is idle. */
export class SharedEntries<Entry> {
	/** The least recently used first. */
	private readonly entries = new Map<string, { entry: Entry; usedAt: number }>();

	constructor(
		private readonly clock: Clock,
		private readonly create: () => Entry,
	) {}

	getOrCreate(key: string): Entry {
		const now = this.clock.now();
		const entry = this.entries.get(key)?.entry ?? this.create();
		this.entries.delete(key);
		this.entries.set(key, { entry, usedAt: now });
		for (const [oldest, { usedAt }] of this.entries) {
			if (this.entries.size <= MAX_ENTRIES && now - usedAt <= MAX_IDLE_MS) break;
			this.entries.delete(oldest);
		}
		return entry;
	}
}
