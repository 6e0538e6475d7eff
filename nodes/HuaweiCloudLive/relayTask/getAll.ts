import { InputError } from '../../../huawei-cloud/input-error';
import {
	LIVE_RELAY,
	readTaskId,
	readTaskRegion,
	readTime,
	VOD_RELAY,
} from '../../../huawei-cloud/relay-task-fields';
import type { RelayTask } from '../../../huawei-cloud/relay-tasks';
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
		const outcome = await relayTasks.list(
			{
				region: readTaskRegion(parameters.get('region')),
				taskId: isBlank(filters.taskId) ? undefined : readTaskId(filters.taskId),
				matches: readFilters(filters, parameters),
			},
			parameters.get('returnAll') === true ? undefined : readLimit(parameters.getIfShown('limit')),
			parameters.settings(),
		);
		if (outcome.outcome !== 'success') return { outcome };
		const toItem = parameters.get('simplify') === false ? toTaskItem : toSimpleItem;
		return { outcome, items: outcome.tasks.map((task) => toItem(task)) };
	},
};

function readFilters(
	filters: Record<string, unknown>,
	parameters: ItemParameters,
): (task: RelayTask) => boolean {
	const text = (label: string, value: unknown) => {
		if (isBlank(value)) return '';
		if (typeof value === 'string') return value.trim().toLowerCase();
		throw new InputError(`The filter ${label} is not text.`, 'Enter text, or remove the filter.');
	};
	const status = text('Status', filters.status);
	const sourceType = text('Source Type', filters.sourceType);
	const target = text('Target Contains', filters.target);
	const endedBefore = readTime('filter Ended Before', filters.endedBefore, parameters.localTime);
	const createdBefore = readTime('filter Created Before', filters.createdBefore, parameters.localTime);
	const isBefore = (time: unknown, bound: number | undefined) =>
		bound === undefined || Date.parse(String(time)) < bound;
	return (task) =>
		(status === '' || String(task.status).toLowerCase() === status) &&
		(sourceType === '' || String(task.source_type).toLowerCase() === sourceType) &&
		[task.stream_name, task.domain, task.destination_url].some((one) =>
			String(one ?? '')
				.toLowerCase()
				.includes(target),
		) &&
		isBefore(task.end_time, endedBefore) &&
		isBefore(task.create_time, createdBefore);
}

function readLimit(value: unknown): number {
	if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
	throw new InputError(
		'The Limit is not a whole number of 1 or more.',
		'Enter such a number, or switch on Return All.',
	);
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

function isBlank(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
