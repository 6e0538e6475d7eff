/**
 * The fields of a relay task, read from what a person or an expression entered, and checked against the ranges in the
 * API reference of Huawei Cloud Live. The API itself rejects any mistake with the same "Request Illegal".
 */

import {
	CALLBACK_EVENTS,
	LIVE_RELAY,
	VOD_REFRESH_TYPES,
	VOD_RELAY,
	type Destination,
	type NewRelayTask,
	type RelayTaskChanges,
} from '../../../huawei-cloud/live/relayTasks';
import type { Collection } from '../../shared/collection';
import { readTimeOrDuration } from '../../shared/duration';
import { InputError } from '../../shared/inputError';
import type { ItemParameters } from '../../shared/parameters';
import {
	apiTime,
	domainName,
	oneOf,
	optionalText,
	readUrl,
	text,
	wholeNumber,
	type Reader,
} from '../../shared/readers';
import { MAX_APP_LENGTH, MAX_STREAM_LENGTH, readTaskRegion } from '../../shared/identifiers';

/** Fields that only tasks with files as sources have. Those of `description/taskFields.ts` are among them. */
const VOD_FIELDS = [
	'vodLoopTime',
	'vodRefreshType',
	'vodStartVideoIndex',
	'vodStartVideoTime',
	'backupSourceUrls',
];
/** Events that only such tasks have. */
const VOD_EVENTS: readonly string[] = ['VodSourceFileStart', 'VodSourceFileFinish', 'ResetTaskConfig'];

/** The source type in the words of the form, with the value that an expression has to give. */
const VIDEO_FILES = `Video Files (${VOD_RELAY})`;

const MAX_ARGUMENTS_LENGTH = 2048;
const MAX_SOURCES = 30;
const WEEK_MS = 7 * 24 * 60 * 60_000;

const readSourceType: Reader<NewRelayTask['source_type']> = oneOf([LIVE_RELAY, VOD_RELAY]);

/**
 * Reads a new task.
 * @param now milliseconds since the epoch; the start of a task when none is given
 * @throws InputError naming the field that can't be sent
 */
export function readNewTask(parameters: ItemParameters, now: number): NewRelayTask {
	const sourceType = parameters.read('sourceType', readSourceType);
	const sourceUrls = parameters.read('sourceUrls', readUrls);
	const extra = parameters.collection('additionalFields');
	const events = extra.read('callbackEvents', readEvents);
	if (sourceType === LIVE_RELAY) assertLiveRelay(sourceUrls, extra, events);
	const backups = extra.read('backupSourceUrls', readUrls);
	return {
		source_type: sourceType,
		source_urls: sourceUrls,
		region: parameters.collection('options').read('region', readTaskRegion),
		...readDestination(parameters),
		push_args: extra.read('pushArgs', text(MAX_ARGUMENTS_LENGTH)),
		...readSchedule(extra, now, now, parameters.time),
		...readVodFields(extra, sourceUrls.length),
		// There is one type of backup.
		backup_source_type: backups && LIVE_RELAY,
		backup_source_urls: backups,
		callback_events: events,
		callback_url: extra.read('callbackUrl', readUrl),
	};
}

/**
 * Reads the fields of a task to change.
 * @param now milliseconds since the epoch
 * @throws InputError naming the field that can't be sent, or when there is none
 */
export function readTaskChanges(parameters: ItemParameters, now: number): RelayTaskChanges {
	const fields = parameters.collection('updateFields');
	const sourceUrls = fields.read('sourceUrls', readUrls);
	const changes = {
		status: fields.read('status', oneOf(['pause', 'enable'])),
		source_urls: sourceUrls,
		...readVodFields(fields, sourceUrls?.length ?? Infinity),
		...readSchedule(fields, now, undefined, parameters.time),
		callback_events: fields.read('callbackEvents', readEvents),
	};
	if (Object.values(changes).every((value) => value === undefined)) {
		throw new InputError('There is nothing to update.', 'Add at least one field under Update Fields.');
	}
	return changes;
}

function readSchedule(
	fields: Collection,
	now: number,
	startByDefault: number | undefined,
	time: Reader<number>,
): Pick<NewRelayTask, 'start_time' | 'end_time'> {
	const start = fields.read('startTime', time);
	const end = readTimeOrDuration(fields, ['endTime', 'endAfter'], start ?? now, time);
	if (end) assertMayEnd(end, start, now, startByDefault);
	return {
		start_time: start === undefined ? undefined : apiTime(start),
		end_time: end && apiTime(end.time),
	};
}

