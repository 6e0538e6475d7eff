import type { INodeProperties } from 'n8n-workflow';

import type { ItemParameters } from '../../shared/parameters';
import { readWholeNumber } from '../../shared/readers';

/** How many entries of a list to return. */
export const LIMIT_FIELDS: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/**
 * The maximum number of entries to return.
 * @returns undefined: all of them
 * @throws InputError when Return All or Limit can't be read
 */
export function readLimit(parameters: ItemParameters): number | undefined {
	if (parameters.flag('returnAll', 'Return All')) return undefined;
	return readWholeNumber('Limit', parameters.getIfShown('limit'), 1, Number.MAX_SAFE_INTEGER);
}

/** The hint beside the output when a list may be incomplete. */
export function incompleteNote(isComplete: boolean, entries: string): string | undefined {
	return isComplete
		? undefined
		: `The list may be incomplete: Huawei Cloud returned fewer ${entries} than it reported, stopped at 10,000, returned some without an ID, or ${entries} changed during the listing.`;
}
