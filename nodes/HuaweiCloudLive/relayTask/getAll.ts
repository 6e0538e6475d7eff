import { CALLS, LIVE_RELAY, VOD_RELAY, type RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { regionField, RESOURCE } from '../fields';
import { toTaskItem } from '../items';
import type { Operation } from '../operation';
import { readTaskFilter } from './filters';
import { readWholeNumber } from '../readers';
import { readTaskRegion } from './input';

const NAME = 'getAll';

const show = (more: Record<string, boolean[]> = {}) => ({
	show: { resource: [RESOURCE], operation: [NAME], ...more },
});

const NOT_OF_THE_API = 'Applied by this node to the tasks it receives: Huawei Cloud has no such filter';

/** Lists relay tasks, one item per task. */
export const getManyTasks: Operation = {
	option: {
		name: 'Get Many',
		value: NAME,
		description: 'List relay tasks, one item per task',
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
					description: `Only tasks created before this time. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Ended Before',
					name: 'endedBefore',
					type: 'dateTime',
					default: '',
					description: `Only tasks whose end time is before this time. ${NOT_OF_THE_API}.`,
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
					description: `The status as Huawei Cloud returns it; the possible values are not documented. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Target Contains',
					name: 'target',
					type: 'string',
					default: '',
					placeholder: 'e.g. camera-3',
					description: `Text that the stream name, domain or destination URL must contain. ${NOT_OF_THE_API}.`,
				},
				{
					displayName: 'Task ID',
					name: 'taskId',
					type: 'string',
					default: '',
					description: 'Only the task with this ID',
				},
			],
		},
	],
	idempotent: CALLS.list.idempotent,
	async run(parameters, relayTasks) {
		const filters = parameters.collection('filters');
		const toItem = parameters.flag('simplify', 'Simplify') ? toSimpleItem : toTaskItem;
		const outcome = await relayTasks.list(
			{ region: readTaskRegion(parameters.get('region')), ...readTaskFilter(filters, parameters.localTime) },
			parameters.flag('returnAll', 'Return All') ? undefined : readLimit(parameters.getIfShown('limit')),
			parameters.settings(),
		);
		if (outcome.kind !== 'success') return { outcome };
		const note = outcome.isComplete
			? undefined
			: 'The list may be incomplete: Huawei Cloud reported more tasks than it returned, or tasks changed too fast while they were listed.';
		return { outcome, items: outcome.entries.map((task) => toItem(task)), note };
	},
};

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
