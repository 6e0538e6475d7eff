import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Failure } from '../../huawei-cloud/call/outcome';
import type { Redactor } from '../../huawei-cloud/call/redaction';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { systemClock } from '../../n8n/clock';
import { connect, toNodeError } from '../../n8n/connection';
import { InputError } from '../shared/inputError';
import {
	advance,
	firstMemory,
	missingIds,
	type Change,
	type Listed,
	type LookUp,
	type Memory,
} from './changes';
import { recall, remember, type MemoryFormat } from './memory';
import { readPollParameters, type PollParameters } from './parameters';
import type { Fields } from './filters';
import type { ListRequest } from './watches';

/** Releases of n8n before 2.41 give polls no budget. */
type PollContext = Omit<IPollFunctions, 'getPollBudgetMs'> & { getPollBudgetMs?: () => number };

const MAX_POLL_MS = 5 * 60_000;

/** A poll ends before n8n abandons it. */
const SHARE_OF_BUDGET = 0.8;

/**
 * Reports what has happened since the last poll. The first poll only remembers; so does the first one after a change of what
 * is watched. When n8n runs the node by hand, the result is a sample, and nothing is remembered.
 * @returns the items of the events; null when there were none
 * @throws an error for people when the list could not be read; what is remembered then stays as it was
 */
export async function pollForEvents(context: PollContext): Promise<INodeExecutionData[][] | null> {
	try {
		const poll = await prepare(context);
		const items = context.getMode() === 'manual' ? await sample(poll) : await newItems(poll);
		return items.length === 0 ? null : [items.map((json) => ({ json: poll.redactor.redact(json) }))];
	} catch (error) {
		const isForPeople = error instanceof CredentialError || error instanceof InputError;
		throw isForPeople ? toNodeError(context, error) : error;
	}
}

interface Poll extends PollParameters {
	context: PollContext;
	live: LiveApi;
	redactor: Redactor;
	/** Milliseconds since the epoch. */
	now: number;
	/** Ends what is pending when the poll has taken too long. */
	timeLimit: AbortSignal;
}

async function prepare(context: PollContext): Promise<Poll> {
	const now = systemClock.now();
	const parameters = readPollParameters(context, now);
	const budget = Math.min(MAX_POLL_MS, context.getPollBudgetMs?.() ?? MAX_POLL_MS);
	const timeLimit = AbortSignal.timeout(Math.floor(budget * SHARE_OF_BUDGET));
	const { live, redactor } = await connect({
		helpers: context.helpers,
		getCredentials: async (type) => await context.getCredentials(type),
		getExecutionCancelSignal: () => timeLimit,
	});
	return { ...parameters, context, live, redactor, now, timeLimit };
}

async function newItems(poll: Poll): Promise<IDataObject[]> {
	const { event, matches, now } = poll;
	const staticData = staticDataOf(poll.context);
	const { remembered } = staticData;
	const format = formatOf(poll);
	const before = recall(staticData, format);
	const request = { domain: poll.domain, now, before };
	const listed = await list(poll, request);
	const { changes, after } = before
		? advance(before, listed, await lookUp(poll, request, missingIds(before, listed)))
		: { changes: [], after: firstMemory(listed) };

	const items = changes
		.filter((change) => change.kind === event.reports && matches(statusFields(poll, change)))
		.map((change) => toItem(poll, change));

	// A poll that began later has overtaken this one: its list is newer.
	if (staticData.remembered !== remembered) return [];
	remember(staticData, format, after);
	if (!before) poll.context.logger.info(FIRST_POLL);
	logIncomplete(poll, after, missingIds(after, listed).length);
	return items;
}

const FIRST_POLL =
	'Huawei Cloud Live Trigger: first poll, which only records the current state. If every poll logs this, n8n does not store the state: where its durable scheduler runs polls, set N8N_POLLER_DURABLE_CURSORS_ENABLED=true.';

/** Others can write to static data, too. */
function staticDataOf(context: PollContext): IDataObject {
	const staticData = context.getWorkflowStaticData('node');
	if (Object(staticData) === staticData && !Array.isArray(staticData)) return staticData;
	throw new InputError(
		'n8n has stored something else than what the trigger saved.',
		'Rename the trigger node, which gives it new data, and publish the workflow again.',
	);
}

