import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/fields';
import { TASK_ID } from '../../input/taskFields';
import { toListedItem } from '../../output/items';
import type { Operation } from '../operation';

export const getTask: Operation = {
	option: { name: 'Get', value: 'get', description: 'Look up one relay task', action: 'Get relay task' },
	form: [TASK_ID, SIMPLIFY],
	call: 'listTasks',
	async run(parameters, { relayTasks }, options) {
		const taskId = parameters.read(TASK_ID);
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const outcome = await relayTasks.get({ taskId, region: options.region }, options);
		if (outcome.kind !== 'success') return { outcome, sent: { task_id: taskId } };
		return { outcome, items: [toListedItem(simplify(outcome.entry))] };
	},
};
