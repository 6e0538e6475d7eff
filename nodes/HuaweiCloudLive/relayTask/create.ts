import { CALLS, LIVE_RELAY, VOD_RELAY } from '../../../huawei-cloud/live/relayTasks';
import { systemClock } from '../../../n8n/clock';
import { changeableFields, regionField, RESOURCE } from '../fields';
import type { Operation } from '../operation';
import { readNewTask } from './input';

const NAME = 'create';

const show = (more: Record<string, string[]> = {}) => ({
	show: { resource: [RESOURCE], operation: [NAME], ...more },
});

/** Creates a relay task, which then starts automatically. */
export const createTask: Operation = {
	option: {
		name: 'Create',
		value: NAME,
		description: 'Create a relay task, which then starts automatically',
		action: 'Create a relay task',
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
			displayOptions: show(),
		},
		{
			displayName: 'Source URLs',
			name: 'sourceUrls',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			required: true,
			placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
			description:
				'Where to pull from: one URL for a live stream, up to 30 for video files, one per line, or an array from an expression',
			displayOptions: show(),
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
			displayOptions: show(),
		},
		{
			displayName: 'Destination URL',
			name: 'destinationUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. rtmp://push.example.com/live/camera-3',
			description: 'Where to push to',
			displayOptions: show({ destination: ['url'] }),
		},
		{
			displayName: 'Domain',
			name: 'domain',
			type: 'string',
			default: '',
			placeholder: 'e.g. push.example.com',
			description: 'The ingest domain',
			displayOptions: show({ destination: ['domain'] }),
		},
		{
			displayName: 'App Name',
			name: 'appName',
			type: 'string',
			default: '',
			placeholder: 'e.g. live',
			displayOptions: show({ destination: ['domain'] }),
		},
		{
			displayName: 'Stream Name',
			name: 'streamName',
			type: 'string',
			default: '',
			placeholder: 'e.g. camera-3',
			displayOptions: show({ destination: ['domain'] }),
		},
		regionField(NAME),
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add field',
			default: {},
			displayOptions: show(),
			options: [
				{
					displayName: 'Backup Source Type',
					name: 'backupSourceType',
					type: 'options',
					options: [{ name: 'Live Stream', value: LIVE_RELAY }],
					default: LIVE_RELAY,
					description: 'The type of source that takes over when it is available. For video files only.',
				},
				{
					displayName: 'Backup Source URLs',
					name: 'backupSourceUrls',
					type: 'string',
					typeOptions: { rows: 2 },
					default: '',
					description: 'Where to pull the backup from, one URL per line. For video files only.',
				},
				{
					displayName: 'Callback URL',
					name: 'callbackUrl',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://n8n.example.com/webhook/relay-events',
					description: 'Where to send events of the task. This can be the production URL of a Webhook node.',
				},
				...changeableFields,
				{
					displayName: 'Push Arguments',
					name: 'pushArgs',
					type: 'string',
					default: '',
					description: 'Arguments to add to the push URL',
				},
			],
		},
	],
	idempotent: CALLS.create.idempotent,
	async run(parameters, { relayTasks }) {
		const task = readNewTask(
			{
				sourceType: parameters.get('sourceType'),
				sourceUrls: parameters.get('sourceUrls'),
				region: parameters.get('region'),
				destination: parameters.get('destination'),
				destinationUrl: parameters.getIfShown('destinationUrl'),
				domain: parameters.getIfShown('domain'),
				appName: parameters.getIfShown('appName'),
				streamName: parameters.getIfShown('streamName'),
				additionalFields: parameters.collection('additionalFields'),
			},
			systemClock.now(),
			parameters.localTime,
		);
		const outcome = await relayTasks.create(task, parameters.settings());
		return outcome.kind === 'success' ? { outcome, sent: { task_id: outcome.taskId } } : { outcome };
	},
};
