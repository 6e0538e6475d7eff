import type { ListOutcome } from '../../../huawei-cloud/live/list';
import { flagField, numberField } from '../../shared/field';
import type { Fields } from '../../shared/objects';
import type { ItemParameters } from '../../shared/parameters';
import { toListedItem } from '../output/items';
import type { OperationResult } from './operation';

const returnAll = flagField({
	displayName: 'Return All',
	name: 'returnAll',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
});

const limit = numberField({
	displayName: 'Limit',
	name: 'limit',
	default: 50,
	min: 1,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
});

export const LIMIT_FIELDS = [returnAll, limit];

/** The maximum number of entries to return, undefined for all. Throws an InputError when it can't be read. */
export function readLimit(parameters: ItemParameters): number | undefined {
	return parameters.read(returnAll) ? undefined : parameters.read(limit);
}

/** One item for each entry of a list, and a hint beside the output if the list may be incomplete. */
export function listResult(
	outcome: ListOutcome<Fields>,
	simplify: (fields: Fields) => Fields,
	entries: string,
): OperationResult {
	if (outcome.kind !== 'success') return { outcome };
	const items = outcome.entries.map((entry) => toListedItem(simplify(entry)));
	const note = outcome.isComplete
		? undefined
		: `The list may be incomplete: Huawei Cloud returned fewer ${entries} than it reported, stopped at 10,000 or returned ${entries} without an ID, or ${entries} were added or deleted during the listing.`;
	return { outcome, items, note };
}
