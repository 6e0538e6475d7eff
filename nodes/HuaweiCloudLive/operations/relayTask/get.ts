import { CALLS } from '../../../../huawei-cloud/live/calls';
import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/simplify';
import { readRegion, readSettings } from '../../input/options';
import { TASK_ID } from '../../input/taskFields';
import { toListedItem } from '../../output/items';
import type { Operation } from '../operation';

/** Looks up one relay task. */
export const getTask: Operation = {
	option: { name: 'Get', value: 'get', description: 'Look up one relay task', action: 'Get relay task' },
	properties: [TASK_ID.property, SIMPLIFY.property],
	idempotent: CALLS.listTasks.idempotent,
	async run(parameters, { relayTasks }) {
		const taskId = parameters.read(TASK_ID);
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const task = { taskId, region: readRegion(parameters) };
		const outcome = await relayTasks.get(task, readSettings(parameters));
		if (outcome.kind !== 'success') return { outcome, sent: { task_id: taskId } };
		return { outcome, items: [toListedItem(simplify(outcome.entry))] };
	},
};
