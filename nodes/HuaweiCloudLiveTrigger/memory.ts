import type { IDataObject } from 'n8n-workflow';

import { MAX_REMEMBERED, type Memory, type Remembered } from './changes';

/** How n8n keeps a memory from poll to poll: as one flat list of texts, which takes the least room in its database. */

/** Changes with the fields below. Data of another version is ignored. */
const FORMAT = 2;

/** How the entries of a memory are read. */
export interface MemoryFormat {
	/** Identifies the list that is watched. The memory of another list is of no use. */
	scope: string;
	/** Number of details of each entry. */
	details: number;
	isId(text: string): boolean;
}

/**
 * The memory in a node's static data. Others can write there too, so it is read like data from outside.
 * @returns undefined when there is none that can be read
 */
export function recall(staticData: IDataObject, format: MemoryFormat): Memory | undefined {
	const { format: version, scope, isWhole, since, remembered } = staticData;
	if (version !== FORMAT || scope !== format.scope || typeof isWhole !== 'boolean') return undefined;
	if (typeof since !== 'number' || !Number.isSafeInteger(since)) return undefined;
	const entries = readEntries(remembered, format);
	return entries && { entries, isWhole, since };
}

function readEntries(
	remembered: unknown,
	{ details, isId }: MemoryFormat,
): Map<string, Remembered> | undefined {
	const width = 2 + details;
	if (!Array.isArray(remembered) || remembered.length % width !== 0) return undefined;
	if (remembered.length > MAX_REMEMBERED * width) return undefined;
	const texts = remembered.filter((one) => typeof one === 'string');
	if (texts.length < remembered.length) return undefined;
	const entries = new Map<string, Remembered>();
	for (let index = 0; index < texts.length; index += width) {
		const [id = '', value = '', ...rest] = texts.slice(index, index + width);
		if (!isId(id)) return undefined;
		entries.set(id, { value, details: rest });
	}
	return entries;
}

/** Stores a memory in a node's static data, in place of the one before. */
export function remember(staticData: IDataObject, { scope }: MemoryFormat, memory: Memory): void {
	const { entries, isWhole, since } = memory;
	const remembered = [...entries].flatMap(([id, { value, details }]) => [id, value, ...details]);
	Object.assign(staticData, { format: FORMAT, scope, isWhole, since, remembered });
}
