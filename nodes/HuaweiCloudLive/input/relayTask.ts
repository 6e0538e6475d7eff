import {
	CALLBACK_EVENTS,
	LIVE_RELAY,
	VOD_REFRESH_TYPES,
	VOD_RELAY,
	type Destination,
	type NewRelayTask,
	type RelayTaskChanges,
} from '../../../huawei-cloud/live/relayTasks';
import { readTimeOrDuration } from '../../shared/duration';
import { InputError } from '../../shared/inputError';
import {
	apiTime,
	cameToNothing,
	isNothing,
	readChoice,
	readDomainName,
	readOptional,
	readText,
	readTime,
	readUrl,
	readWholeNumber,
	type LocalTimeReader,
} from '../../shared/readers';
import { readTaskRegion } from './taskRegion';

/**
 * The fields of a relay task, read from what a person or an expression entered, and checked against the ranges in the
 * API reference of Huawei Cloud Live. The API itself rejects any mistake with the same "Request Illegal".
 */

type Fields = Readonly<Record<string, unknown>>;

/** Events that only tasks with files as sources have. */
const VOD_EVENTS: readonly string[] = ['VodSourceFileStart', 'VodSourceFileFinish', 'ResetTaskConfig'];

/** The source type in the words of the form, with the value that an expression has to give. */
const VIDEO_FILES = `Video Files (${VOD_RELAY})`;

const MAX_ARGUMENTS_LENGTH = 2048;
const MAX_SOURCES = 30;
const MAX_NUMBER = 2_147_483_647;
const WEEK_MS = 7 * 24 * 60 * 60_000;

/** The input for a new task, by the names of the node's parameters. */
export interface NewTaskInput {
	sourceType: unknown;
	sourceUrls: unknown;
	region: unknown;
	destination: unknown;
	destinationUrl: unknown;
	domain: unknown;
	appName: unknown;
	streamName: unknown;
	/** Optional fields: the API's names in camel case. */
	additionalFields: Fields;
}

/**
 * Reads a new task.
 * @param now milliseconds since the epoch; the start of a task when none is given
 * @returns the request
 * @throws InputError naming the field that can't be sent
 */
export function readNewTask(input: NewTaskInput, now: number, readLocalTime: LocalTimeReader): NewRelayTask {
	const sourceType = readChoice('Source Type', input.sourceType, [LIVE_RELAY, VOD_RELAY]);
	if (sourceType === undefined) {
		throw new InputError(
			'The Source Type is missing.',
			`Choose Live Stream (${LIVE_RELAY}) or ${VIDEO_FILES}.`,
		);
	}
	const sourceUrls = readUrls('Source URLs', input.sourceUrls);
	if (sourceUrls.length === 0) {
		throw new InputError('The Source URLs are empty.', 'Enter at least one URL to pull from, one per line.');
	}
	if (sourceType === LIVE_RELAY && sourceUrls.length > 1) {
		throw new InputError(
			`There are ${sourceUrls.length} Source URLs, but a live stream needs exactly one.`,
			`Enter one URL, or choose the Source Type ${VIDEO_FILES}.`,
		);
	}
	const extra = input.additionalFields;
	if (sourceType === LIVE_RELAY) rejectVodFields(extra);
	const events = readEvents(extra.callbackEvents);
	if (sourceType === LIVE_RELAY) rejectVodEvents(events ?? []);
	const schedule = readSchedule(extra, now, now, readLocalTime);
	return {
		source_type: sourceType,
		source_urls: sourceUrls,
		region: readTaskRegion(input.region),
		...readDestination(input),
		push_args: readText('Push Arguments', extra.pushArgs, MAX_ARGUMENTS_LENGTH),
		...schedule,
		...readVodFields(extra, sourceUrls.length),
		...readBackup(extra),
		callback_events: events,
		callback_url: readUrl('Callback URL', extra.callbackUrl),
	};
}

/**
 * Reads the fields of a task to change.
 * @param fields the API's names in camel case
 * @param now milliseconds since the epoch
 * @returns the request
 * @throws InputError naming the field that can't be sent, or when there is none
 */
export function readTaskChanges(
	fields: Fields,
	now: number,
	readLocalTime: LocalTimeReader,
): RelayTaskChanges {
	const sourceUrls = fields.sourceUrls === undefined ? undefined : readUrls('Source URLs', fields.sourceUrls);
	if (sourceUrls?.length === 0)
		throw new InputError('The Source URLs are empty.', 'Enter at least one URL, one per line.');
	const changes = {
		status: readChoice('Status', fields.status, ['pause', 'enable']),
		source_urls: sourceUrls,
		...readVodFields(fields, sourceUrls?.length ?? Infinity),
		...readSchedule(fields, now, undefined, readLocalTime),
		callback_events: readEvents(fields.callbackEvents),
	};
	if (Object.values(changes).every((value) => value === undefined)) {
		throw new InputError('There is nothing to update.', 'Add at least one field under Update Fields.');
	}
	return changes;
}

function readSchedule(
	fields: Fields,
	now: number,
	startByDefault: number | undefined,
	readLocalTime: LocalTimeReader,
): Pick<NewRelayTask, 'start_time' | 'end_time'> {
	const start = readTime('Start Time', fields.startTime, readLocalTime);
	const end = readTimeOrDuration(
		{ label: 'End Time', value: fields.endTime },
		{ label: 'End After', value: fields.endAfter },
		start ?? now,
		readLocalTime,
	);
	if (end) checkEnd(end, start, now, startByDefault);
	return {
		start_time: start === undefined ? undefined : apiTime(start),
		end_time: end && apiTime(end.time),
	};
}

