/** A response is about the request, only a list about the entry: a listed one is never reported as removed or not found. */

import type { Problem } from '../call/classification';
import { summaryOf, type Outcome } from '../call/outcome';
import { SERVER_ERROR_HINT } from '../call/problems';
import { isText, type JsonObject } from '../http/response';
import { isRegionCode } from '../identity/regions';
import { CALLS } from './calls';
import type { LookUp } from './page';

/** Texts for a removal that a look-up contradicts or can't confirm. */
export interface Removal {
	/** A sentence for one that may have been carried out: how to find out. */
	unconfirmedHint: string;
	/** The rest of a sentence about an entry that is still listed: `still lists the task.` */
	listed(entry: JsonObject): string;
	/** The problem of one that was not found where it was removed from, if it is listed elsewhere. */
	elsewhere?(entry: JsonObject): Problem | undefined;
}

/** The outcome of a removal, and the entry if a look-up listed it. */
export type RemovalOutcome = Outcome & { found?: JsonObject | undefined };

/** True if a removal may have been carried out, provided there was something to remove. */
function mayBeRemoved(response: Outcome): boolean {
	return response.kind === 'success' || response.mayHaveHappened === true;
}

/** Live's own rejections of a caller without permission, under the codes of the error table. */
const NO_PERMISSION_CODE = /^(LIVE\.100011003|API(GW|G)\.030[246])$/;

/** "Not found" after a lost response costs one look-up. Any other response is believed. */
export async function settleLost(
	response: Outcome,
	lookUp: () => Promise<LookUp>,
	removal: Removal,
): Promise<RemovalOutcome> {
	if (response.kind !== 'notFound' || !response.mayHaveHappened) return response;
	const seen = await lookUp();
	// Credentials without permission to list are supported. Any other 403 may come from a firewall, or from IAM.
	const mayNotLookUp = seen.kind === 'error' && NO_PERMISSION_CODE.test(seen.errorCode ?? '');
	return settle(response, mayNotLookUp ? { ...seen, kind: 'notFound' } : seen, removal);
}

function settle(response: Outcome, seen: LookUp, removal: Removal): RemovalOutcome {
	const summary = summaryOf(response);
	const mayHaveHappened = mayBeRemoved(response);
	if (seen.kind === 'notFound') {
		if (!mayHaveHappened) return { ...seen, ...summary, confirmedBy: 'list' };
		const confirmedBy = response.kind === 'notFound' ? 'not_found_after_retry' : 'list';
		return { ...summary, kind: 'success', confirmedBy };
	}
	if (response.kind === 'error') {
		if (seen.kind === 'error') return response;
		const hint = `Huawei Cloud ${removal.listed(seen.entry)} ${response.hint}`;
		return { ...response, hint, found: seen.entry };
	}
	const report = `Huawei Cloud ${response.kind === 'success' ? 'accepted the deletion' : 'reported "not found"'}`;
	const unconfirmedHint = mayHaveHappened ? `${removal.unconfirmedHint} ` : '';
	if (seen.kind === 'error') {
		const message = `${report}, but the result could not be confirmed. ${seen.message}`;
		const hint = unconfirmedHint + seen.hint;
		return { ...seen, ...summary, message, hint, mayHaveHappened };
	}
	const { entry: found } = seen;
	const problem = (response.kind === 'notFound' && removal.elsewhere?.(found)) || {
		category: 'server',
		message: `${report}, but ${removal.listed(found)}`,
		hint: unconfirmedHint + SERVER_ERROR_HINT,
		retryable: true,
	};
	return { ...summary, ...problem, kind: 'error', mayHaveHappened, found };
}

export interface DeletionSteps {
	/** Sends the deletion for a region; undefined: without one. */
	send(region: string | undefined): Promise<Outcome>;
	/** Looks the task up in all regions, the requested one included. */
	lookUp(): Promise<LookUp>;
	wait(ms: number): Promise<void>;
}

/** The waits between look-ups until a task is no longer listed: a quarter of a minute in total. */
const LOOK_UP_WAITS_MS = [500, 1000, 2000, 4000, 8000];

/** Relies on the response, unless an earlier one was lost and this one says "not found". */
async function once({ send, lookUp }: DeletionSteps, region: string | undefined): Promise<RemovalOutcome> {
	return await settleLost(await send(region), lookUp, removalFrom(region));
}

/** Looks the task up after every response; without a region, deletes it again in the one that lists it. */
async function confirm(steps: DeletionSteps, region: string | undefined): Promise<RemovalOutcome> {
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

async function dryRun({ lookUp }: DeletionSteps, region: string | undefined): Promise<RemovalOutcome> {
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
): Promise<{ seen: LookUp; found: JsonObject | undefined }> {
	let seen = await lookUp();
	let found: JsonObject | undefined;
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
function removalFrom(region: string | undefined): Removal {
	return {
		unconfirmedHint: CALLS.deleteTask.unconfirmedHint,
		listed(task) {
			const listedIn = regionOf(task);
			return `still lists the task${listedIn === undefined ? '' : ` in the region ${listedIn}`}.`;
		},
		elsewhere: (task) => elsewhere(task, region),
	};
}

/** The problem of a task that is listed in another region than this; without one, in any. */
function elsewhere(task: JsonObject, region: string | undefined): Problem | undefined {
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

/** The region that lists a task. Any other text is none: messages name the region, and the next request may. */
function regionOf({ region }: JsonObject): string | undefined {
	return isText(region) && isRegionCode(region.toLowerCase()) ? region : undefined;
}
