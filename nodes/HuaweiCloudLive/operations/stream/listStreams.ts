import type { Stream, Streams } from '../../../../huawei-cloud/live/streams';
import { toListedItem } from '../../output/items';
import { incompleteNote, readLimit } from '../lists';
import type { OperationResult } from '../operation';
import type { ItemParameters } from '../../../shared/parameters';
import { readStreamFilter } from '../../input/stream';

/**
 * Lists streams for one input item.
 * @param shape which fields of a stream its item has
 * @throws InputError when a parameter of the item can't be sent
 */
export async function listStreams(
	parameters: ItemParameters,
	list: Streams['listOnline'],
	shape: (stream: Stream) => Readonly<Record<string, unknown>>,
): Promise<OperationResult> {
	const filter = readStreamFilter(parameters);
	const outcome = await list(filter, readLimit(parameters), parameters.settings());
	if (outcome.kind !== 'success') return { outcome, sent: { ...filter } };
	const items = outcome.entries.map((stream) => toListedItem(shape(stream)));
	return { outcome, items, note: incompleteNote(outcome.isComplete, 'streams') };
}
