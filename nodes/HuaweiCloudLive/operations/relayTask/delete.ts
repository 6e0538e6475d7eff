import type { IDataObject } from 'n8n-workflow';

import { CALLS } from '../../../../huawei-cloud/live/calls';
import type { RelayTask } from '../../../../huawei-cloud/live/relayTasks';
import { TASK_ID } from '../../description/fields';
import type { Operation } from '../operation';
import { toDataObject } from '../../../shared/objects';
import type { ItemParameters } from '../../../shared/parameters';
import { readFlag } from '../../../shared/readers';
import { readTaskId, readTaskRegion } from '../../../shared/identifiers';

/** Stops a relay task and deletes it. */
export const deleteTask: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		description: 'Stop a relay task and delete it',
		action: 'Delete relay task',
	},
	properties: [TASK_ID],
	// On as soon as somebody adds them: nobody adds Dry Run to delete something.
	options: [
		{
			displayName: 'Confirm',
			name: 'verify',
			type: 'boolean',
			default: true,
			description:
				'Whether to look the task up in all regions after each response, until it is no longer listed. Sends more requests and requires the permission live:stream:listPullTask.',
		},
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: true,
			description:
				'Whether to only look the task up and delete nothing. Items go to the same outputs. Requires the permission live:stream:listPullTask.',
		},
	],
	idempotent: CALLS.deleteTask.idempotent,
	async run(parameters, { relayTasks }) {
		const taskId = parameters.read('taskId', readTaskId);
		const options = parameters.collection('options');
		const task = { taskId, region: options.read('region', readTaskRegion) };
		const settings = parameters.settings();
		const confirms = options.read('verify', readFlag);
		const sent = { task_id: taskId };
		if (readDryRun(parameters)) {
			const { found, ...outcome } = await relayTasks.dryRunDeletion(task, settings);
			return {
				outcome,
				sent,
				found: found && fieldsOf(found, DRY_RUN_FIELDS),
				note: 'Dry run: nothing was deleted.',
			};
		}
		const outcome = confirms
			? await relayTasks.deleteAndConfirm(task, settings)
			: await relayTasks.delete(task, settings);
		return { outcome, sent, found: outcome.found && fieldsOf(outcome.found, ['region']) };
	},
	fields(outcome, parameters) {
		if (isDryRun(parameters)) return { deleted: false, dry_run: true };
		const mayBeDeleted = outcome.kind === 'error' && outcome.mayHaveHappened;
		return { deleted: mayBeDeleted ? null : outcome.kind === 'success' };
	},
};

/** The region and the target of a task, under the API's names, and whether it runs. */
const DRY_RUN_FIELDS = ['region', 'status', 'domain', 'app_name', 'stream_name', 'destination_url'];

function fieldsOf(task: RelayTask, names: readonly string[]): IDataObject {
	const fields = Object.entries(task).filter(([name]) => names.includes(name));
	return toDataObject(Object.fromEntries(fields));
}

function readDryRun(parameters: ItemParameters): boolean {
	return parameters.collection('options').read('dryRun', readFlag) ?? false;
}

/** Failed items need it too: an item whose option can't be read was not a dry run, and nothing was sent for it. */
function isDryRun(parameters: ItemParameters): boolean {
	try {
		return readDryRun(parameters);
	} catch {
		return false;
	}
}