function assertMayEnd(
	{ label, time }: { label: string; time: number },
	start: number | undefined,
	now: number,
	startByDefault: number | undefined,
): void {
	if (start !== undefined && time <= start) {
		throw new InputError(`The ${label} is not after the Start Time.`, `Set a later ${label}.`);
	}
	if (time <= now) throw new InputError(`The ${label} is not in the future.`, `Set a later ${label}.`);
	if (time - (start ?? startByDefault ?? time) > WEEK_MS) {
		throw new InputError(`The ${label} is more than 7 days after the start.`, `Set an earlier ${label}.`);
	}
}

function readDestination(parameters: ItemParameters): Destination {
	if (parameters.read('destination', oneOf(['url', 'domain'])) === 'url') {
		return { destination_url: parameters.read('destinationUrl', readUrl) };
	}
	const hint = 'Enter the ingest domain, or choose a Destination URL.';
	return {
		domain: parameters.read('domain', domainName(hint)),
		app_name: parameters.read('appName', optionalText(MAX_APP_LENGTH)),
		stream_name: parameters.read('streamName', optionalText(MAX_STREAM_LENGTH)),
	};
}

function assertLiveRelay(
	{ length }: readonly string[],
	fields: Collection,
	events: readonly string[] = [],
): void {
	if (length > 1) {
		throw new InputError(
			`There are ${length} Source URLs, but a live stream needs exactly one.`,
			`Enter one URL, or choose the Source Type ${VIDEO_FILES}.`,
		);
	}
	const field = VOD_FIELDS.find((name) => fields.has(name));
	const event = events.find((name) => VOD_EVENTS.includes(name));
	if (field === undefined && event === undefined) return;
	const subject = field === undefined ? `callback event ${event}` : fields.labelOf(field);
	throw new InputError(
		`The ${subject} is only for tasks with the Source Type ${VIDEO_FILES}.`,
		'Remove it, or change the Source Type.',
	);
}

const readCount = wholeNumber(0, 2_147_483_647);

function readVodFields(fields: Collection, sources: number) {
	return {
		vod_loop_time: fields.read('vodLoopTime', readRounds),
		vod_refresh_type: fields.read('vodRefreshType', oneOf(VOD_REFRESH_TYPES)),
		vod_start_video_index: fields.read('vodStartVideoIndex', (label, value) => {
			const index = readCount(label, value);
			if (index < sources) return index;
			throw new InputError(
				`The ${label} is beyond the end of the list.`,
				`It counts from 0, and there are ${sources} Source URLs.`,
			);
		}),
		vod_start_video_time: fields.read('vodStartVideoTime', readCount),
	};
}

function readRounds(label: string, value: unknown): string {
	const rounds = text(10)(label, typeof value === 'number' ? String(value) : value);
	if (/^(-1|[1-9]\d*)$/.test(rounds)) return rounds;
	throw new InputError(
		`The ${label} must be a whole number of 1 or more, or -1.`,
		'Enter a whole number of 1 or more, or -1 to repeat until the End Time.',
	);
}

function readEvents(label: string, value: unknown): Array<(typeof CALLBACK_EVENTS)[number]> {
	if (Array.isArray(value)) return value.map((event) => oneOf(CALLBACK_EVENTS)(`value in ${label}`, event));
	throw new InputError(`The ${label} are not a list.`, 'Choose them from the list, or pass an array.');
}

/** URLs: a list, or text with one URL per line. A comma is part of a URL. */
function readUrls(label: string, value: unknown): string[] {
	const urls: unknown[] =
		typeof value === 'string' ? nonEmptyLines(value) : Array.isArray(value) ? value : [value ?? ''];
	if (urls.length === 0)
		throw new InputError(`The ${label} are empty.`, 'Enter at least one URL, one per line.');
	if (urls.length <= MAX_SOURCES) return urls.map((url) => readUrl(`URL in ${label}`, url));
	throw new InputError(
		`There are ${urls.length} ${label}, but at most ${MAX_SOURCES} are allowed.`,
		'Enter fewer.',
	);
}

function nonEmptyLines(lines: string): string[] {
	return lines.split(/\r?\n/).filter((line) => line.trim() !== '');
}
