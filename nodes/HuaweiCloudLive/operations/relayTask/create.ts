import { LIVE_RELAY, VOD_RELAY } from '../../../../huawei-cloud/live/relayTasks';
import { CALLS } from '../../../../huawei-cloud/live/calls';
import { systemClock } from '../../../../n8n/clock';
import { durationField } from '../../../shared/duration';
import { choiceField, collectionOf, textField } from '../../../shared/field';
import { APP_NAME, STREAM_NAME } from '../../../shared/fields';
import { readAppName, readDomain, readStreamName } from '../../../shared/identifiers';
import { InputError, invalid } from '../../../shared/inputError';
import type { ItemParameters } from '../../../shared/parameters';
import { optional, readUrl, text } from '../../../shared/readers';
import { readUrls, taskFields, toApiFields, videoFileFields } from '../../input/taskFields';
import type { Operation } from '../operation';

/** The source type as the form names it, with the value that an expression must return. */
const VIDEO_FILES = `Video Files (${VOD_RELAY})`;

/** Events that only tasks with files as sources have. */
const VOD_EVENTS: readonly string[] = ['VodSourceFileStart', 'VodSourceFileFinish', 'ResetTaskConfig'];

const sourceType = choiceField({
	displayName: 'Source Type',
	name: 'sourceType',
	default: LIVE_RELAY,
	choices: [
		{ name: 'Live Stream', value: LIVE_RELAY, description: 'Pull one live stream' },
		{ name: 'Video Files', value: VOD_RELAY, description: 'Play files one after another, in a loop' },
	],
});

const sourceUrls = textField({
	displayName: 'Source URLs',
	name: 'sourceUrls',
	typeOptions: { rows: 3 },
	required: true,
	placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
	description:
		'The live stream: one URL. Or the files to play: up to 30 URLs, one per line, or an array from an expression.',
	read: readUrls,
});

const destination = choiceField({
	displayName: 'Destination',
	name: 'destination',
	default: 'url',
	choices: [
		{ name: 'Ingest Domain', value: 'domain', description: 'An ingest domain, an app and a stream name' },
		{ name: 'URL', value: 'url', description: 'A complete URL to push to' },
	],
});

const destinationUrl = textField({
	displayName: 'Destination URL',
	name: 'destinationUrl',
	required: true,
	placeholder: 'e.g. rtmp://push.example.com/live/camera-3',
	description: 'Where to push to',
	displayOptions: { show: { destination: ['url'] } },
	read: readUrl,
});

const whenDomain = { show: { destination: ['domain'] } };

const domain = textField({
	displayName: 'Domain',
	name: 'domain',
	required: true,
	placeholder: 'e.g. push.example.com',
	description: 'The ingest domain',
	displayOptions: whenDomain,
	read: readDomain,
});

const appName = textField({ ...APP_NAME, displayOptions: whenDomain, read: optional(readAppName) });
const streamName = textField({ ...STREAM_NAME, displayOptions: whenDomain, read: optional(readStreamName) });

const onlyVideoFiles = {
	...videoFileFields,
	backupSourceUrls: textField({
		displayName: 'Backup Source URLs',
		typeOptions: { rows: 2 },
		placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
		description: 'Live streams to relay instead of the files while they are available, one URL per line',
		read: readUrls,
	}),
};

const additionalFields = collectionOf(
	{ displayName: 'Additional Fields', name: 'additionalFields', placeholder: 'Add field' },
	{
		startTime: taskFields.startTime,
		endAfter: durationField({
			displayName: 'End After',
			description: 'How long after its start the task ends automatically, at most 7 days',
		}),
		endTime: taskFields.endTime,
		...onlyVideoFiles,
		pushArgs: textField({
			displayName: 'Push Arguments',
			description: 'Arguments to add to the push URL',
			read: text(2048),
		}),
		callbackUrl: textField({
			displayName: 'Callback URL',
			placeholder: 'e.g. https://n8n.example.com/webhook/relay-events',
			description: 'Where to send events of the task. This can be the production URL of a Webhook node.',
			read: readUrl,
		}),
		callbackEvents: taskFields.callbackEvents,
	},
	{ names: Object.keys(onlyVideoFiles), displayOptions: { show: { '/sourceType': [VOD_RELAY] } } },
);

export const createTask: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		description: 'Create a relay task, which then starts automatically',
		action: 'Create relay task',
	},
	form: [sourceType, sourceUrls, destination, destinationUrl, domain, appName, streamName, additionalFields],
	call: 'createTask',
	async run(parameters, live, options) {
		const task = readNewTask(parameters, options.region, systemClock.now());
		const outcome = await live.perform(CALLS.createTask, task, options);
		if (outcome.kind !== 'success') return { outcome };
		return { outcome, sent: { task_id: live.client.redactor.redact(outcome.value) } };
	},
};

/** Reads the body of CreatePullTask, for a task that starts `now` (ms since the epoch) by default. Throws an InputError naming the field at fault. */
export function readNewTask(parameters: ItemParameters, region: string | undefined, now: number) {
	const source_type = parameters.read(sourceType);
	const source_urls = parameters.read(sourceUrls);
	const extra = parameters.read(additionalFields);
	if (source_type === LIVE_RELAY) assertLiveRelay(source_urls.length, extra);
	const { backupSourceUrls: backup_source_urls, callbackUrl: callback_url, pushArgs: push_args } = extra;
	return {
		source_type,
		source_urls,
		region,
		...(parameters.read(destination) === 'url'
			? { destination_url: parameters.read(destinationUrl) }
			: {
					domain: parameters.read(domain),
					app_name: parameters.read(appName),
					stream_name: parameters.read(streamName),
				}),
		push_args,
		...toApiFields(extra, source_urls.length, now, true),
		// The API has only one type of backup.
		backup_source_type: backup_source_urls && LIVE_RELAY,
		backup_source_urls,
		callback_url,
	};
}

/** A live stream is one source, and none of the fields and events that only tasks with files as sources have. */
function assertLiveRelay(sources: number, extra: { callbackEvents?: readonly string[] }): void {
	if (sources > 1) {
		throw new InputError(
			`There are ${sources} Source URLs, but a live stream needs exactly one.`,
			`Enter one URL, or choose the Source Type ${VIDEO_FILES}.`,
		);
	}
	const [videoEvent] = extra.callbackEvents?.filter((event) => VOD_EVENTS.includes(event)) ?? [];
	const [videoField] = Object.entries(onlyVideoFiles).filter(([name]) => name in extra);
	const label = videoField?.[1].property.displayName ?? (videoEvent && `callback event ${videoEvent}`);
	if (label === undefined) return;
	const problem = `is only for tasks with the Source Type ${VIDEO_FILES}`;
	throw invalid(label, problem, 'Remove it, or change the Source Type.');
}
