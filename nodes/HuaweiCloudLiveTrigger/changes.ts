/** Decides what happened between two polls, and what to remember for the next one. Pure: lists and look-ups are passed in. */

/** The stored fields of an entry, as text. A `status` is compared from poll to poll; it is empty when unknown. */
export type Remembered = Readonly<Record<string, string>>;

/** An entry of a list, as one poll sees it. */
export interface Entry {
	id: string;
	/** When it began or ends, in milliseconds since the epoch; undefined if Huawei Cloud doesn't say. */
	time: number | undefined;
	remembered: Remembered;
	/** As Huawei Cloud returns it, without secrets. */
	fields: Readonly<Record<string, unknown>>;
}

/** The state kept from poll to poll. An entry is only removed when a look-up shows that it no longer exists. */
export interface Memory {
	/** By ID. Entries missing from the last list come first, in the order in which to look them up. */
	entries: ReadonlyMap<string, Remembered>;
	/** True once it has held all existing entries. From then on, any other entry is new. */
	isWhole: boolean;
	/** The time of the first poll: until the memory is complete, an entry is new if its own time is later. */
	firstPollAt: number;
}

export interface Listed {
	entries: readonly Entry[];
	isComplete: boolean;
	/** Milliseconds since the epoch. */
	time: number;
}

/** The result of looking up one entry. It is `absent` only if it certainly doesn't exist. */
export type LookUpResult = Entry | 'absent' | 'unknown';

export interface Change {
	kind: 'added' | 'changed' | 'removed';
	/** Undefined when it is new. */
	previous: Remembered | undefined;
	/** Undefined when it was deleted. */
	entry: Entry | undefined;
}

/** Maximum number of look-ups in one poll. The other entries are kept for a later poll. */
const MAX_LOOK_UPS = 100;

/** Twice the API reference's maximum for a list. n8n keeps them in its database. */
export const MAX_REMEMBERED = 20_000;

/** The entries to look up: a list that lacks them doesn't prove that they no longer exist. */
export function missingIds(before: Memory, { entries }: Listed): string[] {
	const listed = new Set(entries.map(({ id }) => id));
	return [...before.entries.keys()].filter((id) => !listed.has(id)).slice(0, MAX_LOOK_UPS);
}

/** Compares a list, and look-ups of missing entries, with the memory: undefined in the first poll, which has no changes. */
export function advance(
	before: Memory | undefined,
	listed: Listed,
	lookedUp: ReadonlyMap<string, LookUpResult>,
): { changes: Change[]; nextMemory: Memory } {
	const nothing = { entries: new Map<string, Remembered>(), isWhole: false, firstPollAt: listed.time };
	const { entries, isWhole, firstPollAt } = before ?? nothing;
	const found = [...lookedUp.values()].filter((answer) => typeof answer === 'object');
	const present = new Map([...found, ...listed.entries].map((entry) => [entry.id, entry]));
	const missing = [...entries].filter(([id]) => !present.has(id));
	const removals = missing
		.filter(([id]) => lookedUp.get(id) === 'absent')
		.map(([, previous]) => ({ kind: 'removed', previous, entry: undefined }) as const);
	// The next poll begins with those that this one didn't reach.
	const unconfirmedRemovals = missing
		.filter(([id]) => lookedUp.get(id) !== 'absent')
		.sort(([id], [otherId]) => Number(lookedUp.has(id)) - Number(lookedUp.has(otherId)));
	const kept = unconfirmedRemovals.slice(0, Math.max(0, MAX_REMEMBERED - present.size));
	const isCut = kept.length < unconfirmedRemovals.length;
	const known = [...present.values()].map((entry) => [entry.id, update(entry, entries)] as const);
	return {
		changes: before
			? [...[...present.values()].flatMap((entry) => changeOf(before, entry)), ...removals]
			: [],
		nextMemory: {
			entries: new Map([...kept, ...known]),
			isWhole: !isCut && (isWhole || listed.isComplete),
			firstPollAt: isCut ? listed.time : firstPollAt,
		},
	};
}

function changeOf(before: Memory, entry: Entry): Change[] {
	const { id, remembered } = entry;
	const previous = before.entries.get(id);
	if (previous === undefined) return isNew(before, entry) ? [{ kind: 'added', previous, entry }] : [];
	const isKnown = Boolean(previous.status) && Boolean(remembered.status);
	return isKnown && previous.status !== remembered.status ? [{ kind: 'changed', previous, entry }] : [];
}

/** Huawei Cloud's times have no milliseconds. */
function isNew({ isWhole, firstPollAt }: Memory, { time }: Entry): boolean {
	return isWhole || (time !== undefined && time >= Math.floor(firstPollAt / 1000) * 1000);
}

/** An unknown status doesn't count as a change. */
function update({ id, remembered }: Entry, before: Memory['entries']): Remembered {
	const { status } = before.get(id) ?? {};
	return remembered.status === '' && status !== undefined ? { ...remembered, status } : remembered;
}
