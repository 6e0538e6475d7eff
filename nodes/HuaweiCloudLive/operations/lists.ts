import type { INodeProperties } from 'n8n-workflow';

import type { Stream, Streams } from '../../../huawei-cloud/live/streams';
import type { Fields } from '../../shared/objects';
import type { ItemParameters } from '../../shared/parameters';
import { readFlag, wholeNumber } from '../../shared/readers';
import { readStreamFilter } from '../input/stream';
import { toListedItem } from '../output/items';
import type { OperationResult } from './operation';

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
	return parameters.read('returnAll', readFlag) ? undefined : parameters.read('limit', wholeNumber(1));
}

/** The hint beside the output when a list may be incomplete. */
export function incompleteNote(isComplete: boolean, entries: string): string | undefined {
	return isComplete
		? undefined
		: `The list may be incomplete: Huawei Cloud returned fewer ${entries} than it reported, stopped at 10,000, returned some without an ID, or ${entries} changed during the listing.`;
}

/**
 * Lists streams for one input item.
 * @param shape which fields of a stream its item has
 * @throws InputError when a parameter of the item can't be sent
 */
export async function listStreams(
	parameters: ItemParameters,
	list: Streams['listOnline'],
	shape: (stream: Stream) => Fields,
): Promise<OperationResult> {
	const filter = readStreamFilter(parameters);
	const outcome = await list(filter, readLimit(parameters), parameters.settings());
	if (outcome.kind !== 'success') return { outcome, sent: { ...filter } };
	const items = outcome.entries.map((stream) => toListedItem(shape(stream)));
	return { outcome, items, note: incompleteNote(outcome.isComplete, 'streams') };
}
