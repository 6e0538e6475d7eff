import { CALLS } from '../../../../huawei-cloud/live/calls';
import { TASK_ID } from '../../description/fields';
import { toListedItem } from '../../output/items';
import type { Operation } from '../operation';
import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/simplify';
import { readTaskId, readTaskRegion } from '../../../shared/identifiers';

/** Looks up one relay task. */
export const getTask: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		description: 'Look up one relay task',
		action: 'Get relay task',
	},
	properties: [TASK_ID, SIMPLIFY],
	idempotent: CALLS.listTasks.idempotent,
	async run(parameters, { relayTasks }) {
		const taskId = parameters.read('taskId', readTaskId);
		const region = parameters.collection('options').read('region', readTaskRegion);
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const outcome = await relayTasks.get({ taskId, region }, parameters.settings());
		if (outcome.kind !== 'success') return { outcome, sent: { task_id: taskId } };
		return { outcome, items: [toListedItem(simplify(outcome.entry))] };
	},
};
