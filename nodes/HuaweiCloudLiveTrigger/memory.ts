import type { IDataObject } from 'n8n-workflow';

import type { Memory } from './changes';

/** How n8n keeps a memory from poll to poll: as IDs and values in turn, which takes the least room in its database. */

/** Changes with the fields below. What another version wrote is not read. */
const FORMAT = 1;

/**
 * The memory in a node's static data. Others can write there too, so it is read as what comes from outside.
 * @param scope what is watched; the memory of anything else is of no use
 * @param isId whether a text can be the ID of what is watched
 * @returns undefined when there is none that can be read
 */
export function recall(
	staticData: IDataObject,
	ofScope: string,
	isId: (id: string) => boolean,
): Memory | undefined {
	const { format, scope, remembered, doubtful, surplus, surplusBefore, isPartial } = staticData;
	if (format !== FORMAT || scope !== ofScope || typeof isPartial !== 'boolean') return undefined;
	if (!isCount(doubtful) || !isCount(surplusBefore) || (surplus !== null && !isCount(surplus)))
		return undefined;
	const entries = readEntries(remembered, isId);
	return entries && { entries, doubtful, surplus: surplus ?? undefined, surplusBefore, isPartial };
}

function readEntries(remembered: unknown, isId: (id: string) => boolean): Map<string, string> | undefined {
	if (!Array.isArray(remembered) || remembered.length % 2 !== 0) return undefined;
	const entries = new Map<string, string>();
	for (let index = 0; index < remembered.length; index += 2) {
		const id: unknown = remembered[index];
		const value: unknown = remembered[index + 1];
		if (typeof id !== 'string' || typeof value !== 'string' || !isId(id)) return undefined;
		entries.set(id, value);
	}
	return entries;
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Puts a memory into a node's static data, in place of the one before. */
export function remember(staticData: IDataObject, scope: string, memory: Memory): void {
	const { entries, surplus = null, ...rest } = memory;
	Object.assign(staticData, { format: FORMAT, scope, remembered: [...entries].flat(), surplus, ...rest });
}
