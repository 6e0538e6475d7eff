import { flagField, numberField } from '../../shared/field';
import type { ItemParameters } from '../../shared/parameters';

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

export const LIMIT_FIELDS = [returnAll.property, limit.property];

/** The maximum number of entries to return, undefined for all. Throws an InputError when it can't be read. */
export function readLimit(parameters: ItemParameters): number | undefined {
	return parameters.read(returnAll) ? undefined : parameters.read(limit);
}

/** The hint beside the output when a list may be incomplete. */
export function incompleteNote(isComplete: boolean, entries: string): string | undefined {
	return isComplete
		? undefined
		: `The list may be incomplete: Huawei Cloud returned fewer ${entries} than it reported, stopped at 10,000 or returned ${entries} without an ID, or ${entries} were added or deleted during the listing.`;
}
