import { TARGET_FIELDS } from '../../../shared/fields';
import { isFields, pick } from '../../../shared/objects';
import type { ItemParameters } from '../../../shared/parameters';
import { readFlag } from '../../../shared/readers';
import { OPTIONS } from '../../input/options';
import { TASK_ID } from '../../input/taskFields';
import { echoOf } from '../../output/items';
import type { Operation } from '../operation';

export const deleteTask: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		description: 'Stop a relay task and delete it',
		action: 'Delete relay task',
	},
	form: [TASK_ID],
	call: 'deleteTask',
	async run(parameters, { relayTasks }, options) {
		const taskId = parameters.read(TASK_ID);
		const { dryRun, verify } = options;
		const how = dryRun ? 'dryRun' : verify ? 'confirm' : 'once';
		const outcome = await relayTasks.delete({ taskId, region: options.region }, options, how);
		const { found } = outcome;
		return {
			// A run keeps the outcomes of items that fail.
			outcome: found ? { ...outcome, found: undefined } : outcome,
			sent: { task_id: taskId },
			found: found && echoOf(pick(found, dryRun ? DRY_RUN_FIELDS : ['region'])),
			note: dryRun ? 'Dry run: nothing was deleted. It does not check the permission to delete.' : undefined,
		};
	},
	fields(outcome, parameters) {
		if (isDryRun(parameters)) return { deleted: false, dry_run: true };
		const mayBeDeleted = outcome.kind === 'error' && outcome.mayHaveHappened;
		return { deleted: mayBeDeleted ? null : outcome.kind === 'success' };
	},
};

const DRY_RUN_FIELDS = ['region', 'status', ...TARGET_FIELDS];

/** Failed items need it too, also those with another option that can't be read. Without a valid value, nothing was sent. */
function isDryRun(parameters: ItemParameters): boolean {
	const options = parameters.valueOrNull(OPTIONS.property.name);
	try {
		return isFields(options) && Object.hasOwn(options, 'dryRun') && readFlag('Dry Run', options.dryRun);
	} catch {
		return false;
	}
}
