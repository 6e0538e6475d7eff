import type { StreamRef } from '../../../../huawei-cloud/live/streams';
import { textField } from '../../../shared/field';
import { APP_NAME, DOMAIN, STREAM_NAME } from '../../../shared/fields';
import { readAppName, readStreamName } from '../../../shared/identifiers';
import type { ItemParameters } from '../../../shared/parameters';
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

export const STREAM_FIELDS = [DOMAIN, appName, streamName];

/** @throws InputError naming the parameter that can't be sent */
export function readStreamRef(parameters: ItemParameters): StreamRef {
	return {
		domain: parameters.read(DOMAIN),
		app_name: parameters.read(appName),
		stream_name: parameters.read(streamName),
	};
}

/** An operation on one stream. */
export function onStream(call: 'disconnect' | 'resume', option: Operation['option']): Operation {
	return {
		option,
		form: STREAM_FIELDS,
		call,
		async run(parameters, { streams }, options) {
			const stream = readStreamRef(parameters);
			return { outcome: await streams[call](stream, options), sent: { ...stream } };
		},
	};
}
