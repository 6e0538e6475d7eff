import type { Problem } from '../call/classification';
import { summaryOf, type Failure, type Outcome } from '../call/outcome';
import { isText } from '../http/response';
import { unknownRegionNote } from '../identity/regions';
import type { ListOutcome } from './list';
import { withDoubt } from './liveCall';
import type { RelayTask } from './relayTasks';

/** The outcome of a deletion, and the task if a look-up listed it. */
export type DeletionOutcome = Outcome & { found?: RelayTask | undefined };

type LookUp = ListOutcome<RelayTask>;

/** The requests that a deletion may need. */
export interface DeletionSteps {
	/** Sends the deletion for a region; undefined: without one. */
	send(region: string | undefined): Promise<Outcome>;
	/** Looks the task up in all regions, the one that was asked for among them. */
	lookUp(): Promise<LookUp>;
	wait(ms: number): Promise<void>;
}

/** How long to wait before each look-up until a task is no longer listed: a quarter of a minute in total. */
const LOOK_UP_WAITS_MS = [0, 500, 1000, 2000, 4000, 8000];

/**
 * The deletion of one task. A response says what became of the request; only a list without a region says whether there is
 * such a task, since a task of another region may be "not found". So a task that is listed is never deleted and never
 * missing.
 */
export class Deletion {
	private found: RelayTask | undefined;

	/** @param region the region that was asked for; undefined: none */
	constructor(
		private readonly steps: DeletionSteps,
		private readonly region: string | undefined,
	) {}

	/** Believes the response, unless an earlier one was lost and this one says "not found". */
	async run(): Promise<DeletionOutcome> {
		const response = await this.steps.send(this.region);
		if (response.kind === 'success') return response;
		if (response.kind === 'error') return withDoubt(response, MAY_BE_DELETED);
		if (!response.afterLostResponse) return { ...response, hint: hintForNotFound(this.region) };
		const seen = await this.lookUp();
		// A key that may only delete is a good key.
		const mayNotLookUp = seen.kind === 'error' && seen.category === 'permission';
		return this.judge(response, mayNotLookUp ? { ...seen, kind: 'notFound' } : seen, this.region);
	}

	/** Looks the task up after every response, and sends the deletion again for the region that lists it. */
	async runAndConfirm(): Promise<DeletionOutcome> {
		const { region, steps } = this;
		const first = await steps.send(region);
		if (!isWorthLookingUp(first)) return first;
		const seen = await this.lookUpUntilMissing(first, region);
		const listedIn = seen.kind === 'success' ? regionOf(this.found) : undefined;
		if (first.kind !== 'notFound' || region !== undefined || listedIn === undefined) {
			return this.judge(first, seen, region);
		}
		const second = afterFirst(first, await steps.send(listedIn));
		return this.judge(second, await this.lookUpUntilMissing(second, listedIn), listedIn);
	}

	/** Looks the task up as a confirmed deletion does, and deletes nothing. */
	async dryRun(): Promise<DeletionOutcome> {
		const seen = await this.lookUp();
		if (seen.kind === 'error') {
			const hint = `${seen.hint} A dry run looks the task up.`;
			// Of the look-up, which changes nothing.
			return { ...seen, hint, mayHaveHappened: false };
		}
		if (seen.kind === 'notFound') {
			return { ...summaryOf(seen), kind: 'notFound', confirmedBy: 'list', hint: hintForMissing(this.region) };
		}
		const { found, region } = this;
		const summary = summaryOf(seen);
		return region !== undefined && isElsewhere(found, region)
			? { ...summary, ...this.elsewhere(), kind: 'error', mayHaveHappened: false, found }
			: { ...summary, kind: 'success', found };
	}

	private async lookUp(): Promise<LookUp> {
		const seen = await this.steps.lookUp();
		if (seen.kind === 'success') this.found = seen.entries[0];
		return seen;
	}

	/** Waits only for a task that may be about to go: one that was not deleted, or not here, stays. */
	private async lookUpUntilMissing(response: Outcome, region: string | undefined): Promise<LookUp> {
		let seen = await this.lookUp();
		for (const wait of LOOK_UP_WAITS_MS.slice(1)) {
			const staysListed =
				response.kind === 'notFound' ? isElsewhere(this.found, region) : !mayBeDeleted(response);
			if (seen.kind !== 'success' || staysListed) break;
			await this.steps.wait(wait);
			seen = await this.lookUp();
		}
		return seen;
	}

