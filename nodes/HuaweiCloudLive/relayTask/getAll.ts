import { InputError } from '../inputError';
import {
	cameToNothing,
	LIVE_RELAY,
	readChoice,
	readTaskId,
	readTaskRegion,
	readTime,
	readWholeNumber,
	VOD_RELAY,
} from './input';
import type { RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { regionField, RESOURCE } from '../fields';
import { toTaskItem } from '../items';
import type { Operation } from '../operation';
import type { ItemParameters } from '../parameters';

const NAME = 'getAll';

const show = (more: Record<string, boolean[]> = {}) => ({
	show: { resource: [RESOURCE], operation: [NAME], ...more },
});

const NOT_OF_THE_API = 'Applied by this node to the tasks it gets: Huawei Cloud has no such filter';

/** Lists relay tasks: an item for each. */
export const getManyTasks: Operation = {
	option: {
		name: 'Get Many',
		value: NAME,
		description: 'List relay tasks, one item each',
		action: 'Get many relay tasks',
	},
	properties: [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
			displayOptions: show(),
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: show({ returnAll: [false] }),
		},
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description: 'Whether to return a simplified version of the response instead of the raw data',
			displayOptions: show(),
		},
		regionField(NAME),
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			displayOptions: show(),
			options: [
				{
					displayName: 'Created Before',
					name: 'createdBefore',
					type: 'dateTime',
					default: '',
					description: `Tasks that were created before this time. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Ended Before',
					name: 'endedBefore',
					type: 'dateTime',
					default: '',
					description: `Tasks whose end time is before this time. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Source Type',
					name: 'sourceType',
					type: 'options',
					options: [
						{ name: 'Live Stream', value: LIVE_RELAY },
						{ name: 'Video Files', value: VOD_RELAY },
					],
					default: LIVE_RELAY,
					description: `What the task pulls from. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'string',
					default: '',
					placeholder: 'e.g. suspend',
					description: `The status as Huawei Cloud writes it; which there are is not documented. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Target Contains',
					name: 'target',
					type: 'string',
					default: '',
					placeholder: 'e.g. camera-3',
					description: `Text that the stream name, the domain or the destination URL contains. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Task ID',
					name: 'taskId',
					type: 'string',
					default: '',
					description: 'The task with this ID',
				},
			],
		},
	],
	done: 'listed',
	async run(parameters, relayTasks) {
		const filters = parameters.collection('filters');
		const toItem = parameters.flag('simplify', 'Simplify') ? toSimpleItem : toTaskItem;
		const outcome = await relayTasks.list(
			{
				region: readTaskRegion(parameters.get('region')),
				taskId: 'taskId' in filters ? readTaskId(filters.taskId) : undefined,
				matches: readFilters(filters, parameters),
			},
			parameters.flag('returnAll', 'Return All') ? undefined : readLimit(parameters.getIfShown('limit')),
			parameters.settings(),
		);
		if (outcome.outcome !== 'success') return { outcome };
		const note = outcome.isComplete
			? undefined
			: 'The list may not be whole: the service said that there are more tasks than it gave, or tasks came and went too fast.';
		return { outcome, items: outcome.tasks.map((task) => toItem(task)), note };
	},
};

/** The conditions of the filters that the API does not have; undefined when none was added. */
function readFilters(
	filters: Record<string, unknown>,
	parameters: ItemParameters,
): ((task: RelayTask) => boolean) | undefined {
	const conditions = Object.entries(filters).flatMap(([name, value]) => {
		const condition = conditionOf(name, value, parameters);
		return condition ? [condition] : [];
	});
	return conditions.length === 0 ? undefined : (task) => conditions.every((condition) => condition(task));
}

function conditionOf(
	name: string,
	value: unknown,
	parameters: ItemParameters,
): ((task: RelayTask) => boolean) | undefined {
	switch (name) {
		case 'status': {
			const status = readFilterText('Status', value);
			return (task) => typeof task.status === 'string' && task.status.toLowerCase() === status;
		}
		case 'sourceType': {
			const sourceType = readChoice('filter Source Type', value, [LIVE_RELAY, VOD_RELAY]);
			return (task) => task.source_type === sourceType;
		}
		case 'target': {
			const target = readFilterText('Target Contains', value);
			return ({ stream_name, domain, destination_url }) =>
				[stream_name, domain, destination_url].some((one) =>
					String(one ?? '')
						.toLowerCase()
						.includes(target),
				);
		}
		case 'endedBefore': {
			const bound = readBound('Ended Before', value, parameters);
			return (task) => isBefore(task.end_time, bound);
		}
		case 'createdBefore': {
			const bound = readBound('Created Before', value, parameters);
			return (task) => isBefore(task.create_time, bound);
		}
		default:
			// The API's own.
			return undefined;
	}
}

function readFilterText(label: string, value: unknown): string {
	if (typeof value === 'string') return value.trim().toLowerCase();
	throw new InputError(`The filter ${label} is not text.`, 'Enter text, or remove the filter.');
}

function readBound(label: string, value: unknown, { localTime }: ItemParameters): number {
	const bound = readTime(`filter ${label}`, value, localTime);
	if (bound === undefined) throw cameToNothing(`filter ${label}`);
	return bound;
}

/** Whether a time of a task is there and before another. "No time" may be written as 0, or as the year 1. */
function isBefore(time: unknown, bound: number): boolean {
	if (typeof time !== 'string' || !/^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time)) return false;
	return Date.parse(time) < bound;
}

function readLimit(value: unknown): number {
	return readWholeNumber('Limit', value, 1, Number.MAX_SAFE_INTEGER);
}

const SIMPLE_FIELDS = [
	'task_id',
	'status',
	'source_type',
	'source_urls',
	'domain',
	'app_name',
	'stream_name',
	'destination_url',
	'start_time',
	'end_time',
];

function toSimpleItem(task: RelayTask) {
	return toTaskItem(
		Object.fromEntries(Object.entries(task).filter(([name]) => SIMPLE_FIELDS.includes(name))),
	);
}
