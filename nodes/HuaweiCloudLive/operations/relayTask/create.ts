import type { INodeProperties } from 'n8n-workflow';
import { withExpression } from '../../../shared/fields';

import { CALLS } from '../../../../huawei-cloud/live/calls';
import { LIVE_RELAY, VOD_RELAY } from '../../../../huawei-cloud/live/relayTasks';
import { systemClock } from '../../../../n8n/clock';
import type { Operation } from '../operation';
import { readNewTask } from '../../input/relayTask';
import { DESTINATION_FIELDS } from '../../description/streamFields';
import { callbackEvents, endAfter, endTime, startTime, videoFileFields } from '../../description/taskFields';

/** Shown when the sources are files. */
const whenVideoFiles = { show: { '/sourceType': [VOD_RELAY] } };

const whenDomain = { show: { destination: ['domain'] } };

const additionalFields: INodeProperties[] = [
	startTime,
	endAfter,
	endTime,
	...[
		...videoFileFields,
		{
			displayName: 'Backup Source URLs',
			name: 'backupSourceUrls',
			type: 'string' as const,
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
			description: 'The live stream to relay instead while it is available, one URL per line',
		},
	].map((field) => ({ ...field, displayOptions: whenVideoFiles })),
	{
		displayName: 'Push Arguments',
		name: 'pushArgs',
		type: 'string',
		default: '',
		description: 'Arguments to add to the push URL',
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/relay-events',
		description: 'Where to send events of the task. This can be the production URL of a Webhook node.',
	},
	callbackEvents,
];

/** Creates a relay task, which then starts automatically. */
export const createTask: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		description: 'Create a relay task, which then starts automatically',
		action: 'Create relay task',
	},
	properties: [
		{
			displayName: 'Source Type',
			name: 'sourceType',
			type: 'options',
			options: [
				{ name: 'Live Stream', value: LIVE_RELAY, description: 'Pull one live stream' },
				{ name: 'Video Files', value: VOD_RELAY, description: 'Play files one after another, in a loop' },
			],
			default: LIVE_RELAY,
		},
		// One for each source type, since a placeholder can't depend on another field. `_cnd` hides the second one when an expression
		// chooses the type, so that only one is shown.
		{
			displayName: 'Source URLs',
			name: 'sourceUrls',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			required: true,
			placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
			description: 'Where to pull the live stream from: one URL',
			displayOptions: { hide: { sourceType: [VOD_RELAY] } },
		},
		{
			displayName: 'Source URLs',
			name: 'sourceUrls',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. https://vod.example.com/1.mp4',
			description: 'The files to play: up to 30 URLs, one per line, or an array from an expression',
			displayOptions: { hide: { sourceType: [LIVE_RELAY, { _cnd: { startsWith: '=' } }] } },
		},
		{
			displayName: 'Destination',
			name: 'destination',
			type: 'options',
			options: [
				{ name: 'Ingest Domain', value: 'domain', description: 'An ingest domain, an app and a stream name' },
				{ name: 'URL', value: 'url', description: 'A complete URL to push to' },
			],
			default: 'url',
		},
		{
			displayName: 'Destination URL',
			name: 'destinationUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. rtmp://push.example.com/live/camera-3',
			description: 'Where to push to',
			displayOptions: { show: { destination: ['url'] } },
		},
		{
			displayName: 'Domain',
			name: 'domain',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. push.example.com',
			description: 'The ingest domain',
			displayOptions: whenDomain,
		},
		...DESTINATION_FIELDS.map((field) => ({ ...field, displayOptions: whenDomain })),
		...withExpression({
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add field',
			default: {},
			options: additionalFields,
		}),
	],
	idempotent: CALLS.createTask.idempotent,
	async run(parameters, { relayTasks }) {
		const task = readNewTask(parameters, systemClock.now());
		const outcome = await relayTasks.create(task, parameters.settings());
		return outcome.kind === 'success' ? { outcome, sent: { task_id: outcome.value } } : { outcome };
	},
};
