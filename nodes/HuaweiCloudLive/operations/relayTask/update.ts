import { systemClock } from '../../../../n8n/clock';
import { choiceField, collectionOf, notice, textField } from '../../../shared/field';
import { InputError } from '../../../shared/inputError';
import type { ItemParameters } from '../../../shared/parameters';
import { readUrls, TASK_ID, taskFields, toApiFields } from '../../input/taskFields';
import type { Operation } from '../operation';

/** The most common first. */
const updateFields = collectionOf(
	{ displayName: 'Update Fields', name: 'updateFields', placeholder: 'Add field' },
	{
		status: choiceField({
			displayName: 'Status',
			default: 'pause',
			choices: [
				{ name: 'Enable', value: 'enable' },
				{ name: 'Pause', value: 'pause' },
			],
			description: 'Whether to pause the task or let it continue',
		}),
		sourceUrls: textField({
			displayName: 'Source URLs',
			typeOptions: { rows: 3 },
			placeholder: 'e.g. https://vod.example.com/1.mp4',
			description:
				'The files to play, one URL per line, or an array from an expression. They replace the current ones.',
			read: readUrls,
		}),
		...taskFields,
	},
);

export const updateTask: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		description: 'Pause, enable or change a relay task whose sources are files',
		action: 'Update relay task',
	},
	form: [
		notice(
			'updateNotice',
			'Only tasks with the source type Video Files can be updated. To stop the relay of a live stream, delete its task.',
		),
		TASK_ID,
		updateFields,
	],
	call: 'updateTask',
	async run(parameters, { relayTasks }, options) {
		const taskId = parameters.read(TASK_ID);
		const changes = readTaskChanges(parameters, systemClock.now());
		const outcome = await relayTasks.update(taskId, changes, options);
		return { outcome, sent: { task_id: taskId } };
	},
};

/** Reads the body of ModifyPullTask; `now` is in ms since the epoch. Throws an InputError naming a field, or if it is empty. */
export function readTaskChanges(parameters: ItemParameters, now: number) {
	const { status, sourceUrls: source_urls, ...fields } = parameters.read(updateFields);
	const shared = toApiFields(fields, source_urls?.length ?? Infinity, now, false);
	const changes = { status, source_urls, ...shared };
	if (Object.values(changes).some((value) => value !== undefined)) return changes;
	throw new InputError('There is nothing to update.', 'Add at least one field under Update Fields.');
}
