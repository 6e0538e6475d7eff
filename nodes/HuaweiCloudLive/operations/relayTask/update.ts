import type { INodeProperties } from 'n8n-workflow';

import { CALLS } from '../../../../huawei-cloud/live/calls';
import { systemClock } from '../../../../n8n/clock';
import { TASK_ID } from '../../description/fields';
import type { Operation } from '../operation';
import { readTaskChanges } from '../../input/relayTask';
import { withExpression } from '../../../shared/fields';
import { readTaskId } from '../../../shared/identifiers';
import { callbackEvents, endTime, startTime, videoFileFields } from '../../description/taskFields';

/** The fields that can be changed, the most common first. */
const updateFields: INodeProperties[] = [
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Enable', value: 'enable' },
			{ name: 'Pause', value: 'pause' },
		],
		default: 'pause',
		description: 'Whether to pause the task or let it continue',
	},
	{
		displayName: 'Source URLs',
		name: 'sourceUrls',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. https://vod.example.com/1.mp4',
		description:
			'The files to play, one URL per line, or an array from an expression. They replace the current ones.',
	},
	...videoFileFields,
	startTime,
	endTime,
	callbackEvents,
];

/** Changes a relay task whose sources are files. */
export const updateTask: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		description: 'Pause, enable or change a relay task whose sources are files',
		action: 'Update relay task',
	},
	properties: [
		{
			displayName:
				'Only tasks with the source type Video Files can be updated. To stop the relay of a live stream, delete its task.',
			name: 'updateNotice',
			type: 'notice',
			default: '',
		},
		TASK_ID,
		...withExpression({
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add field',
			default: {},
			options: updateFields,
		}),
	],
	idempotent: CALLS.updateTask.idempotent,
	async run(parameters, { relayTasks }) {
		const taskId = parameters.read('taskId', readTaskId);
		const changes = readTaskChanges(parameters, systemClock.now());
		const outcome = await relayTasks.update(taskId, changes, parameters.settings());
		return { outcome, sent: { task_id: taskId } };
	},
};
