/**
 * The fields that identify streams, as a person or an expression entered them, checked against the ranges in the API
 * reference of Huawei Cloud Live.
 */

import type { StreamFilter, StreamRef } from '../../../huawei-cloud/live/streams';
import { readTimeOrDuration } from '../../shared/duration';
import { InputError } from '../../shared/inputError';
import {
	exact,
	MAX_APP_LENGTH,
	MAX_STREAM_LENGTH,
	readAppName,
	readDomain,
	readStreamName,
} from '../../shared/identifiers';
import type { ItemParameters } from '../../shared/parameters';
import { apiTime, emptyExpression, optionalText } from '../../shared/readers';

const DEFAULT_BAN_DAYS = 7;
const MAX_BAN_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Reads the fields that identify one stream.
 * @throws InputError naming the parameter that can't be sent
 */
export function readStreamRef(parameters: ItemParameters): StreamRef {
	return {
		domain: parameters.read('domain', readDomain),
		app_name: parameters.read('appName', readAppName),
		stream_name: parameters.read('streamName', readStreamName),
	};
}

/**
 * Reads which streams to list.
 * @throws InputError naming the parameter that can't be sent, or whose expression returns nothing
 */
export function readStreamFilter(parameters: ItemParameters): StreamFilter {
	return {
		domain: parameters.read('domain', readDomain),
		app_name: readFilter(parameters, 'appName', MAX_APP_LENGTH),
		stream_name: readFilter(parameters, 'streamName', MAX_STREAM_LENGTH),
	};
}

/** If left blank, all streams pass; an expression that returns nothing must not have that effect. */
function readFilter(parameters: ItemParameters, name: string, maxLength: number): string | undefined {
	return parameters.read(name, (label, value) => {
		const text = exact(optionalText(maxLength))(label, value);
		if (text === undefined && parameters.isExpression(name)) throw emptyExpression(label);
		return text;
	});
}

/**
 * Reads when a stream is allowed again. The default is the API's own; it is sent so that the item can say when that is.
 * @param now milliseconds since the epoch
 * @throws InputError when it can't be read, is not in the future, or more than 90 days away
 */
export function readResumeTime(parameters: ItemParameters, now: number): string {
	const options = parameters.collection('options');
	const entered = readTimeOrDuration(options, ['resumeTime', 'resumeAfter'], now, parameters.time);
	const { label, time } = entered ?? { label: 'Resume Time', time: now + DEFAULT_BAN_DAYS * DAY_MS };
	if (time <= now) {
		throw new InputError(`The ${label} is not in the future.`, 'Set a later time.');
	}
	if (time > now + MAX_BAN_DAYS * DAY_MS) {
		throw new InputError(`The ${label} is more than ${MAX_BAN_DAYS} days away.`, 'Set an earlier time.');
	}
	return apiTime(time);
}