function formatOf({ event: { option, watch }, domain, live }: Poll): MemoryFormat {
	return {
		scope: JSON.stringify([option.value, domain, live.projectUrl]),
		details: watch.details.length,
		isId: (id) => watch.fieldsOf(id, { value: '', details: [] }, domain) !== undefined,
	};
}

/** Looks entries up one by one. After a failure the others wait for the next poll. */
async function lookUp(
	{ event, live }: Poll,
	request: ListRequest,
	ids: readonly string[],
): Promise<Map<string, LookUp>> {
	const answers = new Map<string, LookUp>();
	for (const id of ids) {
		const answer = await event.watch.lookUp(live, id, request);
		answers.set(id, answer ?? 'unknown');
		if (answer === undefined) break;
	}
	return answers;
}

/** Writes gaps in the lists to n8n's log: an item for them would be no event. */
function logIncomplete({ context, event }: Poll, { isWhole }: Memory, pending: number): void {
	const { name } = event.watch;
	if (pending > 0) {
		context.logger.warn(
			`${pending} are missing from the list of ${name}, but not known to be gone. The next poll looks them up again.`,
		);
	}
	if (!isWhole) {
		context.logger.warn(
			`The list of ${name} could not be read to its end. Until it is, only those with a time after the first poll are new.`,
		);
	}
}

/** A made-up event, from the first entry in the list that could have one. */
async function sample(poll: Poll): Promise<IDataObject[]> {
	const { event, matches, now, domain } = poll;
	const [entry] = (await list(poll, { domain, now, limit: 1, matches })).entries;
	if (!entry) {
		throw new InputError(
			`No ${event.watch.name} match the filters, so there is no sample.`,
			'Run this again when there are some, or enter data of your own with Edit Output.',
		);
	}
	const kind = event.reports;
	const change = { kind, id: entry.id, previous: entry, entry: kind === 'gone' ? undefined : entry };
	return [toItem(poll, change, { is_sample: true })];
}

async function list(poll: Poll, request: ListRequest): Promise<Listed> {
	const { context, event, domain, live, redactor, now, timeLimit } = poll;
	const outcome = await event.watch.list(live, request);
	if (outcome.kind === 'success') {
		// n8n stores the details where people can see them.
		const entries = outcome.entries.map((entry) => ({ ...entry, details: redactor.redact(entry.details) }));
		return { entries, isComplete: outcome.isComplete, time: now };
	}
	if (timeLimit.aborted) {
		throw new InputError(
			`The poll was stopped, because reading the list of ${event.watch.name} took too long.`,
			'Nothing is lost: the next poll compares with the last recorded state. If the error persists, set longer Poll Times.',
		);
	}
	if (outcome.kind === 'error') throw toNodeError(context, withDetails(outcome));
	throw new InputError(
		'The project has no such ingest domain.',
		`Check the Domain, which is ${domain}, and the Project ID of the credential.`,
	);
}

/** Adds the service's report to the error, since there is no item that could carry it. */
function withDetails({ message, hint, statusCode, errorCode, errorMsg, requestId }: Failure) {
	const details = Object.entries({
		status_code: statusCode,
		error_code: errorCode,
		error_msg: errorMsg,
		request_id: requestId,
	}).flatMap(([name, value]) => ((value ?? '') === '' ? [] : [`${name}: ${value}`]));
	return { message, hint: details.length === 0 ? hint : `${hint} (${details.join(', ')})` };
}

function fieldsOf({ event, domain }: Poll, { id, entry, previous }: Change): Fields {
	return entry?.fields ?? (previous && event.watch.fieldsOf(id, previous, domain)) ?? {};
}

/** The fields that filters are about: of a task that is gone with its last known status. */
function statusFields(poll: Poll, change: Change): Fields {
	const { entry, previous } = change;
	return entry?.fields ?? { ...fieldsOf(poll, change), status: previous?.value };
}

function toItem(poll: Poll, change: Change, extra: IDataObject = {}): IDataObject {
	const { event, simplify } = poll;
	const { kind, previous } = change;
	const fields: IDataObject = JSON.parse(JSON.stringify(simplify(fieldsOf(poll, change))));
	const isChanged = kind !== 'added' && previous !== undefined && previous.value !== '';
	const ours = { event: event.option.value, ...(isChanged && { previous_status: previous.value }), ...extra };
	// First in the editor's table, and ours whatever fields a task has.
	return { ...ours, ...fields, ...ours };
}
