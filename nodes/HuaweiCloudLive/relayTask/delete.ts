import { CALLS } from '../../../huawei-cloud/live/relayTasks';
import { RESOURCE, taskIdField } from '../fields';
import type { Operation } from '../operation';
import { readTaskId, readTaskRegion } from './input';

const NAME = 'delete';

/** Stops a relay task and deletes it. */
export const deleteTask: Operation = {
	option: {
		name: 'Delete',
		value: NAME,
		description: 'Stop a relay task and delete it',
		action: 'Delete relay task',
	},
	properties: [taskIdField(NAME)],
	options: [
		{
			displayName: 'Confirm',
			name: 'verify',
			type: 'boolean',
			default: false,
			description:
				'Whether to look the task up after deleting it, until it is gone, and also when it is unclear whether it was deleted. Makes more calls and requires the permission live:stream:listPullTask.',
			displayOptions: { show: { '/resource': [RESOURCE], '/operation': [NAME] } },
		},
	],
	idempotent: CALLS.delete.idempotent,
	async run(parameters, { relayTasks }) {
		const taskId = readTaskId(parameters.get('taskId'));
		const region = readTaskRegion(parameters.collection('options').region);
		const settings = parameters.settings();
		const outcome = parameters.optionFlag('verify', 'Confirm')
			? await relayTasks.deleteAndConfirm({ taskId, region }, settings)
			: await relayTasks.delete({ taskId, region }, settings);
		return { outcome, sent: { task_id: taskId } };
	},
	fields(outcome) {
		const inDoubt = outcome.kind === 'error' && outcome.mayHaveHappened;
		return { deleted: inDoubt ? null : outcome.kind === 'success' };
	},
};
