import type { INodeProperties } from 'n8n-workflow';

import { KNOWN_REGIONS_TEXT } from '../../../huawei-cloud/identity/regions';
import { durationField } from '../../shared/duration';
import { collectionOf, flagField, numberField, textField, timeField } from '../../shared/field';
import { readTaskRegion } from '../../shared/identifiers';
import { InputError } from '../../shared/inputError';
import type { ItemParameters, RunParameters } from '../../shared/parameters';

const whenDelete = { show: { '/resource': ['relayTask'], '/operation': ['delete'] } };
const whenForbid = { show: { '/resource': ['stream'], '/operation': ['forbid'] } };

/** Settings without any options. The advice names options of the node. */
export const DEFAULTS = {
	maxConcurrency: 10,
	maxRetries: 3,
	timeout: 30_000,
	advice: {
		throttled:
			"Run this again later. If others use the same project, set Max Requests per Minute in the node's options.",
		timeout: "Run this again later. If the network is slow, increase Timeout in the node's options.",
	},
};

const FIELDS = {
	// Adding it turns it on, as with the next one: nobody adds Dry Run to delete something.
	verify: flagField({
		displayName: 'Confirm',
		default: true,
		description:
			'Whether to look the task up in all regions after each response, until it is no longer listed. Sends more requests and requires the permission live:stream:listPullTask.',
		displayOptions: whenDelete,
	}),
	dryRun: flagField({
		displayName: 'Dry Run',
		default: true,
		description:
			'Whether to only look the task up and delete nothing. Items go to the same outputs, but deleting a task that was found may still fail. Requires the permission live:stream:listPullTask.',
		displayOptions: whenDelete,
	}),
	resumeAfter: durationField({
		displayName: 'Resume After',
		description:
			'How long to block the stream: 7 days by default, 90 at most. A stream that is already blocked gets the new time.',
		displayOptions: whenForbid,
	}),
	resumeTime: timeField({
		displayName: 'Resume Time',
		description:
			'When to allow the stream again: after 7 days by default, 90 at most. A stream that is already blocked gets the new time.',
		displayOptions: whenForbid,
	}),
	// The region of the task, not of the credential: the latter only determines the host.
	region: textField({
		displayName: 'Task Region',
		placeholder: 'e.g. cn-north-4, ap-southeast-3, sa-brazil-1',
		description: `The code of the region that the task runs in. If empty, Huawei Cloud uses a default that it does not document. Known regions: ${KNOWN_REGIONS_TEXT}.`,
		displayOptions: { show: { '/resource': ['relayTask'] }, hide: { '/operation': ['update'] } },
		read: readTaskRegion,
	}),
	maxConcurrency: numberField({
		displayName: 'Max Concurrency',
		default: DEFAULTS.maxConcurrency,
		min: 1,
		max: 100,
		description:
			'How many items to process at the same time (1 to 100). The value of the first item applies to the whole run.',
	}),
	maxRequestsPerMinute: numberField({
		displayName: 'Max Requests per Minute',
		// Filled in when the option is added; without the option, there is no such limit.
		default: 300,
		min: 1,
		max: 100_000,
		description:
			'How many requests this run may send per minute (1 to 100000). By default, the node learns the limit of Huawei Cloud. Set it if other programs use the same project. The value of the first item applies to the whole run.',
	}),
	maxRetries: numberField({
		displayName: 'Max Retries',
		default: DEFAULTS.maxRetries,
		min: 0,
		max: 10,
		description:
			'How many times to retry a request after a network error, a timeout or a server error (0 to 10)',
	}),
	timeout: numberField({
		displayName: 'Timeout (Ms)',
		default: DEFAULTS.timeout,
		min: 1,
		max: 300_000,
		description:
			'How many milliseconds one attempt may take, from connecting to the last byte of the response (1 to 300000)',
	}),
};

export const OPTIONS = collectionOf(
	{
		displayName: 'Options',
		name: 'options',
		placeholder: 'Add option',
		displayOptions: { show: { resource: ['relayTask', 'stream'] } },
	},
	FIELDS,
);

/** The options of an item. The run uses the Max settings of the first valid ones, but an invalid one is an InputError in any. */
export function readOptions(parameters: ItemParameters) {
	const options = parameters.read(OPTIONS);
	for (const [name, { property }] of Object.entries(FIELDS)) {
		if (!(name in options) || isShown(property, parameters)) continue;
		throw new InputError(
			`This operation has no option ${property.displayName}.`,
			'Remove it from the object that the expression in Options returns.',
		);
	}
	return { ...DEFAULTS, ...options };
}

/** Reads the options of a run's items. Without an expression, all items have the same, which are read once. */
export function optionsReader({ expressions }: RunParameters): (parameters: ItemParameters) => Options {
	if (expressions.has(OPTIONS.property.name)) return readOptions;
	let options: Options | undefined;
	return (parameters) => (options ??= readOptions(parameters));
}

/** n8n drops an option that the form hides, but not from an expression: without Dry Run, more than a dry run would happen. */
function isShown(
	{ displayOptions: { show, hide } = {} }: INodeProperties,
	parameters: ItemParameters,
): boolean {
	const applies = ([path, values]: [path: string, values: unknown]) =>
		Array.isArray(values) && values.includes(parameters.valueOrNull(path.slice(1)));
	return Object.entries(show ?? {}).every(applies) && !Object.entries(hide ?? {}).some(applies);
}

export type Options = ReturnType<typeof readOptions>;
