/** Decides what happened between two polls, and what to remember for the next one. Pure: lists and look-ups are passed in. */

/** An entry of a list, as one poll sees it. */
export interface Entry {
	id: string;
	/** Compared from poll to poll; empty when it is not known. */
	value: string;
	/** When it came to be, in milliseconds since the epoch; undefined when Huawei Cloud does not say. */
	since: number | undefined;
	/** Texts to remember, for when it is gone. */
	details: readonly string[];
	/** As Huawei Cloud returns it. */
	fields: Readonly<Record<string, unknown>>;
}

/** An entry as it is remembered: its last known value, and its details. */
export type Remembered = Pick<Entry, 'value' | 'details'>;

/** The state kept from poll to poll. An entry is only removed when a look-up shows that it no longer exists. */
export interface Memory {
	/** By ID. First those that the last list lacked, in the order in which they are to be looked up. */
	entries: ReadonlyMap<string, Remembered>;
	/** True if it once held all entries that there were. From then on, any other entry is new. */
	isWhole: boolean;
	/** The time of the first poll: until the memory is whole, an entry is new if it came to be later. */
	since: number;
}

/** A list that was read. */
export interface Listed {
	entries: readonly Entry[];
	isComplete: boolean;
	/** Milliseconds since the epoch. */
	time: number;
}

/** The result of looking up one entry: the entry, certainty that it does not exist, or neither. */
export type LookUp = Entry | 'absent' | 'unknown';

export interface Change {
	kind: 'added' | 'changed' | 'gone';
	id: string;
	/** As it was remembered; undefined when it is new. */
	previous: Remembered | undefined;
	/** Undefined when it is gone. */
	entry: Entry | undefined;
}

/** Maximum number of look-ups in one poll. The other entries stay remembered until a later one. */
const MAX_LOOK_UPS = 100;

/** Twice as many as a list has at most, by the API reference. n8n keeps them in its database. */
export const MAX_REMEMBERED = 20_000;

export function firstMemory({ entries, isComplete, time }: Listed): Memory {
	return {
		entries: new Map(entries.map((entry) => [entry.id, toRemembered(entry)])),
		isWhole: isComplete,
		since: time,
	};
}

/** The entries to look up: a list that lacks them does not prove that they are gone. */
export function missingIds(before: Memory, { entries }: Listed): string[] {
	const listed = new Set(entries.map(({ id }) => id));
	return [...before.entries.keys()].filter((id) => !listed.has(id)).slice(0, MAX_LOOK_UPS);
}

/**
 * Compares a list with what is remembered.
 * @param lookedUp what the look-ups of missing entries said, by ID
 */
export function advance(
	before: Memory,
	listed: Listed,
	lookedUp: ReadonlyMap<string, LookUp>,
): { changes: Change[]; after: Memory } {
	const found = [...lookedUp.values()].filter((answer) => typeof answer === 'object');
	const present = new Map([...found, ...listed.entries].map((entry) => [entry.id, entry]));
	const missing = [...before.entries].filter(([id]) => !present.has(id));
	const isGone = ([id]: readonly [string, Remembered]) => lookedUp.get(id) === 'absent';
	const gone = missing
		.filter(isGone)
		.map(([id, previous]) => ({ kind: 'gone', id, previous, entry: undefined }) as const);
	const pending = missing.filter((one) => !isGone(one));
	// The next poll begins with those that this one did not get to.
	const queue = [
		...pending.filter(([id]) => !lookedUp.has(id)),
		...pending.filter(([id]) => lookedUp.has(id)),
	];
	const kept = queue.slice(0, Math.max(0, MAX_REMEMBERED - present.size));
	const isCut = kept.length < queue.length;
	return {
		changes: [...[...present.values()].flatMap((entry) => changeOf(before, entry)), ...gone],
		after: {
			entries: new Map([
				...kept,
				...[...present.values()].map((entry) => [entry.id, toRemembered(entry, before)] as const),
			]),
			isWhole: !isCut && (before.isWhole || listed.isComplete),
			since: isCut ? listed.time : before.since,
		},
	};
}

function changeOf(before: Memory, entry: Entry): Change[] {
	const { id, value } = entry;
	const previous = before.entries.get(id);
	if (previous === undefined) return isNew(before, entry) ? [{ kind: 'added', id, previous, entry }] : [];
	const isChanged = previous.value !== '' && value !== '' && previous.value !== value;
	return isChanged ? [{ kind: 'changed', id, previous, entry }] : [];
}

/** Huawei Cloud's times have no milliseconds. */
function isNew({ isWhole, since }: Memory, entry: Entry): boolean {
	return isWhole || (entry.since !== undefined && entry.since >= Math.floor(since / 1000) * 1000);
}

/** A value that is not known is no change of the one before. */
function toRemembered({ id, value, details }: Entry, before?: Memory): Remembered {
	return { value: value === '' ? (before?.entries.get(id)?.value ?? '') : value, details };
}
