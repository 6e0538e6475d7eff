import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { DOMAIN, sourceTypeFilter, statusFilter, targetFilter, withExpression } from '../shared/fields';
import { InputError } from '../shared/inputError';
import { ItemParameters, RunParameters } from '../shared/parameters';
import type { Fields } from '../shared/objects';
import { readSimplify, SIMPLIFY } from '../shared/simplify';
import { readDomain } from '../shared/identifiers';
import { events, isAboutRemoved, type TriggerEvent } from './events';

const SOURCE = 'Only events of tasks that pull from this';

const taskFilterFields: INodeProperties[] = [
	{ ...sourceTypeFilter, description: SOURCE },
	{
		...statusFilter,
		description:
			'Only events after which the task has this status; for Relay Task Deleted, the last known one. The possible values are not documented.',
	},
	targetFilter,
];

const streamFilterFields: INodeProperties[] = [
	{
		displayName: 'App Name',
		name: 'appName',
		type: 'string',
		default: '',
		placeholder: 'e.g. live',
		description: 'Only events of streams of this app',
	},
	{
		displayName: 'Stream Name',
		name: 'streamName',
		type: 'string',
		default: '',
		placeholder: 'e.g. camera-3',
		description: 'Only events of streams with this name',
	},
];

const showFor = (applies: (event: TriggerEvent) => boolean) => ({
	show: { event: events.filter(applies).map(({ option }) => option.value) },
});

function filtersField(
	options: INodeProperties[],
	applies: (event: TriggerEvent) => boolean,
): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		description: 'Which events start the workflow. To pass, an event must match all of them.',
		displayOptions: showFor(applies),
		options,
	};
}

const isAboutStreams = ({ watch }: TriggerEvent) => watch.isPerDomain;
const taskFilters = filtersField(taskFilterFields, (event) => !isAboutStreams(event));
const streamFilters = filtersField(streamFilterFields, isAboutStreams);

/** The trigger's form. Names are in workflow files: never change one. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: events.map(({ option }) => option),
		default: 'relayTaskPastEnd',
		description:
			"The event to wait for. The first poll only records the current state; existing tasks and streams don't trigger the workflow.",
	},
	{ ...DOMAIN, displayOptions: showFor(isAboutStreams) },
	{ ...SIMPLIFY, displayOptions: showFor((event) => !isAboutRemoved(event)) },
	...withExpression(taskFilters),
	...withExpression(streamFilters),
];

/** The values of the form, for one poll. */
export interface PollParameters {
	event: TriggerEvent;
	/** The ingest domain of streams; empty for tasks. */
	domain: string;
	simplify: (fields: Fields) => Fields;
	/** True if an event of a task or stream with these fields passes the filters. */
	matches: (fields: Fields) => boolean;
}

/**
 * Reads the form.
 * @param now milliseconds since the epoch
 * @throws InputError naming the parameter that can't be read
 */
export function readPollParameters(
	context: Pick<IPollFunctions, 'getNode' | 'getNodeParameter' | 'getTimezone'>,
	now: number,
): PollParameters {
	const chosen: unknown = context.getNodeParameter('event', '');
	const event = events.find(({ option }) => option.value === chosen);
	if (!event) throw new InputError('The node does not have this event.', 'Choose an event in the node.');
	const { watch } = event;
	const run = new RunParameters(
		{
			getNodeParameter: (name, _itemIndex, fallback): unknown => context.getNodeParameter(name, fallback),
			getNode: () => context.getNode(),
			getTimezone: () => context.getTimezone(),
		},
		// Both sets of filters have the same name: the last one counts.
		[...properties, watch.isPerDomain ? streamFilters : taskFilters],
	);
	const parameters = new ItemParameters(run, 0);
	return {
		event,
		domain: watch.isPerDomain ? parameters.read('domain', readDomain) : '',
		simplify: isAboutRemoved(event) ? (fields) => fields : readSimplify(parameters, watch.simpleFields),
		matches: watch.readFilters(parameters.collection('filters'), now, parameters.time),
	};
}