	/**
	 * The outcome, from the response to the deletion and a look-up after it.
	 * @param region the one that the deletion was last sent for
	 */
	private judge(response: Outcome, seen: LookUp, region: string | undefined): DeletionOutcome {
		const { found } = this;
		const summary = summaryOf(response);
		const mayHaveHappened = mayBeDeleted(response);
		switch (seen.kind) {
			case 'notFound': {
				if (!mayHaveHappened) {
					return { ...summary, kind: 'notFound', confirmedBy: 'list', hint: hintForMissing(region) };
				}
				const confirmedBy = response.kind === 'notFound' ? 'not_found_after_retry' : 'list';
				return { ...summary, kind: 'success', confirmedBy, found };
			}
			case 'error':
				return response.kind === 'error'
					? withDoubt(response, MAY_BE_DELETED)
					: { ...summary, ...unconfirmed(response, seen), kind: 'error', mayHaveHappened };
			case 'success': {
				const problem = this.stillListed(response, region);
				return { ...summary, ...problem, kind: 'error', mayHaveHappened, found };
			}
		}
	}

	/** The problem of a task that is listed after its deletion. */
	private stillListed(response: Outcome, region: string | undefined): Problem {
		const listed = `lists the task${inRegion(this.found)}`;
		switch (response.kind) {
			case 'error': {
				const { category, message, hint, retryable } = response;
				return { category, message, retryable, hint: `Huawei Cloud still ${listed}. ${hint}` };
			}
			case 'notFound':
				return isElsewhere(this.found, region)
					? this.elsewhere()
					: {
							...STILL_LISTED,
							message: `Huawei Cloud reports that the task does not exist, but ${listed}.`,
						};
			case 'success':
				return { ...STILL_LISTED, message: `Huawei Cloud accepted the deletion, but still ${listed}.` };
		}
	}

	/** The problem of a task that is listed in another region than the one that was asked for. */
	private elsewhere(): Problem {
		const listedIn = regionOf(this.found) ?? '';
		const asked = this.region === undefined ? 'without a region' : `in the region ${this.region}`;
		return {
			category: 'validation',
			message: `The task was not found ${asked}, but Huawei Cloud lists it in the region ${listedIn}.`,
			hint: `Set Task Region to ${listedIn}, then run this again.`,
			retryable: false,
		};
	}
}

const MAY_BE_DELETED = 'The task may be deleted anyway: check with Get, or run this again.';

const STILL_LISTED: Pick<Problem, 'category' | 'hint' | 'retryable'> = {
	category: 'server',
	hint: 'Run this again later. If the error persists, contact Huawei Cloud support with the request_id.',
	retryable: true,
};

/** True if a deletion got a response, or may have been carried out. */
function isWorthLookingUp(deletion: Outcome): boolean {
	const hasResponse = deletion.attempts > 0 && deletion.statusCode !== null;
	return hasResponse || mayBeDeleted(deletion);
}

/** True if the deletion may have been carried out, if the task was there. */
function mayBeDeleted(response: Outcome): boolean {
	switch (response.kind) {
		case 'success':
			return true;
		case 'notFound':
			return response.afterLostResponse === true;
		case 'error':
			return response.mayHaveHappened;
	}
}

/** The outcome of two deletions of one task, of which the first one said "not found". */
function afterFirst(first: Outcome, second: Outcome): Outcome {
	const attempts = first.attempts + second.attempts;
	if (!mayBeDeleted(first) || second.kind === 'success') return { ...second, attempts };
	return second.kind === 'notFound'
		? { ...second, attempts, afterLostResponse: true }
		: { ...second, attempts, mayHaveHappened: true };
}

/** The problem of a deletion that could not be confirmed. */
function unconfirmed(response: Outcome, { category, message, hint, retryable }: Failure): Problem {
	const reported =
		response.kind === 'success' ? 'accepted the deletion' : 'reports that the task does not exist';
	return {
		category,
		message: `Huawei Cloud ${reported}, but it could not be confirmed. ${message}`,
		hint: `${hint} The task is looked up with the Confirm option, and when a response was lost.`,
		retryable,
	};
}

function regionOf(task: RelayTask | undefined): string | undefined {
	return isText(task?.region) ? task.region : undefined;
}

function inRegion(task: RelayTask | undefined): string {
	const region = regionOf(task);
	return region === undefined ? '' : ` in the region ${region}`;
}

/** True if a task is listed in another region than this; without one, in any. */
function isElsewhere(task: RelayTask | undefined, region: string | undefined): boolean {
	const listedIn = regionOf(task)?.toLowerCase();
	return listedIn !== undefined && listedIn !== region?.toLowerCase();
}

/** For a "not found" that only one region stands for. */
function hintForNotFound(region: string | undefined): string {
	return region === undefined
		? 'No Task Region was given, so Huawei Cloud may have searched only the home region of the project. Check the Task ID. The Confirm option looks in all regions.'
		: `Only the region ${region} was searched.${unknownRegionNote(region)} Check the Task ID and the Task Region. The Confirm option looks in all regions.`;
}

/** For a task that no list without a region shows. */
function hintForMissing(region: string | undefined): string {
	return `The list of the project's relay tasks in all regions does not contain it.${unknownRegionNote(region)} Check the Task ID, and the project ID of the credential.`;
}
