import { readTaskId, readTaskRegion } from '../../../huawei-cloud/relay-tasks';
import { regionField, taskIdField } from '../fields';
import type { Operation } from '../operation';
import { jsonValue } from '../items';

const NAME = 'delete';

/** Stops a relay task and deletes it. */
export const deleteTask: Operation = {
	option: {
		name: 'Delete',
		value: NAME,
		description: 'Stop a relay task and delete it',
		action: 'Delete a relay task',
	},
	properties: [taskIdField(NAME), regionField(NAME)],
	done: 'deleted',
	async run(parameters, relayTasks) {
		const taskId = readTaskId(parameters.get('taskId'));
		const region = readTaskRegion(parameters.get('region'));
		return await relayTasks.delete(taskId, region, parameters.settings());
	},
	fields(outcome, given) {
		if (outcome.outcome === 'error') {
			return { deleted: outcome.mayHaveHappened ? null : false, task_id: jsonValue(given) };
		}
		return { deleted: outcome.outcome === 'success', task_id: readTaskId(given) };
	},
};
