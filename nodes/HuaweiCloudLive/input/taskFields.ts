/** Fields of relay tasks, with the ranges in the API reference of Huawei Cloud Live. */

import { futureTime, timeOrDuration } from '../../shared/duration';
import {
	choiceField,
	numberField,
	textField,
	timeField,
	type Field,
	type ValuesOf,
} from '../../shared/field';
import { readTaskId } from '../../shared/identifiers';
import { InputError, invalid } from '../../shared/inputError';
import { apiTime, checked, oneOf, readUrl, text } from '../../shared/readers';

export const TASK_ID: Field<string> = {
	property: {
		displayName: 'Task',
		name: 'taskId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The relay task. Choose one from the list, or map its ID from the input.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a relay task…',
				typeOptions: { searchListMethod: 'searchRelayTasks', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69',
				hint: 'The task_id that Huawei Cloud Live returned when the task was created',
			},
		],
	},
	read: readTaskId,
};

const MAX_URLS = 30;
/** Splitting a longer text could block n8n for seconds. */
const readUrlList = text(MAX_URLS * 2050);
const linesOf = (label: string, value: string) =>
	readUrlList(label, value)
		.split(/\r?\n/)
		.filter((line) => line.trim() !== '');

/** URLs: a list, or text with one URL per line. A comma is part of a URL. */
export function readUrls(label: string, value: unknown): string[] {
	const lines = typeof value === 'string' ? linesOf(label, value) : value;
	const urls: unknown[] = Array.isArray(lines) ? lines : [lines];
	if (urls.length === 0) throw invalid(label, 'are empty', 'Enter at least one URL, one per line.');
	// A gap in an array would be sent as null.
	if (urls.length <= MAX_URLS) return Array.from(urls, (url) => readUrl(`URL in ${label}`, url));
	const problem = `There are ${urls.length} ${label}, but at most ${MAX_URLS} are allowed.`;
	throw new InputError(problem, 'Enter fewer.');
}

const startTime = timeField({
	displayName: 'Start Time',
	description: 'When the task starts. If not set, it starts immediately.',
});

const endTime = timeField({
	displayName: 'End Time',
	description: 'When the task ends automatically, at most 7 days after its start',
});

const CALLBACK_EVENTS = [
	{ name: 'Task Start', value: 'TaskStart' },
	{ name: 'Task Exit', value: 'TaskExit' },
	{ name: 'Video File Start', value: 'VodSourceFileStart' },
	{ name: 'Video File Finish', value: 'VodSourceFileFinish' },
	{ name: 'Task Config Reset', value: 'ResetTaskConfig' },
	{ name: 'Task Alarm', value: 'TaskAlarm' },
];
const readEvent = oneOf(CALLBACK_EVENTS.map(({ value }) => value));

const callbackEvents: Field<string[]> = {
	property: {
		displayName: 'Callback Events',
		name: 'callbackEvents',
		type: 'multiOptions',
		options: CALLBACK_EVENTS,
		default: [],
		description: 'The events to send to the callback URL. To get all of them, do not add this field.',
	},
	read(label, value) {
		if (Array.isArray(value) && value.length <= CALLBACK_EVENTS.length) {
			return Array.from(value, (event) => readEvent(`value in ${label}`, event));
		}
		const problem = `are not a list of at most ${CALLBACK_EVENTS.length} events`;
		throw invalid(label, problem, 'Choose them from the list, or pass an array.');
	},
};

const readRounds = checked(
	(label, value) => text(10)(label, typeof value === 'number' ? String(value) : value),
	(rounds) => /^(-1|[1-9]\d*)$/.test(rounds),
	'must be a whole number of 1 or more, or -1',
	'Enter a whole number of 1 or more, or -1 to repeat until the End Time.',
);

const MAX_INT = 2_147_483_647;

/** Fields that only tasks with files as sources have. */
export const videoFileFields = {
	vodLoopTime: textField({
		displayName: 'VOD Loop Time',
		default: '-1',
		description: 'How many times to play the files, or -1 to repeat until the end time',
		read: readRounds,
	}),
	vodRefreshType: choiceField({
		displayName: 'VOD Refresh Type',
		default: 'immediate_new_source',
		choices: [
			{ name: 'Switch to the New Sources Immediately', value: 'immediate_new_source' },
			{ name: 'Continue From the Start of the File', value: 'continue_from_file_start' },
			{ name: 'Continue From the Current Position', value: 'continue_from_break_point' },
		],
		description: 'What to play next after an update changes the sources',
	}),
	vodStartVideoIndex: numberField({
		displayName: 'VOD Start Video Index',
		default: 0,
		min: 0,
		max: MAX_INT,
		description: 'The file to start with, counting from 0',
	}),
	vodStartVideoTime: numberField({
		displayName: 'VOD Start Video Time',
		default: 0,
		min: 0,
		max: MAX_INT,
		description: 'The position to start at in that file, in seconds',
	}),
};

/** Fields that a new task and an update have in common, but the sources. */
export const taskFields = { ...videoFileFields, startTime, endTime, callbackEvents };

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** Gives these fields the API's names. `sources`: the number of files. `now` (ms since the epoch): when a new task starts by default. */
export function toApiFields(
	fields: Partial<ValuesOf<typeof taskFields>> & { endAfter?: number },
	sources: number,
	now: number,
	isNew: boolean,
) {
	const { startTime, endTime, endAfter, vodStartVideoIndex: index } = fields;
	const end = timeOrDuration(['End Time', endTime], ['End After', endAfter], startTime ?? now);
	if (end && startTime !== undefined && end[1] <= startTime) {
		throw invalid(end[0], 'is not after the Start Time', `Set a later ${end[0]}.`);
	}
	const latest = (startTime ?? (isNew ? now : Infinity)) + WEEK_MS;
	const end_time = end && futureTime(end, now, latest, 'more than 7 days after the start');
	if (index !== undefined && index >= sources) {
		const hint = `It counts from 0, and there are ${sources} Source URLs.`;
		throw invalid('VOD Start Video Index', 'is beyond the end of the list', hint);
	}
	return {
		start_time: startTime === undefined ? undefined : apiTime(startTime),
		end_time,
		vod_loop_time: fields.vodLoopTime,
		vod_refresh_type: fields.vodRefreshType,
		vod_start_video_index: index,
		vod_start_video_time: fields.vodStartVideoTime,
		callback_events: fields.callbackEvents,
	};
}
