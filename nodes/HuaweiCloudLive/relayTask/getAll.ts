import { CALLS, LIVE_RELAY, VOD_RELAY, type RelayTask } from '../../../huawei-cloud/live/relayTasks';
import { regionField, RESOURCE } from '../fields';
import { toListedItem } from '../items';
import { incompleteNote, limitFields, readMost } from '../lists';
import type { Operation } from '../operation';
import { readTaskFilter } from './filters';
import { readTaskRegion } from './input';

const NAME = 'getAll';

const show = { show: { resource: [RESOURCE], operation: [NAME] } };

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
		...limitFields(RESOURCE, NAME),
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description: 'Whether to return a simplified version of the response instead of the raw data',
			displayOptions: show,
		},
		regionField(NAME),
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			displayOptions: show,
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
	async run(parameters, { relayTasks }) {
		const filters = parameters.collection('filters');
		const toItem = parameters.flag('simplify', 'Simplify') ? toSimpleItem : toListedItem;
		const outcome = await relayTasks.list(
			{ region: readTaskRegion(parameters.get('region')), ...readTaskFilter(filters, parameters.localTime) },
			readMost(parameters),
			parameters.settings(),
		);
		if (outcome.kind !== 'success') return { outcome };
		const items = outcome.entries.map((task) => toItem(task));
		return { outcome, items, note: incompleteNote(outcome.isComplete, 'tasks') };
	},
};

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
	return toListedItem(
		Object.fromEntries(Object.entries(task).filter(([name]) => SIMPLE_FIELDS.includes(name))),
	);
}
