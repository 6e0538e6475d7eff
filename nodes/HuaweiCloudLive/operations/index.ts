import type { Resource } from './operation';
import { createTask } from './relayTask/create';
import { deleteTask } from './relayTask/delete';
import { getTask } from './relayTask/get';
import { getManyTasks } from './relayTask/getAll';
import { updateTask } from './relayTask/update';
import { disconnectStream } from './stream/disconnect';
import { forbidStream } from './stream/forbid';
import { getManyStreams } from './stream/getAll';
import { getManyForbiddenStreams } from './stream/getAllForbidden';
import { resumeStream } from './stream/resume';

/** The node's operations. Names are in workflow files: never change one. */
export const resources: readonly Resource[] = [
	{
		option: { name: 'Relay Task', value: 'relayTask' },
		operations: [createTask, deleteTask, getTask, getManyTasks, updateTask],
		defaultOperation: 'delete',
		defaultToolOperation: 'get',
		identity: { task_id: 'taskId' },
	},
	{
		option: { name: 'Stream', value: 'stream' },
		operations: [disconnectStream, forbidStream, getManyStreams, getManyForbiddenStreams, resumeStream],
		defaultOperation: 'getAll',
		identity: { domain: 'domain', app_name: 'appName', stream_name: 'streamName' },
	},
];
