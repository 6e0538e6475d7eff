import type { StreamFilter, StreamRef } from '../../../huawei-cloud/live/streams';
import { InputError } from '../inputError';
import type { ItemParameters } from '../parameters';
import { apiTime, cameToNothing, readNeeded, readOptional, readTime, type LocalTimeReader } from '../readers';

/**
 * What names streams, read from what a person or an expression entered, and checked against the ranges in the API
 * reference of Huawei Cloud Live.
 */

const LONGEST_DOMAIN = 255;
export const MAX_APP_LENGTH = 128;
export const MAX_STREAM_LENGTH = 512;
const LONGEST_BAN_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Reads what names one stream.
 * @throws InputError naming the parameter that can't be sent
 */
export function readStreamRef(parameters: ItemParameters): StreamRef {
	const streamHint = 'Enter the name of the stream, or map a field that holds it, such as stream_name.';
	const appHint = 'Enter the name of the app, or map a field that holds it, such as app_name.';
	return {
		domain: readDomain(parameters.get('domain')),
		app_name: exact('App Name', readNeeded('App Name', parameters.get('appName'), MAX_APP_LENGTH, appHint)),
		stream_name: exact(
			'Stream Name',
			readNeeded('Stream Name', parameters.get('streamName'), MAX_STREAM_LENGTH, streamHint),
		),
	};
}

/**
 * Reads which streams to list.
 * @throws InputError naming the parameter that can't be sent, or whose expression returns nothing
 */
export function readStreamFilter(parameters: ItemParameters): StreamFilter {
	return {
		domain: readDomain(parameters.get('domain')),
		app_name: readFilter(parameters, 'appName', 'App Name', MAX_APP_LENGTH),
		stream_name: readFilter(parameters, 'streamName', 'Stream Name', MAX_STREAM_LENGTH),
	};
}

/** Left empty, it lets all streams through; an expression that happens to be empty must not. */
function readFilter(
	parameters: ItemParameters,
	name: string,
	label: string,
	longest: number,
): string | undefined {
	const text = readOptional(label, parameters.get(name), longest);
	if (text === undefined && parameters.isExpression(name)) throw cameToNothing(label);
	return text === undefined ? undefined : exact(label, text);
}

/**
 * The API knows no wildcards: it refuses `*` as the name of a stream, and what it does with `a*` is not documented.
 * @throws InputError for a name that is meant for several
 */
export function exact(label: string, name: string): string {
	if (!name.includes('*')) return name;
	throw new InputError(
		`The ${label} contains *, and Huawei Cloud has no wildcards.`,
		'Enter the exact name. To work on several streams, list them with Get Many and map their names.',
	);
}

/**
 * Reads the name of an ingest domain.
 * @throws InputError when it can't be one
 */
export function readDomain(value: unknown): string {
	const hint = 'Choose an ingest domain from the list, or map a field that holds one, such as domain.';
	return exact('Domain', readNeeded('Domain', value, LONGEST_DOMAIN, hint));
}

/**
 * Reads when a stream may be pushed again.
 * @param now milliseconds since the epoch
 * @returns as the API has it; undefined when it is not given
 * @throws InputError when it is not a time, not in the future, or more than 90 days away
 */
export function readResumeTime(
	value: unknown,
	now: number,
	readLocalTime: LocalTimeReader,
): string | undefined {
	const time = readTime('Resume Time', value, readLocalTime);
	if (time === undefined) return undefined;
	if (time <= now) {
		throw new InputError('The Resume Time is not in the future.', 'Set a later time.');
	}
	if (time > now + LONGEST_BAN_DAYS * DAY_MS) {
		throw new InputError(
			`The Resume Time is more than ${LONGEST_BAN_DAYS} days away.`,
			'Set an earlier time.',
		);
	}
	return apiTime(time);
}
