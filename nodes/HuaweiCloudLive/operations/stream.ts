import type { CallSettings } from '../../../huawei-cloud/call/apiCall';
import type { Outcome } from '../../../huawei-cloud/call/outcome';
import { CALLS } from '../../../huawei-cloud/live/calls';
import type { StreamFilter, StreamRef, Streams } from '../../../huawei-cloud/live/streams';
import { systemClock } from '../../../n8n/clock';
import { timeOrDuration } from '../../shared/duration';
import { textField, type Field } from '../../shared/field';
import { APP_NAME, DOMAIN, STREAM_NAME } from '../../shared/fields';
import {
	exact,
	MAX_APP_LENGTH,
	MAX_STREAM_LENGTH,
	readAppName,
	readStreamName,
} from '../../shared/identifiers';
import { InputError } from '../../shared/inputError';
import type { Fields } from '../../shared/objects';
import type { ItemParameters } from '../../shared/parameters';
import { readSimplify, SIMPLE_STREAM_FIELDS, SIMPLIFY } from '../../shared/simplify';
import { apiTime, emptyExpression, optionalText } from '../../shared/readers';
import { OPTIONS, readSettings } from '../input/options';
import { toListedItem } from '../output/items';
import { incompleteNote, LIMIT_FIELDS, readLimit } from './lists';
import type { Operation, OperationResult } from './operation';

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

/** The fields that identify a stream. */
const STREAM_FIELDS = [DOMAIN, appName, streamName].map(({ property }) => property);

/** @throws InputError naming the parameter that can't be sent */
function readStreamRef(parameters: ItemParameters): StreamRef {
	return {
		domain: parameters.read(DOMAIN),
		app_name: parameters.read(appName),
		stream_name: parameters.read(streamName),
	};
}

/** An operation on one stream. */
function onStream(
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

export const disconnectStream = onStream(
	{
		name: 'Disconnect',
		value: 'disconnect',
		description: 'Disconnect a stream once; its encoder may reconnect at once',
		action: 'Disconnect stream',
	},
	CALLS.disconnect,
	async (streams, stream, settings) => await streams.disconnect(stream, settings),
);

export const resumeStream = onStream(
	{
		name: 'Resume',
		value: 'resume',
		description: 'Unblock a forbidden stream',
		action: 'Resume stream',
	},
	CALLS.resume,
	async (streams, stream, settings) => await streams.resume(stream, settings),
);

/** Takes a stream off air and blocks it until a given time. */
export const forbidStream: Operation = {
	option: {
		name: 'Forbid',
		value: 'forbid',
		description: 'Take a stream off air and block it, for 7 days by default',
		action: 'Forbid stream',
	},
	properties: [
		{
			displayName:
				'The stream is blocked for 7 days, unless you add Resume After or Resume Time under Options.',
			name: 'forbidNotice',
			type: 'notice',
			default: '',
		},
		...STREAM_FIELDS,
	],
	idempotent: CALLS.forbid.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		const resume_time = readResumeTime(parameters, systemClock.now());
		const outcome = await streams.forbid(stream, resume_time, readSettings(parameters));
		return { outcome, sent: { ...stream, ...(outcome.kind === 'success' && { resume_time }) } };
	},
};

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_BAN_DAYS = 7;
const MAX_BAN_DAYS = 90;

/**
 * Reads when a stream is allowed again. The default is the API's own; it is sent so that the item can say when that is.
 * @param now milliseconds since the epoch
 * @throws InputError when it can't be read, is not in the future, or more than 90 days away
 */
export function readResumeTime(parameters: ItemParameters, now: number): string {
	const options = parameters.collection(OPTIONS);
	const entered = timeOrDuration(
		['Resume Time', options.read('resumeTime')],
		['Resume After', options.read('resumeAfter')],
		now,
	);
	const { label, time } = entered ?? { label: 'Resume Time', time: now + DEFAULT_BAN_DAYS * DAY_MS };
	if (time <= now) {
		throw new InputError(`The ${label} is not in the future.`, 'Set a later time.');
	}
	if (time > now + MAX_BAN_DAYS * DAY_MS) {
		throw new InputError(`The ${label} is more than ${MAX_BAN_DAYS} days away.`, 'Set an earlier time.');
	}
	return apiTime(time);
}

/** If left blank, all streams pass; an expression that returns nothing must not have that effect. */
function readFilter(parameters: ItemParameters, field: Field<string | undefined>): string | undefined {
	const name = parameters.read(field);
	if (name === undefined && parameters.isExpression(field)) throw emptyExpression(field.property.displayName);
	return name;
}

const LIST_FIELDS = [...[DOMAIN, appFilter, streamFilter].map(({ property }) => property), ...LIMIT_FIELDS];

/** @throws InputError when a parameter of the item can't be sent */
async function listStreams(
	parameters: ItemParameters,
	list: Streams['listOnline'],
	shape: (stream: Fields) => Fields,
): Promise<OperationResult> {
	const filter: StreamFilter = {
		domain: parameters.read(DOMAIN),
		app_name: readFilter(parameters, appFilter),
		stream_name: readFilter(parameters, streamFilter),
	};
	const outcome = await list(filter, readLimit(parameters), readSettings(parameters));
	if (outcome.kind !== 'success') return { outcome, sent: { ...filter } };
	const items = outcome.entries.map((stream) => toListedItem(shape(stream)));
	return { outcome, items, note: incompleteNote(outcome.isComplete, 'streams') };
}

export const getManyStreams: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List the online streams of a domain, one item per stream',
		action: 'Get many online streams',
	},
	properties: [...LIST_FIELDS, SIMPLIFY.property],
	idempotent: CALLS.listOnline.idempotent,
	async run(parameters, { streams }) {
		const simplify = readSimplify(parameters, SIMPLE_STREAM_FIELDS);
		return await listStreams(parameters, async (...query) => await streams.listOnline(...query), simplify);
	},
};

export const getManyForbiddenStreams: Operation = {
	option: {
		name: 'Get Many Forbidden',
		value: 'getAllForbidden',
		description: 'List the forbidden streams of a domain and when each is allowed again, one item per stream',
		action: 'Get many forbidden streams',
	},
	properties: LIST_FIELDS,
	idempotent: CALLS.listForbidden.idempotent,
	async run(parameters, { streams }) {
		const asListed = (stream: Fields) => stream;
		return await listStreams(parameters, async (...query) => await streams.listForbidden(...query), asListed);
	},
};
