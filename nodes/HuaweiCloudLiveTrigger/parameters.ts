import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { collectionOf, textField, withExpression, type Field } from '../shared/field';
import * as fields from '../shared/fields';
import {
	allOf,
	filterOf,
	sourceTypeFilter,
	statusFilter,
	TARGET_DESCRIPTION,
	targetFilter,
} from '../shared/filters';
import { readAppName, readStreamName } from '../shared/identifiers';
import { InputError } from '../shared/inputError';
import { ItemParameters, RunParameters } from '../shared/parameters';
import type { Fields } from '../shared/objects';
import { events, type TriggerEvent } from './events';

const FILTERS = {
	displayName: 'Filters',
	name: 'filters',
	placeholder: 'Add filter',
	description: 'Only events that match all of these filters start the workflow',
};

const taskFilters = collectionOf(FILTERS, {
	sourceType: sourceTypeFilter('Only events of tasks with this type of source'),
	status: statusFilter(
		'Only events after which the task has this status; for Relay Task Deleted, the last known one. The possible values are not documented.',
	),
	target: targetFilter(TARGET_DESCRIPTION),
});

const streamFilters = collectionOf(FILTERS, {
	appName: filterOf(
		textField({ ...fields.APP_NAME, description: 'Only events of streams of this app', read: readAppName }),
		({ app_name }, wanted) => app_name === wanted,
	),
	streamName: filterOf(
		textField({
			...fields.STREAM_NAME,
			description: 'Only events of streams with this name',
			read: readStreamName,
		}),
		({ stream_name }, wanted) => stream_name === wanted,
	),
});

const EVENT: Field<TriggerEvent> = {
	property: {
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: events.map(({ name, value, description }) => ({ name, value, description })),
		default: 'relayTaskPastEnd',
		description:
			"The event to wait for. The first poll only records the current state; existing tasks and streams don't trigger the workflow.",
	},
	read(_label, chosen) {
		const event = events.find(({ value }) => value === chosen);
		if (event) return event;
		throw new InputError('The node does not have this event.', 'Choose an event in the node.');
	},
};

const isAboutStreams = ({ watch }: TriggerEvent) => watch.isPerDomain === true;

/** A field that the form shows for some of the events. */
function fieldFor<Value>(applies: (event: TriggerEvent) => boolean, { property, read }: Field<Value>) {
	const event = events.filter(applies).map(({ value }) => value);
	return { property: { ...property, displayOptions: { show: { event } } }, read };
}

/** The trigger's form. Names are in workflow files: never change one. */
export const properties: INodeProperties[] = [
	EVENT.property,
	fieldFor(isAboutStreams, fields.DOMAIN).property,
	fieldFor(({ reports }) => reports !== 'removed', fields.SIMPLIFY).property,
	...withExpression(fieldFor((event) => !isAboutStreams(event), taskFilters)),
	...withExpression(fieldFor(isAboutStreams, streamFilters)),
];

export type PollParameters = ReturnType<typeof readPollParameters>;

/** @throws InputError naming the parameter that can't be read */
export function readPollParameters(context: Omit<IPollFunctions, 'getPollBudgetMs'>) {
	const run = new RunParameters({
		getNodeParameter: (name, _itemIndex, fallback): unknown => context.getNodeParameter(name, fallback),
		getNode: () => context.getNode(),
		getTimezone: () => context.getTimezone(),
	});
	const parameters = new ItemParameters(run, 0);
	const event = parameters.read(EVENT);
	const isStream = isAboutStreams(event);
	const simpleFields = isStream ? fields.SIMPLE_STREAM_FIELDS : fields.SIMPLE_TASK_FIELDS;
	return {
		event,
		/** The ingest domain of streams; empty for tasks. */
		domain: isStream ? parameters.read(fields.DOMAIN) : '',
		simplify:
			event.reports === 'removed' ? (entry: Fields) => entry : fields.readSimplify(parameters, simpleFields),
		/** True if an event of a task or stream with these fields passes the filters. */
		matches: allOf(isStream ? parameters.read(streamFilters) : parameters.read(taskFilters)),
	};
}
