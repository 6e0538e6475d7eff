import { RESOURCE } from '../description/fields';
import type { Resource } from './operation';
import { createTask } from './relayTask/create';
import { deleteTask } from './relayTask/delete';
import { getTask } from './relayTask/get';
import { getManyTasks } from './relayTask/getAll';
import { updateTask } from './relayTask/update';
import { STREAM } from '../description/streamFields';
import { disconnectStream } from './stream/disconnect';
import { forbidStream } from './stream/forbid';
import { getManyStreams } from './stream/getAll';
import { getManyForbiddenStreams } from './stream/getAllForbidden';
import { resumeStream } from './stream/resume';

/** The node's operations. Names are in workflow files: never change one. */
export const resources: readonly Resource[] = [
	{
		option: { name: 'Relay Task', value: RESOURCE },
		operations: [createTask, deleteTask, getTask, getManyTasks, updateTask],
		defaultOperation: 'delete',
		defaultToolOperation: 'get',
		identity: { task_id: 'taskId' },
	},
	{
		option: { name: 'Stream', value: STREAM },
		operations: [disconnectStream, forbidStream, getManyStreams, getManyForbiddenStreams, resumeStream],
		defaultOperation: 'getAll',
		identity: { domain: 'domain', app_name: 'appName', stream_name: 'streamName' },
	},
];
