import type { IDataObject } from 'n8n-workflow';

import type { Memory } from './changes';

/** How n8n keeps a memory from poll to poll: as IDs and values in turn, which takes the least room in its database. */

/**
 * The memory in a node's static data.
 * @param scope what is watched; the memory of anything else is of no use
 * @returns undefined when there is none
 */
export function recall({ scope, remembered }: IDataObject, ofScope: string): Memory | undefined {
	if (scope !== ofScope || !Array.isArray(remembered)) return undefined;
	const memory = new Map<string, string>();
	for (let index = 0; index + 1 < remembered.length; index += 2) {
		memory.set(String(remembered[index]), String(remembered[index + 1]));
	}
	return memory;
}

/** Puts a memory into a node's static data, in place of the one before. */
export function remember(staticData: IDataObject, scope: string, memory: Memory): void {
	Object.assign(staticData, { scope, remembered: [...memory].flat() });
}
