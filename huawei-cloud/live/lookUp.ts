import type { Problem } from '../call/classification';
import { summaryOf, type Outcome, type OutcomeWith } from '../call/outcome';
import { SERVER_ERROR_HINT } from '../call/problems';
import { entryIn, type PageOutcome } from './page';

/** The outcome of looking one entry up in a list. */
export type LookUp<Entry> = OutcomeWith<{ entry: Entry }>;

/**
 * The result of a look-up, from the page that was filtered for one entry.
 * @param name the entries of the list, for messages: `relay tasks`
 * @returns "not found" only if the service leaves no doubt. Other entries don't prove it: it may ignore the filter.
 */
export function lookUpIn<Entry>(
	outcome: PageOutcome<Entry>,
	name: string,
	isTheOne: (entry: Entry) => boolean,
): LookUp<Entry> {
	if (outcome.kind === 'error') return outcome;
	const summary = summaryOf(outcome);
	const answer = entryIn(outcome, isTheOne);
	if (answer === 'absent') return { ...summary, kind: 'notFound' };
	if (answer !== 'unknown') return { ...summary, kind: 'success', entry: answer.entry };
	return {
		...summary,
		kind: 'error',
		mayHaveHappened: false,
		category: 'server',
		message: `Huawei Cloud's response doesn't clearly say whether its list of ${name} contains this one.`,
		hint: SERVER_ERROR_HINT,
		retryable: true,
	};
}

/** Texts for a removal that a look-up contradicts or can't confirm. */
export interface Removal<Entry> {
	/** A sentence for one that may have been carried out: how to find out. */
	unconfirmedHint: string;
	/** The rest of a sentence about an entry that is still listed: `still lists the task.` */
	listed(entry: Entry): string;
	/** The problem of one that is listed, but not where it was removed from. */
	elsewhere?(response: Outcome, entry: Entry): Problem | undefined;
}

/** True if a removal may have been carried out, provided there was something to remove. */
export function mayBeRemoved(response: Outcome): boolean {
	return response.kind === 'success' || response.mayHaveHappened === true;
}

/** Live's own rejections of a caller without permission, under the codes of the error table. */
const NO_PERMISSION_CODE = /^(LIVE\.100011003|API(GW|G)\.030[246])$/;

/** "Not found" after a lost response costs one look-up. Any other response is believed. */
export async function settleLost<Entry>(
	response: Outcome,
	lookUp: () => Promise<LookUp<Entry>>,
	removal: Removal<Entry>,
): Promise<Outcome & { found?: Entry }> {
	if (response.kind !== 'notFound' || !response.mayHaveHappened) return response;
	const seen = await lookUp();
	// Credentials without permission to list are supported. Any other 403 may come from a firewall, or from IAM.
	const mayNotLookUp = seen.kind === 'error' && NO_PERMISSION_CODE.test(seen.errorCode ?? '');
	return settle(response, mayNotLookUp ? { ...seen, kind: 'notFound' } : seen, removal);
}

/** The outcome of a removal, from its response and a look-up after it. A listed entry is never removed or not found. */
export function settle<Entry>(
	response: Outcome,
	seen: LookUp<Entry>,
	removal: Removal<Entry>,
): Outcome & { found?: Entry } {
	const summary = summaryOf(response);
	const mayHaveHappened = mayBeRemoved(response);
	const unconfirmedHint = mayHaveHappened ? `${removal.unconfirmedHint} ` : '';
	if (seen.kind === 'success') {
		const { entry: found } = seen;
		const problem =
			removal.elsewhere?.(response, found) ?? stillListed(response, removal.listed(found), unconfirmedHint);
		return { ...summary, ...problem, kind: 'error', mayHaveHappened, found };
	}
	if (seen.kind === 'error') {
		if (response.kind === 'error') return response;
		const message = `${reportOf(response)}, but the result could not be confirmed. ${seen.message}`;
		const hint = unconfirmedHint + seen.hint;
		return { ...seen, ...summary, message, hint, mayHaveHappened };
	}
	if (!mayHaveHappened) return { ...seen, ...summary, confirmedBy: 'list' };
	const confirmedBy = response.kind === 'notFound' ? 'not_found_after_retry' : 'list';
	return { ...summary, kind: 'success', confirmedBy };
}

function stillListed(response: Outcome, listed: string, unconfirmedHint: string): Problem {
	if (response.kind === 'error') return { ...response, hint: `Huawei Cloud ${listed} ${response.hint}` };
	const message = `${reportOf(response)}, but ${listed}`;
	return { category: 'server', message, hint: unconfirmedHint + SERVER_ERROR_HINT, retryable: true };
}

/** The beginning of a sentence: the service's report on a removal that it did not reject. */
function reportOf({ kind }: Outcome): string {
	return `Huawei Cloud ${kind === 'success' ? 'accepted the deletion' : 'reported "not found"'}`;
}
