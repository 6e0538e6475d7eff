import {
	LIVE_RELAY,
	VOD_RELAY,
	type Destination,
	type NewRelayTask,
} from '../../../../huawei-cloud/live/relayTasks';
import { CALLS } from '../../../../huawei-cloud/live/calls';
import { systemClock } from '../../../../n8n/clock';
import { durationField } from '../../../shared/duration';
import { choiceField, collectionOf, textField, withExpression } from '../../../shared/field';
import { APP_NAME, STREAM_NAME } from '../../../shared/fields';
import { exact, MAX_APP_LENGTH, MAX_STREAM_LENGTH, readDomain } from '../../../shared/identifiers';
import { InputError } from '../../../shared/inputError';
import type { ItemParameters } from '../../../shared/parameters';
import { optionalText, readUrl, text } from '../../../shared/readers';
import { OPTIONS } from '../../input/options';
import {
	callbackEvents,
	endTime,
	readSchedule,
	readUrls,
	readVideoFields,
	startTime,
	videoFileFields,
} from '../../input/taskFields';
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

const appName = textField({
	...APP_NAME,
	displayOptions: whenDomain,
	read: exact(optionalText(MAX_APP_LENGTH)),
});
const streamName = textField({
	...STREAM_NAME,
	displayOptions: whenDomain,
	read: exact(optionalText(MAX_STREAM_LENGTH)),
});

const whenVideoFiles = { show: { '/sourceType': [VOD_RELAY] } };

const onlyVideoFiles = {
	...videoFileFields(whenVideoFiles),
	backupSourceUrls: textField({
		displayName: 'Backup Source URLs',
		typeOptions: { rows: 2 },
		placeholder: 'e.g. rtmp://pull.example.com/live/camera-3',
		description: 'Live streams to relay instead of the files while they are available, one URL per line',
		displayOptions: whenVideoFiles,
		read: readUrls,
	}),
};

const additionalFields = collectionOf(
	{ displayName: 'Additional Fields', name: 'additionalFields', placeholder: 'Add field' },
	{
		startTime,
		endAfter: durationField({
			displayName: 'End After',
			description: 'How long after its start the task ends automatically, at most 7 days',
		}),
		endTime,
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
		callbackEvents,
	},
);

export const createTask: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		description: 'Create a relay task, which then starts automatically',
		action: 'Create relay task',
	},
	properties: [
		...[sourceType, sourceUrls, destination, destinationUrl, domain, appName, streamName].map(
			({ property }) => property,
		),
		...withExpression(additionalFields),
	],
	call: 'createTask',
	async run(parameters, live, options) {
		const task = readNewTask(parameters, systemClock.now());
		const outcome = await live.perform(CALLS.createTask, task, options);
		return outcome.kind === 'success' ? { outcome, sent: { task_id: outcome.value } } : { outcome };
	},
};

/** Reads a new task, which starts `now` (ms since the epoch) by default. Throws an InputError naming the field at fault. */
export function readNewTask(parameters: ItemParameters, now: number): NewRelayTask {
	const source_type = parameters.read(sourceType);
	const source_urls = parameters.read(sourceUrls);
	const extra = parameters.read(additionalFields);
	const { callbackEvents: callback_events, backupSourceUrls: backup_source_urls } = extra;
	const videoEvent = callback_events?.find((event) => VOD_EVENTS.includes(event));
	const videoFields = Object.entries(onlyVideoFiles).filter(([name]) => name in extra);
	const labels = videoFields.map(([, { property }]) => property.displayName);
	const [videoField = videoEvent && `callback event ${videoEvent}`] = labels;
	if (source_type === LIVE_RELAY) assertLiveRelay(source_urls.length, videoField);
	return {
		source_type,
		source_urls,
		region: parameters.read(OPTIONS).region,
		...readDestination(parameters),
		push_args: extra.pushArgs,
		...readSchedule(extra, now, true),
		...readVideoFields(extra, source_urls.length),
		// The API has only one type of backup.
		backup_source_type: backup_source_urls && LIVE_RELAY,
		backup_source_urls,
		callback_events,
		callback_url: extra.callbackUrl,
	};
}

function readDestination(parameters: ItemParameters): Destination {
	if (parameters.read(destination) === 'url') return { destination_url: parameters.read(destinationUrl) };
	return {
		domain: parameters.read(domain),
		app_name: parameters.read(appName),
		stream_name: parameters.read(streamName),
	};
}

/** @param videoField a field or an event that was chosen, and that only tasks with files as sources have */
function assertLiveRelay(sources: number, videoField: string | undefined): void {
	if (sources > 1) {
		throw new InputError(
			`There are ${sources} Source URLs, but a live stream needs exactly one.`,
			`Enter one URL, or choose the Source Type ${VIDEO_FILES}.`,
		);
	}
	if (videoField === undefined) return;
	throw new InputError(
		`The ${videoField} is only for tasks with the Source Type ${VIDEO_FILES}.`,
		'Remove it, or change the Source Type.',
	);
}
