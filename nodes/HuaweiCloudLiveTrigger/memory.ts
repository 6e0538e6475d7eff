/** How n8n keeps a memory from poll to poll: as one flat list of texts, which takes the least space in its database. */

import type { IDataObject } from 'n8n-workflow';

import { MAX_REMEMBERED, type Memory, type Remembered } from './changes';

/** Increase this when the fields below change. Data in another format is ignored. */
const FORMAT = 4;

/** The fields that a memory holds of each entry. */
export interface Columns {
	keys: readonly string[];
	/** Further fields; a `status` is compared from poll to poll. */
	details: readonly string[];
}

/** The ID of a remembered entry: the values of its key fields. */
export function idOf({ keys }: Columns, remembered: Remembered): string {
	return JSON.stringify(keys.map((name) => remembered[name]));
}

/** The memory of the watched list in a node's static data, or undefined. Others can write there, so all of it is checked. */
export function recall(staticData: IDataObject, watched: string, columns: Columns): Memory | undefined {
	const { format, scope, isWhole, since: firstPollAt, remembered } = staticData;
	if (format !== FORMAT || scope !== watched || typeof isWhole !== 'boolean') return undefined;
	if (typeof firstPollAt !== 'number' || !Number.isSafeInteger(firstPollAt)) return undefined;
	const entries = readEntries(remembered, columns);
	return entries && { entries, isWhole, firstPollAt };
}

function readEntries(stored: unknown, columns: Columns): Map<string, Remembered> | undefined {
	const names = [...columns.keys, ...columns.details];
	const width = names.length;
	if (!Array.isArray(stored) || stored.length % width !== 0) return undefined;
	if (stored.length > MAX_REMEMBERED * width) return undefined;
	const texts: unknown[] = stored;
	if (!texts.every((text) => typeof text === 'string')) return undefined;
	const entries = new Map<string, Remembered>();
	for (let start = 0; start < texts.length; start += width) {
		const remembered = Object.fromEntries(names.map((name, index) => [name, texts[start + index] ?? '']));
		if (columns.keys.some((name) => remembered[name] === '')) return undefined;
		entries.set(idOf(columns, remembered), remembered);
	}
	return entries;
}

/** Stores a memory in a node's static data, replacing the previous one. */
export function remember(staticData: IDataObject, watched: string, columns: Columns, memory: Memory): void {
	const { entries, isWhole, firstPollAt } = memory;
	const names = [...columns.keys, ...columns.details];
	const remembered = [...entries.values()].flatMap((entry) => names.map((name) => entry[name] ?? ''));
	Object.assign(staticData, { format: FORMAT, scope: watched, isWhole, since: firstPollAt, remembered });
}
