import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { Failure } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import type { LookUp } from '../../huawei-cloud/live/page';
import { systemClock } from '../../n8n/clock';
import { connect, toNodeError, type Connected } from '../../n8n/connection';
import { InputError } from '../shared/inputError';
import type { Condition } from '../shared/filters';
import { toDataObject, type Fields } from '../shared/objects';
import { advance, missingIds, type Change, type Listed, type LookUpResult, type Memory } from './changes';
import { recall, remember } from './memory';
import { readPollParameters, type PollParameters } from './parameters';
import { findIn, isWatched, toEntry } from './watches';

/** Releases of n8n before 2.41 give polls no budget. */
type PollContext = Omit<IPollFunctions, 'getPollBudgetMs'> & { getPollBudgetMs?: () => number };

const MAX_POLL_MS = 5 * 60_000;

/** A poll ends before n8n abandons it. */
const SHARE_OF_BUDGET = 0.8;

/**
 * Items of the events since the last poll; null if there were none. The first poll, also after the event, domain or project
 * changed, only records the current state. A manual run returns a sample and records nothing.
 * @throws an error for people when the list can't be read, which leaves the memory unchanged
 */
export async function pollForEvents(context: PollContext): Promise<INodeExecutionData[][] | null> {
	try {
		const poll = await prepare(context);
		const items = context.getMode() === 'manual' ? await sample(poll) : await newItems(poll);
		return items.length === 0 ? null : [items.map((json) => ({ json }))];
	} catch (error) {
		const isForPeople = error instanceof CredentialError || error instanceof InputError;
		throw isForPeople ? toNodeError(context, error) : error;
	}
}

interface Poll extends PollParameters, Connected {
	context: PollContext;
	/** Milliseconds since the epoch. */
	now: number;
	/** Aborts pending requests when the poll takes too long. */
	timeLimit: AbortSignal;
}

async function prepare(context: PollContext): Promise<Poll> {
	const now = systemClock.now();
	const budget = Math.min(MAX_POLL_MS, context.getPollBudgetMs?.() ?? MAX_POLL_MS);
	const timeLimit = systemClock.deadline(Math.floor(budget * SHARE_OF_BUDGET));
	const parameters = readPollParameters(context);
	const connected = await connect({
		helpers: context.helpers,
		getCredentials: async (type) => await context.getCredentials(type),
		getExecutionCancelSignal: () => timeLimit,
	});
	return { ...parameters, ...connected, context, now, timeLimit };
}

async function newItems(poll: Poll): Promise<IDataObject[]> {
	const { context, event, domain, live, matches, now } = poll;
	const { watch } = event;
	const staticData = context.getWorkflowStaticData('node');
	const { remembered } = staticData;
	const watched = JSON.stringify([event.value, domain, live.projectUrl]);
	const before = recall(staticData, watched, watch);
	const { entries, ...all } = await list(poll);
	const listed = { ...all, entries: entries.filter((entry) => isWatched(watch, entry, now, before)) };
	const lookedUp = before ? await lookUpMissing(poll, before, listed) : new Map<string, LookUpResult>();
	const { changes, nextMemory } = advance(before, listed, lookedUp);
	const items = changes
		.filter(({ kind, entry, previous = {} }) => kind === event.reports && matches(entry?.fields ?? previous))
		.map((change) => toItem(poll, change));

	// A poll that began later has overtaken this one: its list is newer.
	if (staticData.remembered !== remembered) return [];
	remember(staticData, watched, watch, nextMemory);
	if (!before) context.logger.info(FIRST_POLL);
	const pending = missingIds(nextMemory, listed).length;
	const warn = (problem: string) => context.logger.warn(`The list of ${watch.name} ${problem}`);
	if (pending > 0) warn(`lacks ${pending} entries that may still exist, so the next poll looks them up.`);
	if (!nextMemory.isWhole) warn(NOT_READ_TO_ITS_END);
	return items;
}

const FIRST_POLL =
	'Huawei Cloud Live Trigger: first poll, which only records the current state. If every poll logs this, n8n does not store the state: where its durable scheduler runs polls, set N8N_POLLER_DURABLE_CURSORS_ENABLED=true.';
