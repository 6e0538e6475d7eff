import type { CallSettings } from '../../../../huawei-cloud/call/apiCall';
import type { Outcome } from '../../../../huawei-cloud/call/outcome';
import type { StreamRef, Streams } from '../../../../huawei-cloud/live/streams';
import { textField } from '../../../shared/field';
import { APP_NAME, DOMAIN, STREAM_NAME } from '../../../shared/fields';
import { readAppName, readStreamName } from '../../../shared/identifiers';
import type { ItemParameters } from '../../../shared/parameters';
import { readSettings } from '../../input/options';
import type { Operation } from '../operation';

const appName = textField({
	...APP_NAME,
	required: true,
	description: 'The part of the push URL between the domain and the stream name',
	read: readAppName,
});

const streamName = textField({
	...STREAM_NAME,
	required: true,
	description: 'The last part of the push URL, without its arguments',
	read: readStreamName,
});

/** The fields that identify a stream. */
export const STREAM_FIELDS = [DOMAIN, appName, streamName].map(({ property }) => property);

/** @throws InputError naming the parameter that can't be sent */
export function readStreamRef(parameters: ItemParameters): StreamRef {
	return {
		domain: parameters.read(DOMAIN),
		app_name: parameters.read(appName),
		stream_name: parameters.read(streamName),
	};
}

/** An operation on one stream. */
export function onStream(
	option: Operation['option'],
	{ idempotent }: { idempotent: boolean },
	send: (streams: Streams, stream: StreamRef, settings: CallSettings) => Promise<Outcome>,
): Operation {
	return {
		option,
		properties: STREAM_FIELDS,
		idempotent,
		async run(parameters, { streams }) {
			const stream = readStreamRef(parameters);
			return { outcome: await send(streams, stream, readSettings(parameters)), sent: { ...stream } };
		},
	};
}
