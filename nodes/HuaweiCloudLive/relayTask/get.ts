import { readTaskId, readTaskRegion } from './input';
import { regionField, taskIdField } from '../fields';
import { taskIdGiven, toTaskItem } from '../items';
import type { Operation } from '../operation';

const NAME = 'get';

/** Looks up one relay task. */
export const getTask: Operation = {
	option: {
		name: 'Get',
		value: NAME,
		description: 'Look up one relay task',
		action: 'Get a relay task',
	},
	properties: [taskIdField(NAME), regionField(NAME)],
	done: 'looked up',
	async run(parameters, relayTasks) {
		const taskId = readTaskId(parameters.get('taskId'));
		const region = readTaskRegion(parameters.get('region'));
		const outcome = await relayTasks.get({ taskId, region }, parameters.settings());
		if (outcome.outcome !== 'success') return { outcome };
		return { outcome, items: outcome.tasks.slice(0, 1).map((task) => toTaskItem(task)) };
	},
	fields: taskIdGiven,
};
