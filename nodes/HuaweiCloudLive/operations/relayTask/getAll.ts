import { agoField } from '../../../shared/duration';
import { collectionOf, textField, timeField, withExpression } from '../../../shared/field';
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
import type { Fields } from '../../../shared/objects';
import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/fields';
import { toListedItem } from '../../output/items';
import { incompleteNote, LIMIT_FIELDS, readLimit } from '../lists';
import type { Operation } from '../operation';

const createdBefore = ({ create_time }: Fields, bound: number) => isBefore(create_time, bound);
const endedBefore = ({ end_time }: Fields, bound: number) => isBefore(end_time, bound);

const inN8n = (description: string) => `${description}. Filtered in n8n; the API has no such filter.`;

const FILTERS = collectionOf(
	{ displayName: 'Filters', name: 'filters', placeholder: 'Add filter' },
	{
		createdBefore: filterOf(
			timeField({ displayName: 'Created Before', description: inN8n('Only tasks created before this time') }),
			createdBefore,
		),
		createdMoreThan: filterOf(
			agoField({
				displayName: 'Created More Than … Ago',
				description: inN8n('Only tasks created longer ago than this'),
			}),
			createdBefore,
		),
		endedBefore: filterOf(
			timeField({
				displayName: 'Ended Before',
				description: inN8n('Only tasks whose end time is before this time'),
			}),
			endedBefore,
		),
		endedMoreThan: filterOf(
			agoField({
				displayName: 'Ended More Than … Ago',
				description: inN8n('Only tasks whose end time is longer ago than this'),
			}),
			endedBefore,
		),
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
	properties: [...LIMIT_FIELDS, SIMPLIFY.property, ...withExpression(FILTERS)],
	call: 'listTasks',
	async run(parameters, { relayTasks }, options) {
		const { taskId, ...filters } = parameters.read(FILTERS);
		const filter = { region: options.region, matches: allOf(filters), taskId };
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const outcome = await relayTasks.list(filter, readLimit(parameters), options);
		if (outcome.kind !== 'success') return { outcome };
		const items = outcome.entries.map((task) => toListedItem(simplify(task)));
		return { outcome, items, note: incompleteNote(outcome.isComplete, 'tasks') };
	},
};
