import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Failure } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import type { Completeness } from '../../huawei-cloud/live/list';
import type { LiveApi } from '../../huawei-cloud/live/liveApi';
import { systemClock } from '../../n8n/clock';
import { connect, toNodeError } from '../../n8n/connection';
import { InputError } from '../HuaweiCloudLive/inputError';
import { readDomain } from '../HuaweiCloudLive/stream/input';
import { compare, inDoubt, remembering, type Change, type Entries } from './changes';
import { events, type TriggerEvent } from './events';
import { recall, remember } from './memory';
import type { ListRequest, WatchedEntry } from './watches';

/**
 * Looks for what has happened since the last poll. The first poll only remembers; so does the first one after a change of what
 * is watched. When n8n runs the node by hand, the result is a sample, and nothing is remembered.
 * @returns the items of the events; null when there were none
 * @throws an error for people when the list could not be read; what is remembered is then as it was
 */
export async function pollForEvents(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const poll = await prepare(context);
		const items = context.getMode() === 'manual' ? await sample(poll) : await newItems(poll);
		return items.length === 0 ? null : [items.map((json) => ({ json }))];
	} catch (error) {
		const isForPeople = error instanceof CredentialError || error instanceof InputError;
		throw isForPeople ? toNodeError(context, error) : error;
	}
}

/** What one poll is about. */
interface Poll {
	context: IPollFunctions;
	event: TriggerEvent;
	/** Of streams: their ingest domain. */
	domain: string | undefined;
	live: LiveApi;
}

async function prepare(context: IPollFunctions): Promise<Poll> {
	const chosen: unknown = context.getNodeParameter('event', '');
	const event = events.find(({ option }) => option.value === chosen);
	if (!event) throw new InputError('The node does not have this event.', 'Choose an event in the node.');
	const domain = readDomainOf(context, event);
	const { live } = await connect(context);
	return { context, event, domain, live };
}

/** The form asks for it where the event is one of streams. */
function readDomainOf(context: IPollFunctions, { watch }: TriggerEvent): string | undefined {
	if (!watch.isOfDomain) return undefined;
	return readDomain(context.getNodeParameter('domain', undefined, { extractValue: true }));
}

async function newItems(poll: Poll): Promise<IDataObject[]> {
	const { context, event, domain, live } = poll;
	const { watch, reports, option } = event;
	const staticData = context.getWorkflowStaticData('node');
	const { remembered } = staticData;
	const scope = JSON.stringify([option.value, domain, live.projectUrl]);
	const before = recall(staticData, scope, (id) => watch.fieldsOf(id, domain) !== undefined);

	const request = requestFor(poll, before?.entries);
	const { entries, surplus } = await list(poll, request);
	const listed = { entries: new Map(entries.map(({ id, value }) => [id, value])), surplus };
	const changes = before ? compare(before.entries, listed.entries) : [];
	const missing = changes.filter(({ kind }) => kind === 'missing');
	const doubtful = before ? await notGone(poll, request, inDoubt(missing, listed, before)) : [];

	// A poll that began later has overtaken this one: its list is newer.
	if (staticData.remembered !== remembered) return [];
	const after = remembering(before, listed, doubtful);
	noteIncomplete(poll, doubtful.length, after.isPartial);
	remember(staticData, scope, after);

	const byId = new Map(entries.map((entry) => [entry.id, entry]));
	const unsure = new Set(doubtful);
	return changes
		.filter(({ kind }) => reports.includes(kind) && !(kind === 'added' && before?.isPartial === true))
		.filter((change) => !unsure.has(change))
		.map((change) => toItem(poll, change, byId.get(change.id)));
}

/** How many entries one poll asks for by themselves. The others have to wait for the next one. */
const MOST_LOOK_UPS = 10;

/**
 * Asks for each entry that may be there all the same, until the service does not know either.
 * @returns those that may still be there; first those that were not asked for: the next poll begins with them
 */
async function notGone(
	{ event, live }: Poll,
	request: ListRequest,
	missing: readonly Change[],
): Promise<Change[]> {
	const asked: Change[] = [];
	const open = [...missing];
	for (let count = 0; count < MOST_LOOK_UPS; count++) {
		const change = open.shift();
		if (!change) break;
		const isThere = await event.watch.has(live, change.id, request);
		if (isThere !== false) asked.push(change);
		if (isThere === undefined) break;
	}
	return [...open, ...asked];
}

/** What cannot be known is said, in n8n's log: an item for it would be no event. */
function noteIncomplete({ context, event }: Poll, doubtful: number, isPartial: boolean): void {
	if (doubtful === 0 && !isPartial) return;
	const consequence = isPartial
		? 'What it lacks will not be reported as new.'
		: `It lacks ${doubtful} that may still be there, so they are not reported.`;
	context.logger.warn(`The list of ${event.watch.name} could not be read completely. ${consequence}`);
}

function requestFor({ domain }: Poll, before: Entries = new Map(), limit?: number): ListRequest {
	return { domain, now: systemClock.now(), limit, before };
}

/** What the event would bring, made of the first entry in the list. */
async function sample(poll: Poll): Promise<IDataObject[]> {
	const { watch, reports } = poll.event;
	const [entry] = (await list(poll, requestFor(poll, undefined, 1))).entries;
	if (!entry) {
		throw new InputError(
			`There are no ${watch.name}, so there is nothing to make a sample of.`,
			'Try again when there are some, or enter data of your own with Edit Output.',
		);
	}
	const isGone = reports.includes('missing');
	const kind = isGone ? 'missing' : reports.includes('changed') ? 'changed' : 'added';
	return [toItem(poll, { kind, id: entry.id, previous: entry.value }, isGone ? undefined : entry)];
}

async function list(
	{ context, event, domain, live }: Poll,
	request: ListRequest,
): Promise<Completeness & { entries: WatchedEntry[] }> {
	const outcome = await event.watch.list(live, request);
	if (outcome.kind === 'success') return outcome;
	if (outcome.kind === 'error') throw toNodeError(context, withDetails(outcome));
	throw new InputError(
		'The project has no such ingest domain.',
		`Check the Domain, which is ${domain}, and the Project ID of the credential.`,
	);
}

/** What the service said belongs to the error, since there is no item that could carry it. */
function withDetails({ message, hint, statusCode, errorCode, errorMsg, requestId }: Failure) {
	const details = Object.entries({
		status_code: statusCode,
		error_code: errorCode,
		error_msg: errorMsg,
		request_id: requestId,
	}).flatMap(([name, value]) => ((value ?? '') === '' ? [] : [`${name}: ${value}`]));
	return { message, hint: details.length === 0 ? hint : `${hint} (${details.join(', ')})` };
}

function toItem(
	{ event, domain }: Poll,
	{ id, kind, previous }: Change,
	entry: WatchedEntry | undefined,
): IDataObject {
	const { watch, option } = event;
	const fields: IDataObject = entry
		? JSON.parse(JSON.stringify(entry.fields))
		: (watch.fieldsOf(id, domain) ?? {});
	const isStatus = watch.comparesStatus && kind !== 'added' && previous !== '';
	const ours = { event: option.value, ...(isStatus && { previous_status: previous }) };
	// First in the editor's table, and ours whatever fields a task has.
	return { ...ours, ...fields, ...ours };
}
