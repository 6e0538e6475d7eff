import type { StreamFilter, Streams } from '../../../../huawei-cloud/live/streams';
import { textField } from '../../../shared/field';
import { APP_NAME, DOMAIN, STREAM_NAME } from '../../../shared/fields';
import { exact, MAX_APP_LENGTH, MAX_STREAM_LENGTH } from '../../../shared/identifiers';
import type { Fields } from '../../../shared/objects';
import type { ItemParameters } from '../../../shared/parameters';
import { optionalText } from '../../../shared/readers';
import { readSettings } from '../../input/options';
import { toListedItem } from '../../output/items';
import { incompleteNote, LIMIT_FIELDS, readLimit } from '../lists';
import type { OperationResult } from '../operation';

const appFilter = textField({
	...APP_NAME,
	description: 'Only streams of this app. Leave empty for all.',
	read: exact(optionalText(MAX_APP_LENGTH)),
});

const streamFilter = textField({
	...STREAM_NAME,
	description: 'Only streams with this name. Leave empty for all.',
	read: exact(optionalText(MAX_STREAM_LENGTH)),
});

export const LIST_FIELDS = [
	...[DOMAIN, appFilter, streamFilter].map(({ property }) => property),
	...LIMIT_FIELDS,
];

/** @throws InputError when a parameter of the item can't be sent */
export async function listStreams(
	parameters: ItemParameters,
	list: Streams['listOnline'],
	shape: (stream: Fields) => Fields,
): Promise<OperationResult> {
	const filter: StreamFilter = {
		domain: parameters.read(DOMAIN),
		app_name: parameters.read(appFilter),
		stream_name: parameters.read(streamFilter),
	};
	const outcome = await list(filter, readLimit(parameters), readSettings(parameters));
	if (outcome.kind !== 'success') return { outcome, sent: { ...filter } };
	const items = outcome.entries.map((stream) => toListedItem(shape(stream)));
	return { outcome, items, note: incompleteNote(outcome.isComplete, 'streams') };
}
