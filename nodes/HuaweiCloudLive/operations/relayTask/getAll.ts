import type { INodeProperties } from 'n8n-workflow';

import { CALLS } from '../../../../huawei-cloud/live/calls';
import { systemClock } from '../../../../n8n/clock';
import { toListedItem } from '../../output/items';
import { incompleteNote, LIMIT_FIELDS, readLimit } from '../lists';
import type { Operation } from '../operation';
import { durationField } from '../../../shared/duration';
import { sourceTypeFilter, statusFilter, targetFilter, withExpression } from '../../../shared/fields';
import { readSimplify, SIMPLE_TASK_FIELDS, SIMPLIFY } from '../../../shared/simplify';
import { readTaskFilter } from '../../../shared/taskFilters';
import { readTaskRegion } from '../../../shared/identifiers';

const NO_API_FILTER = 'Filtered in n8n; the API has no such filter';

function ageFilter(name: string, event: string, description: string): INodeProperties {
	return durationField(
		{
			displayName: `${event} More Than … Ago`,
			name,
			description: `${description}. ${NO_API_FILTER}.`,
		},
		'ago',
	);
}

/** Lists relay tasks, one item per task. */
export const getManyTasks: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List relay tasks, one item per task',
		action: 'Get many relay tasks',
	},
	properties: [
		...LIMIT_FIELDS,
		SIMPLIFY,
		...withExpression({
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			options: [
				{
					displayName: 'Created Before',
					name: 'createdBefore',
					type: 'dateTime',
					default: '',
					description: `Only tasks created before this time. ${NO_API_FILTER}.`,
				},
				ageFilter('createdMoreThan', 'Created', 'Only tasks created longer ago than this'),
				{
					displayName: 'Ended Before',
					name: 'endedBefore',
					type: 'dateTime',
					default: '',
					description: `Only tasks whose end time is before this time. ${NO_API_FILTER}.`,
				},
				ageFilter('endedMoreThan', 'Ended', 'Only tasks whose end time is longer ago than this'),
				...[sourceTypeFilter, statusFilter, targetFilter].map((field) => ({
					...field,
					description: `${field.description}. ${NO_API_FILTER}.`,
				})),
				{
					displayName: 'Task ID',
					name: 'taskId',
					type: 'string',
					default: '',
					description: 'Only the task with this ID',
				},
			],
		}),
	],
	idempotent: CALLS.listTasks.idempotent,
	async run(parameters, { relayTasks }) {
		const region = parameters.collection('options').read('region', readTaskRegion);
		const filters = readTaskFilter(parameters.collection('filters'), systemClock.now(), parameters.time);
		const simplify = readSimplify(parameters, SIMPLE_TASK_FIELDS);
		const outcome = await relayTasks.list(
			{ region, ...filters },
			readLimit(parameters),
			parameters.settings(),
		);
		if (outcome.kind !== 'success') return { outcome };
		const items = outcome.entries.map((task) => toListedItem(simplify(task)));
		return { outcome, items, note: incompleteNote(outcome.isComplete, 'tasks') };
	},
};
