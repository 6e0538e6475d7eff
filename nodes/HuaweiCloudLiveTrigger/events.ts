import type { Change } from './changes';
import { onlineStreams, taskEnds, tasks, tasksUntilDeleted, type Watch } from './watches';

export interface TriggerEvent {
	name: string;
	value: string;
	description: string;
	watch: Watch;
	/** The changes that are the event. Of something that was removed, only the stored fields are known. */
	reports: Change['kind'];
}

/** All events. Names are in workflow files: never change one. */
export const events: readonly TriggerEvent[] = [
	{
		name: 'Relay Task Created',
		value: 'relayTaskCreated',
		description: 'A new relay task appears',
		watch: tasks,
		reports: 'added',
	},
	{
		name: 'Relay Task Deleted',
		value: 'relayTaskGone',
		description: 'A relay task no longer exists',
		watch: tasksUntilDeleted,
		reports: 'removed',
	},
	{
		name: 'Relay Task Past Its End Time',
		value: 'relayTaskPastEnd',
		description: 'The end time of a relay task has passed, and the task is still listed',
		watch: taskEnds,
		reports: 'added',
	},
	{
		name: 'Relay Task Status Changed',
		value: 'relayTaskStatusChanged',
		description: 'The status of a relay task changes',
		watch: tasks,
		reports: 'changed',
	},
	{
		name: 'Stream Offline',
		value: 'streamOffline',
		description: 'A stream of an ingest domain is no longer online',
		watch: onlineStreams,
		reports: 'removed',
	},
	{
		name: 'Stream Online',
		value: 'streamOnline',
		description: 'A stream of an ingest domain goes online',
		watch: onlineStreams,
		reports: 'added',
	},
];
