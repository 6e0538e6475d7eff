import { textField } from '../../../shared/field';
import {
	APP_NAME,
	DOMAIN,
	readSimplify,
	SIMPLE_STREAM_FIELDS,
	SIMPLIFY,
	STREAM_NAME,
} from '../../../shared/fields';
import { readAppName, readStreamName } from '../../../shared/identifiers';
import type { Fields } from '../../../shared/objects';
import { optional } from '../../../shared/readers';
import { LIMIT_FIELDS, listResult, readLimit } from '../lists';
import type { Operation } from '../operation';

const appFilter = textField({
	...APP_NAME,
	description: 'Only streams of this app. Leave empty for all.',
	read: optional(readAppName),
});

const streamFilter = textField({
	...STREAM_NAME,
	description: 'Only streams with this name. Leave empty for all.',
	read: optional(readStreamName),
});

const LIST_FIELDS = [DOMAIN, appFilter, streamFilter, ...LIMIT_FIELDS];

/** A list of one domain's streams: online, or forbidden ones. */
export function listStreams(list: 'listOnline' | 'listForbidden', option: Operation['option']): Operation {
	const hasMore = list === 'listOnline';
	return {
		option,
		form: hasMore ? [...LIST_FIELDS, SIMPLIFY] : LIST_FIELDS,
		call: list,
		async run(parameters, { streams }, options) {
			const simplify = hasMore ? readSimplify(parameters, SIMPLE_STREAM_FIELDS) : (stream: Fields) => stream;
			const filter = {
				domain: parameters.read(DOMAIN),
				app_name: parameters.read(appFilter),
				stream_name: parameters.read(streamFilter),
			};
			const outcome = await streams[list](filter, readLimit(parameters), options);
			return { ...listResult(outcome, simplify, 'streams'), sent: { ...filter } };
		},
	};
}