const NOT_READ_TO_ITS_END =
	'could not be read to its end. Until it can be, only entries newer than the first poll trigger the workflow.';

/** Looks up the entries that are missing from a list, one by one. After a failure, the others wait for the next poll. */
async function lookUpMissing(poll: Poll, before: Memory, listed: Listed): Promise<Map<string, LookUpResult>> {
	const { event, live } = poll;
	const lookedUp = new Map<string, LookUpResult>();
	for (const id of missingIds(before, listed)) {
		const missing = before.entries.get(id) ?? {};
		const page = await event.watch.find(live, missing);
		lookedUp.set(id, resultOf(poll, id, findIn(page, event.watch, missing)));
		if (page.kind === 'error') break;
	}
	return lookedUp;
}

function resultOf(poll: Poll, id: string, found: LookUp): LookUpResult {
	if (found.kind !== 'success') return found.kind === 'notFound' ? 'absent' : 'unknown';
	const entry = entryOf(poll, found.entry);
	if (entry.id === id) return entry;
	// A task that has another end time no longer has that of the missing entry.
	return entry.time === undefined ? 'unknown' : 'absent';
}

/** A made-up event, from the first entry in the list that could have one. */
async function sample(poll: Poll): Promise<IDataObject[]> {
	const { event, now } = poll;
	const matches = (fields: Fields) =>
		isWatched(event.watch, entryOf(poll, fields), now) && poll.matches(fields);
	const [entry] = (await list(poll, matches)).entries;
	if (!entry) {
		throw new InputError(
			`No ${event.watch.name} match the filters, so there is no sample.`,
			'Run this again when there are some, or enter your own data with Edit Output.',
		);
	}
	const isRemoved = event.reports === 'removed';
	const change = { kind: event.reports, previous: entry.remembered, entry: isRemoved ? undefined : entry };
	return [toItem(poll, change, { is_sample: true })];
}

async function list(poll: Poll, sample?: Condition): Promise<Listed> {
	const { event, domain, live, now, timeLimit } = poll;
	const outcome = await event.watch.list(live, domain, sample);
	if (outcome.kind === 'success') {
		const entries = outcome.entries.map((fields) => entryOf(poll, fields));
		return { entries, isComplete: outcome.isComplete, time: now };
	}
	if (timeLimit.aborted) {
		throw new InputError(
			`The poll was stopped because reading the list of ${event.watch.name} took too long.`,
			'Nothing is lost: the next poll compares with the last recorded state. If the error persists, set longer Poll Times.',
		);
	}
	if (outcome.kind === 'error') throw new InputError(outcome.message, outcome.hint + reportOf(outcome));
	const hint = "Check the Domain and the credential's Project ID.";
	throw new InputError('The project has no such ingest domain.', hint);
}

/** The service's report, for the end of the hint: there is no item that could carry it. */
function reportOf({ statusCode, errorCode, errorMsg, requestId }: Failure): string {
	const all = { status_code: statusCode, error_code: errorCode, error_msg: errorMsg, request_id: requestId };
	const known = Object.entries(all).filter(([, value]) => (value ?? '') !== '');
	return known.length === 0 ? '' : ` (${known.map(([name, value]) => `${name}: ${value}`).join(', ')})`;
}

/** Only these are searched for secrets: authors can write to the memory, so removing something there would confirm a guess. */
function entryOf({ event, redactor }: Poll, fields: Fields) {
	return toEntry(event.watch, redactor.redact(fields));
}

function toItem(poll: Poll, { kind, previous, entry }: Change, extra: IDataObject = {}): IDataObject {
	const { event, simplify } = poll;
	const { status: previous_status = '', ...rest } = previous ?? {};
	const listed = entry?.fields ?? Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== ''));
	const isChanged = kind !== 'added' && previous_status !== '';
	const added = { event: event.value, ...(isChanged && { previous_status }), ...extra };
	// First, to lead the editor's table; last, to win over a task's fields of the same name.
	return { ...added, ...toDataObject(simplify(listed)), ...added };
}
