/**
 * The deletion of one task. A response tells what happened to the request, but only a list without a region whether the
 * task exists: one in another region may be "not found". So a listed task is never reported as deleted or not found.
 */

import type { Problem } from '../call/classification';
import type { Outcome } from '../call/outcome';
import { isWellFormed } from '../call/text';
import { isText } from '../http/response';
import { CALLS } from './calls';
import { mayBeRemoved, settle, settleLost, type LookUp, type Removal } from './lookUp';
import type { RelayTask } from './relayTasks';

/** The outcome of a deletion, and the task if a look-up listed it. */
export type DeletionOutcome = Outcome & { found?: RelayTask | undefined };

export interface DeletionSteps {
	/** Sends the deletion for a region; undefined: without one. */
	send(region: string | undefined): Promise<Outcome>;
	/** Looks the task up in all regions, the requested one included. */
	lookUp(): Promise<LookUp<RelayTask>>;
	wait(ms: number): Promise<void>;
}

/** The waits between look-ups until a task is no longer listed: a quarter of a minute in total. */
const LOOK_UP_WAITS_MS = [500, 1000, 2000, 4000, 8000];

/** Relies on the response, unless an earlier one was lost and this one says "not found". */
async function once({ send, lookUp }: DeletionSteps, region: string | undefined): Promise<DeletionOutcome> {
	return await settleLost(await send(region), lookUp, removalFrom(region));
}

/** Looks the task up after every response; without a region, deletes it again in the one that lists it. */
async function confirm(steps: DeletionSteps, region: string | undefined): Promise<DeletionOutcome> {
	const first = await steps.send(region);
	const hasResponse = first.attempts > 0 && first.statusCode !== null;
	if (!hasResponse && !mayBeRemoved(first)) return first;
	const { seen, found } = await lookUpUntilMissing(steps, first, region);
	const listedIn = seen.kind === 'success' ? regionOf(seen.entry) : undefined;
	if (first.kind !== 'notFound' || region !== undefined || listedIn === undefined) {
		return { found, ...settle(first, seen, removalFrom(region)) };
	}
	const second = withFirst(first, await steps.send(listedIn));
	const last = await lookUpUntilMissing(steps, second, listedIn);
	return { found: last.found ?? found, ...settle(second, last.seen, removalFrom(listedIn)) };
}

/** Looks the task up as a confirmed deletion does, and deletes nothing. */
async function dryRun({ lookUp }: DeletionSteps, region: string | undefined): Promise<DeletionOutcome> {
	const seen = await lookUp();
	if (seen.kind === 'error') return { ...seen, hint: `${seen.hint} A dry run has to look the task up.` };
	if (seen.kind === 'notFound') return { ...seen, confirmedBy: 'list' };
	const { entry: found, ...success } = seen;
	const problem = region === undefined ? undefined : elsewhere(found, region);
	return problem
		? { ...success, ...problem, kind: 'error', mayHaveHappened: false, found }
		: { ...success, found };
}

/** The ways to delete a task. Each gets the region that the user gave, if any. */
export const DELETIONS = { once, confirm, dryRun };

/** Waits only for a task that may still disappear: one that was not deleted, or not in this region, stays. */
async function lookUpUntilMissing(
	{ lookUp, wait }: DeletionSteps,
	response: Outcome,
	region: string | undefined,
): Promise<{ seen: LookUp<RelayTask>; found: RelayTask | undefined }> {
	let seen = await lookUp();
	let found: RelayTask | undefined;
	for (const ms of LOOK_UP_WAITS_MS) {
		if (seen.kind !== 'success') break;
		found = seen.entry;
		const mayGo = response.kind === 'notFound' ? !elsewhere(found, region) : mayBeRemoved(response);
		if (!mayGo) break;
		await wait(ms);
		seen = await lookUp();
	}
	return { seen, found };
}

/** The second of two deletions of one task, of which the first one said "not found". */
function withFirst(first: Outcome, second: Outcome): Outcome {
	const attempts = first.attempts + second.attempts;
	if (!mayBeRemoved(first) || second.kind === 'success') return { ...second, attempts };
	return { ...second, attempts, mayHaveHappened: true };
}

/** @param region the one that the deletion was last sent for */
function removalFrom(region: string | undefined): Removal<RelayTask> {
	return {
		unconfirmedHint: CALLS.deleteTask.unconfirmedHint,
		listed(task) {
			const listedIn = regionOf(task);
			return `still lists the task${listedIn === undefined ? '' : ` in the region ${listedIn}`}.`;
		},
		elsewhere: ({ kind }, task) => (kind === 'notFound' ? elsewhere(task, region) : undefined),
	};
}

/** The problem of a task that is listed in another region than this; without one, in any. */
function elsewhere(task: RelayTask, region: string | undefined): Problem | undefined {
	const listedIn = regionOf(task);
	if (listedIn === undefined || listedIn.toLowerCase() === region?.toLowerCase()) return undefined;
	const asked = region === undefined ? 'without a region' : `in the region ${region}`;
	return {
		category: 'validation',
		message: `The task was not found ${asked}, but Huawei Cloud lists it in the region ${listedIn}.`,
		hint: `Set Task Region to ${listedIn}, then run this again.`,
		retryable: false,
	};
}

function regionOf({ region }: RelayTask): string | undefined {
	return isText(region) && isWellFormed(region) ? region : undefined;
}