function checkEnd(
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

function readDestination({
	destination,
	destinationUrl,
	domain,
	appName,
	streamName,
}: NewTaskInput): Destination {
	if (destination === 'url') {
		const hint = 'Enter the URL to push to.';
		const url = readUrl('Destination URL', destinationUrl);
		if (url === undefined) throw new InputError('The Destination URL is empty.', hint);
		return { destination_url: url };
	}
	if (destination !== 'domain') {
		throw new InputError('The Destination is neither a URL nor a domain.', 'Choose one of the two.');
	}
	const hint = 'Enter the ingest domain, or choose a Destination URL.';
	return {
		domain: readDomainName(domain, hint),
		app_name: readOptional('App Name', appName, 128),
		stream_name: readOptional('Stream Name', streamName, 512),
	};
}

/** Fields that only tasks with files as sources have, with their names in the form. */
const VOD_FIELDS = {
	vodLoopTime: 'VOD Loop Time',
	vodRefreshType: 'VOD Refresh Type',
	vodStartVideoIndex: 'VOD Start Video Index',
	vodStartVideoTime: 'VOD Start Video Time',
	backupSourceUrls: 'Backup Source URLs',
} as const;

function rejectVodFields(fields: Fields): void {
	for (const [name, label] of Object.entries(VOD_FIELDS)) {
		if (isNothing(fields[name]) || fields[name] === '') continue;
		throw new InputError(
			`The ${label} is only for tasks with the Source Type ${VIDEO_FILES}.`,
			'Remove the field, or change the Source Type.',
		);
	}
}

function rejectVodEvents(events: readonly string[]): void {
	const event = events.find((one) => VOD_EVENTS.includes(one));
	if (event === undefined) return;
	throw new InputError(
		`The callback event ${event} is only for tasks with the Source Type ${VIDEO_FILES}.`,
		'Remove the event, or change the Source Type.',
	);
}

function readVodFields(fields: Fields, sources: number) {
	const loopTime = typeof fields.vodLoopTime === 'number' ? String(fields.vodLoopTime) : fields.vodLoopTime;
	const rounds = readText(VOD_FIELDS.vodLoopTime, loopTime, 10);
	if (rounds !== undefined && !/^(-1|[1-9]\d*)$/.test(rounds)) {
		throw new InputError(
			`The ${VOD_FIELDS.vodLoopTime} must be a whole number of 1 or more, or -1.`,
			'Enter a whole number of 1 or more, or -1 to repeat until the End Time.',
		);
	}
	const index = readCount(VOD_FIELDS.vodStartVideoIndex, fields.vodStartVideoIndex);
	if (index !== undefined && index >= sources) {
		throw new InputError(
			`The ${VOD_FIELDS.vodStartVideoIndex} is beyond the end of the list.`,
			`It counts from 0, and there are ${sources} Source URLs.`,
		);
	}
	return {
		vod_loop_time: rounds,
		vod_refresh_type: readChoice(VOD_FIELDS.vodRefreshType, fields.vodRefreshType, VOD_REFRESH_TYPES),
		vod_start_video_index: index,
		vod_start_video_time: readCount(VOD_FIELDS.vodStartVideoTime, fields.vodStartVideoTime),
	};
}

function readBackup(fields: Fields) {
	const urls = isNothing(fields.backupSourceUrls)
		? []
		: readUrls(VOD_FIELDS.backupSourceUrls, fields.backupSourceUrls);
	// There is one type of backup.
	return urls.length === 0
		? { backup_source_type: undefined, backup_source_urls: undefined }
		: ({ backup_source_type: LIVE_RELAY, backup_source_urls: urls } as const);
}

function readEvents(value: unknown): NewRelayTask['callback_events'] {
	if (isNothing(value) || value === '') return undefined;
	if (!Array.isArray(value)) {
		throw new InputError(
			'The Callback Events are not a list.',
			'Choose them from the list, or pass an array.',
		);
	}
	const events = value.map((event) => {
		const choice = readChoice('value in Callback Events', event, CALLBACK_EVENTS);
		if (choice === undefined) throw cameToNothing('list of Callback Events');
		return choice;
	});
	return events.length === 0 ? undefined : events;
}

/** URLs: a list, or text with one URL per line. A comma is part of a URL. */
function readUrls(label: string, value: unknown): string[] {
	if (isNothing(value)) return [];
	const given: unknown[] =
		typeof value === 'string' ? nonEmptyLines(value) : Array.isArray(value) ? value : [value];
	const urls = given.map((one) => {
		const url = readUrl(`URL in ${label}`, one);
		if (url === undefined)
			throw new InputError(`One of the ${label} is empty.`, 'Remove it, or correct the expression.');
		return url;
	});
	if (urls.length > MAX_SOURCES) {
		throw new InputError(
			`There are ${urls.length} ${label}, but at most ${MAX_SOURCES} are allowed.`,
			'Enter fewer.',
		);
	}
	return urls;
}

function nonEmptyLines(text: string): string[] {
	return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

function readCount(label: string, value: unknown): number | undefined {
	return isNothing(value) || value === '' ? undefined : readWholeNumber(label, value, 0, MAX_NUMBER);
}
