import { textField } from '../../../shared/field';
import {
	APP_NAME,
	DOMAIN,
	readSimplify,
	SIMPLE_STREAM_FIELDS,
	SIMPLIFY,
	STREAM_NAME,
} from '../../../shared/fields';
import { exact, MAX_APP_LENGTH, MAX_STREAM_LENGTH } from '../../../shared/identifiers';
import type { Fields } from '../../../shared/objects';
import { optionalText } from '../../../shared/readers';
import { toListedItem } from '../../output/items';
import { incompleteNote, LIMIT_FIELDS, readLimit } from '../lists';
import type { Operation } from '../operation';

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

const LIST_FIELDS = [...[DOMAIN, appFilter, streamFilter].map(({ property }) => property), ...LIMIT_FIELDS];

/** A list of one domain's streams: online, or forbidden ones. */
export function listStreams(list: 'listOnline' | 'listForbidden', option: Operation['option']): Operation {
	const hasMore = list === 'listOnline';
	return {
		option,
		properties: hasMore ? [...LIST_FIELDS, SIMPLIFY.property] : LIST_FIELDS,
		call: list,
		async run(parameters, { streams }, options) {
			const simplify = hasMore ? readSimplify(parameters, SIMPLE_STREAM_FIELDS) : (stream: Fields) => stream;
			const filter = {
				domain: parameters.read(DOMAIN),
				app_name: parameters.read(appFilter),
				stream_name: parameters.read(streamFilter),
			};
			const outcome = await streams[list](filter, readLimit(parameters), options);
			if (outcome.kind !== 'success') return { outcome, sent: { ...filter } };
			const items = outcome.entries.map((stream) => toListedItem(simplify(stream)));
			return { outcome, items, note: incompleteNote(outcome.isComplete, 'streams') };
		},
	};
}
