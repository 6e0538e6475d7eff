import type { IDataObject } from 'n8n-workflow';

import { CALLS } from '../../../../huawei-cloud/live/calls';
import { toDataObject, type Fields } from '../../../shared/objects';
import type { ItemParameters } from '../../../shared/parameters';
import { OPTIONS } from '../../input/options';
import { TASK_ID } from '../../input/taskFields';
import type { Operation } from '../operation';

/** Stops a relay task and deletes it. */
export const deleteTask: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		description: 'Stop a relay task and delete it',
		action: 'Delete relay task',
	},
	properties: [TASK_ID.property],
	idempotent: CALLS.deleteTask.idempotent,
	async run(parameters, { relayTasks }, options) {
		const taskId = parameters.read(TASK_ID);
		const task = { taskId, region: options.region };
		const sent = { task_id: taskId };
		if (options.dryRun) {
			const { found, ...outcome } = await relayTasks.delete(task, options, 'dryRun');
			return {
				outcome,
				sent,
				found: found && fieldsOf(found, DRY_RUN_FIELDS),
				note: 'Dry run: nothing was deleted. It does not check the permission to delete.',
			};
		}
		const outcome = await relayTasks.delete(task, options, options.verify ? 'confirm' : 'once');
		return { outcome, sent, found: outcome.found && fieldsOf(outcome.found, ['region']) };
	},
	fields(outcome, parameters) {
		if (isDryRun(parameters)) return { deleted: false, dry_run: true };
		const mayBeDeleted = outcome.kind === 'error' && outcome.mayHaveHappened;
		return { deleted: mayBeDeleted ? null : outcome.kind === 'success' };
	},
};

/** A task's region, status and target, under the API's names. */
const DRY_RUN_FIELDS = ['region', 'status', 'domain', 'app_name', 'stream_name', 'destination_url'];

function fieldsOf(task: Fields, names: readonly string[]): IDataObject {
	const fields = Object.entries(task).filter(([name]) => names.includes(name));
	return toDataObject(Object.fromEntries(fields));
}

/** Failed items need it too: an item whose options can't be read was not a dry run, and nothing was sent for it. */
function isDryRun(parameters: ItemParameters): boolean {
	try {
		return parameters.read(OPTIONS).dryRun ?? false;
	} catch {
		return false;
	}
}
