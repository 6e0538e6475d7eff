import { agoField } from '../../../shared/duration';
import { collectionOf, textField, timeField } from '../../../shared/field';
import {
	allOf,
	filterOf,
	isBefore,
	sourceTypeFilter,
	statusFilter,
	TARGET_DESCRIPTION,
	targetFilter,
} from '../../../shared/filters';
import { readTaskId } from '../../../shared/identifiers';
import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/fields';
import { LIMIT_FIELDS, listResult, readLimit } from '../lists';
import type { Operation } from '../operation';

const inN8n = (description: string) => `${description}. Filtered in n8n; the API has no such filter.`;

/** A filter for tasks that have such a time, and whose time is before a bound. */
const timeFilter = (time: string) => (field: typeof timeField, displayName: string, tasks: string) =>
	filterOf(field({ displayName, description: inN8n(`Only tasks ${tasks}`) }), (task, bound) =>
		isBefore(task[time], bound),
	);
const created = timeFilter('create_time');
const ended = timeFilter('end_time');

const FILTERS = collectionOf(
	{ displayName: 'Filters', name: 'filters', placeholder: 'Add filter' },
	{
		createdBefore: created(timeField, 'Created Before', 'created before this time'),
		createdMoreThan: created(agoField, 'Created More Than … Ago', 'created longer ago than this'),
		endedBefore: ended(timeField, 'Ended Before', 'whose end time is before this time'),
		endedMoreThan: ended(agoField, 'Ended More Than … Ago', 'whose end time is longer ago than this'),
		sourceType: sourceTypeFilter(inN8n('Only tasks with this type of source')),
		status: statusFilter(
			inN8n('The status as Huawei Cloud returns it; the possible values are not documented'),
		),
		target: targetFilter(inN8n(TARGET_DESCRIPTION)),
		taskId: textField({
			displayName: 'Task ID',
			description: 'Only the task with this ID',
			read: readTaskId,
		}),
	},
);

export const getManyTasks: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List relay tasks, one item per task',
		action: 'Get many relay tasks',
	},
	form: [...LIMIT_FIELDS, SIMPLIFY, FILTERS],
	call: 'listTasks',
	async run(parameters, { relayTasks }, options) {
		const { taskId, ...filters } = parameters.read(FILTERS);
		const filter = { region: options.region, matches: allOf(filters), taskId };
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const outcome = await relayTasks.list(filter, readLimit(parameters), options);
		return listResult(outcome, simplify, 'tasks');
	},
};
