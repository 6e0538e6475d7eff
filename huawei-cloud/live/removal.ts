/** A response is about the request, only a list about the entry: a listed one is never reported as removed or not found. */

import type { CallSettings } from '../call/apiCall';
import { problem, type Problem } from '../call/classification';
import { failureAfter, summaryOf, type Outcome } from '../call/outcome';
import { SERVER_ERROR_HINT } from '../call/problems';
import { isText, type JsonObject } from '../http/response';
import { isRegionCode } from '../identity/regions';
import { CALLS } from './calls';
import type { LiveApi } from './liveApi';
import type { LookUp } from './page';
import type { RelayTask, TaskRef } from './relayTasks';

/** Texts for a removal that a look-up contradicts or can't confirm. */
export interface Removal {
	/** A sentence for one that may have been carried out: how to find out. */
	unconfirmedHint: string;
	/** The rest of a sentence about an entry that is still listed: `still lists the task.` */
	listed(entry: JsonObject): string;
	/** The problem of one that was not found where it was removed from, if it is listed elsewhere. */
	elsewhere?(entry: JsonObject): Problem | undefined;
}

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
): Promise<Outcome> {
	if (response.kind !== 'notFound' || !response.mayHaveHappened) return response;
	const seen = await lookUp();
	// Credentials without permission to list are supported. Any other 403 may come from a firewall, or from IAM.
	const mayNotLookUp = seen.kind === 'error' && NO_PERMISSION_CODE.test(seen.errorCode ?? '');
	return settle(response, mayNotLookUp ? { ...seen, kind: 'notFound' } : seen, removal);
}

function settle(response: Outcome, seen: LookUp, removal: Removal): Outcome {
	const mayHaveHappened = mayBeRemoved(response);
	if (seen.kind === 'notFound') {
		if (!mayHaveHappened) return { ...seen, ...summaryOf(response), confirmedBy: 'list' };
		const confirmedBy = response.kind === 'notFound' ? 'not_found_after_retry' : 'list';
		return { ...summaryOf(response), kind: 'success', confirmedBy };
	}
	if (response.kind === 'error') {
		if (seen.kind === 'error') return response;
		return { ...response, hint: `Huawei Cloud ${removal.listed(seen.entry)} ${response.hint}` };
	}
	const report = `Huawei Cloud ${response.kind === 'success' ? 'accepted the deletion' : 'reported "not found"'}`;
	const unconfirmedHint = mayHaveHappened ? `${removal.unconfirmedHint} ` : '';
	if (seen.kind === 'error') {
		const message = `${report}, but the result could not be confirmed. ${seen.message}`;
		return failureAfter(response, { ...seen, message, hint: unconfirmedHint + seen.hint }, mayHaveHappened);
	}
	const message = `${report}, but ${removal.listed(seen.entry)}`;
	const stillListed = problem('server', message, unconfirmedHint + SERVER_ERROR_HINT, { retryable: true });
	const listedElsewhere = response.kind === 'notFound' ? removal.elsewhere?.(seen.entry) : undefined;
	return failureAfter(response, listedElsewhere ?? stillListed, mayHaveHappened);
}

/** The waits between look-ups until a task is no longer listed: a quarter of a minute in total. */
const LOOK_UP_WAITS_MS = [500, 1000, 2000, 4000, 8000];

/** The ways to delete a task. Each gets the region that the user gave, if any. */
export class Deletion {
	/** The task as the last look-up that listed it. */
	found: RelayTask | undefined;

	constructor(
		private readonly live: LiveApi,
		private readonly task: TaskRef,
		private readonly settings: CallSettings,
	) {}

	/** Relies on the response, unless an earlier one was lost and this one says "not found". */
	async once(region: string | undefined): Promise<Outcome> {
		return await settleLost(await this.send(region), async () => await this.lookUp(), removalFrom(region));
	}

	/** Looks the task up after every response; without a region, deletes it again in the one that lists it. */
	async confirm(region: string | undefined): Promise<Outcome> {
		const first = await this.send(region);
		if (!mayBeRemoved(first) && (first.attempts === 0 || first.statusCode === null)) return first;
		const seen = await this.lookUpUntilMissing(first, region);
		const listedIn = seen.kind === 'success' ? regionOf(seen.entry) : undefined;
		if (first.kind !== 'notFound' || region !== undefined || listedIn === undefined) {
			return settle(first, seen, removalFrom(region));
		}
		const second = await this.send(listedIn);
		const attempts = first.attempts + second.attempts;
		const both = { ...second, attempts, mayHaveHappened: mayBeRemoved(first) || mayBeRemoved(second) };
		return settle(both, await this.lookUpUntilMissing(both, listedIn), removalFrom(listedIn));
	}

	/** Only looks the task up, and deletes nothing. */
	async dryRun(region: string | undefined): Promise<Outcome> {
		const seen = await this.lookUp();
		if (seen.kind === 'error') return { ...seen, hint: `${seen.hint} A dry run has to look the task up.` };
		if (seen.kind === 'notFound') return { ...seen, confirmedBy: 'list' };
		const inOther = region === undefined ? undefined : elsewhere(seen.entry, region);
		return inOther ? failureAfter(seen, inOther) : { ...summaryOf(seen), kind: 'success' };
	}

	private async send(region: string | undefined): Promise<Outcome> {
		const query = { region, task_id: this.task.taskId };
		return await this.live.perform(CALLS.deleteTask, query, this.settings);
	}

	/** Looks the task up in all regions, and in its own: the regions of a list without one are not documented. */
	private async lookUp(): Promise<LookUp> {
		const { relayTasks } = this.live;
		const anywhere = await relayTasks.get({ ...this.task, region: undefined }, this.settings);
		const isAskedAgain = anywhere.kind === 'notFound' && this.task.region !== undefined;
		const seen = isAskedAgain ? await relayTasks.get(this.task, this.settings) : anywhere;
		if (seen.kind === 'success') this.found = seen.entry;
		return seen.kind === 'notFound' ? { ...anywhere, ...summaryOf(seen) } : seen;
	}

	/** Waits only for a task that may still disappear: one that was not deleted, or not in this region, stays. */
	private async lookUpUntilMissing(response: Outcome, region: string | undefined): Promise<LookUp> {
		let seen = await this.lookUp();
		for (const ms of LOOK_UP_WAITS_MS) {
			if (seen.kind !== 'success') break;
			const mayGo = response.kind === 'notFound' ? !elsewhere(seen.entry, region) : mayBeRemoved(response);
			if (!mayGo) break;
			await this.live.client.wait(ms);
			seen = await this.lookUp();
		}
		return seen;
	}
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
	const asked = region === undefined ? 'without a region' : 'in the requested region';
	const message = `The task was not found ${asked}, but Huawei Cloud lists it in the region ${listedIn}.`;
	return problem('validation', message, `Set Task Region to ${listedIn}, then run this again.`);
}

/** The region that lists a task. Any other text is none: messages name the region, and the next request may. */
function regionOf({ region }: JsonObject): string | undefined {
	return isText(region) && isRegionCode(region.toLowerCase()) ? region : undefined;
}
