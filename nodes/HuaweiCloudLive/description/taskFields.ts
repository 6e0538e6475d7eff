/** Fields of relay tasks, as items of a collection. Create has all of them, and Update those that can be changed. */

import type { INodeProperties } from 'n8n-workflow';

import { CALLBACK_EVENTS, VOD_REFRESH_TYPES } from '../../../huawei-cloud/live/relayTasks';
import { durationField } from '../../shared/duration';

const CALLBACK_EVENT_NAMES = {
	TaskStart: 'Task Start',
	TaskExit: 'Task Exit',
	VodSourceFileStart: 'Video File Start',
	VodSourceFileFinish: 'Video File Finish',
	ResetTaskConfig: 'Task Config Reset',
	TaskAlarm: 'Task Alarm',
} as const;

const VOD_REFRESH_NAMES = {
	immediate_new_source: 'Switch to the New Sources Immediately',
	continue_from_file_start: 'Continue From the Start of the File',
	continue_from_break_point: 'Continue From the Current Position',
} as const;

export const startTime: INodeProperties = {
	displayName: 'Start Time',
	name: 'startTime',
	type: 'dateTime',
	default: '',
	description: 'When the task starts. If not set, it starts immediately.',
};

export const endTime: INodeProperties = {
	displayName: 'End Time',
	name: 'endTime',
	type: 'dateTime',
	default: '',
	description: 'When the task ends automatically, at most 7 days after its start',
};

/** An alternative to an end time. Create only. */
export const endAfter = durationField(
	{
		displayName: 'End After',
		name: 'endAfter',
		description: 'How long after its start the task ends automatically, at most 7 days',
	},
	'after',
);

export const callbackEvents: INodeProperties = {
	displayName: 'Callback Events',
	name: 'callbackEvents',
	type: 'multiOptions',
	options: CALLBACK_EVENTS.map((event) => ({ name: CALLBACK_EVENT_NAMES[event], value: event })),
	default: [],
	description: 'The events to send to the callback URL. To get all of them, do not add this field.',
};

/** Fields of tasks whose sources are files. */
export const videoFileFields: INodeProperties[] = [
	{
		displayName: 'VOD Loop Time',
		name: 'vodLoopTime',
		type: 'string',
		default: '-1',
		description: 'How many times to play the files, or -1 to repeat until the end time',
	},
	{
		displayName: 'VOD Refresh Type',
		name: 'vodRefreshType',
		type: 'options',
		options: VOD_REFRESH_TYPES.map((type) => ({ name: VOD_REFRESH_NAMES[type], value: type })),
		default: 'immediate_new_source',
		description: 'What to play next after an update changes the sources',
	},
	{
		displayName: 'VOD Start Video Index',
		name: 'vodStartVideoIndex',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description: 'The file to start with, counting from 0',
	},
	{
		displayName: 'VOD Start Video Time',
		name: 'vodStartVideoTime',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description: 'The position to start at in that file, in seconds',
	},
];
