import type { INodePropertyOptions } from 'n8n-workflow';

import type { Change } from './changes';
import { onlineStreams, relayTasks, type Watch } from './watches';

/** One event that can be waited for. */
export interface TriggerEvent {
	/** Its entry in the Event list. */
	option: INodePropertyOptions & { value: string };
	watch: Watch;
	/** Which changes of what is watched are the event. */
	reports: ReadonlyArray<Change['kind']>;
}

/** All events. Names are in workflow files: never change one. */
export const events: readonly TriggerEvent[] = [
	{
		option: {
			name: 'Relay Task Created',
			value: 'relayTaskCreated',
			description: 'A relay task is listed that was not listed before',
		},
		watch: relayTasks.all,
		reports: ['added'],
	},
	{
		option: {
			name: 'Relay Task Gone',
			value: 'relayTaskGone',
			description: 'A relay task is no longer listed, whoever deleted it',
		},
		watch: relayTasks.all,
		reports: ['missing'],
	},
	{
		option: {
			name: 'Relay Task Past Its End Time',
			value: 'relayTaskPastEnd',
			description: 'The end time of a relay task has passed, and the task is still listed',
		},
		watch: relayTasks.pastEnd,
		reports: ['added', 'changed'],
	},
	{
		option: {
			name: 'Relay Task Status Changed',
			value: 'relayTaskStatusChanged',
			description: 'A relay task has a different status than before',
		},
		watch: relayTasks.all,
		reports: ['changed'],
	},
	{
		option: {
			name: 'Stream Offline',
			value: 'streamOffline',
			description: 'A stream of an ingest domain is no longer online',
		},
		watch: onlineStreams,
		reports: ['missing'],
	},
	{
		option: {
			name: 'Stream Online',
			value: 'streamOnline',
			description: 'A stream of an ingest domain has come online',
		},
		watch: onlineStreams,
		reports: ['added'],
	},
];
