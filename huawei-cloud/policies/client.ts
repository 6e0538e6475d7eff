import type { Advice, ApiCall, Attempt, CallSettings } from '../call/apiCall';
import type { ErrorClassification } from '../call/classification';
import type { CallOutcome } from '../call/outcome';
import { Redactor, type RedactedSummary } from '../call/redaction';
import { cancellationOf, sleepUnlessAborted } from '../http/abort';
import { compose } from './compose';
import { exchange } from './exchange';
import { obtainToken } from './obtainToken';
import { pace } from './pace';
import { PendingCall, type Run } from './pendingCall';
import { probe } from './probe';
import { retry } from './retry';
import { sign } from './sign';
import { stillAllowed } from './stillAllowed';

/** The path of every request, including those that fetch a token. Each policy's comment says what it waits for. */
export const send = compose(retry, probe, obtainToken, pace, stillAllowed, sign, exchange);

/** The dependencies of a client; all side effects are injected. */
type ClientDependencies = Omit<Run, 'redactor' | 'cancelled' | 'giveUpReason'>;

/**
 * Makes calls with one credential, for the length of one run. Once the credential is rejected, it sends nothing more:
 * trying again with each of ten thousand items would not help, and may lock an account.
 */
export class Client {
	private readonly run: Run;

	/** @param cancelSignal aborts pending calls and prevents new ones */
	constructor(dependencies: ClientDependencies, cancelSignal = new AbortController().signal) {
		const redactor = new Redactor(dependencies.authenticator.secrets);
		this.run = { ...dependencies, redactor, cancelled: cancellationOf(cancelSignal) };
	}

	/** Makes one call, retrying it as the error table and the settings allow. */
	async perform<T>(call: ApiCall<T>, settings: CallSettings): Promise<CallOutcome<T>> {
		const pending = new PendingCall(call, settings, this.run);
		return outcomeOf(pending, await send(pending), settings.advice);
	}

	/** Waits for a number of milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await sleepUnlessAborted(ms, this.run.clock, this.run.cancelled);
	}
}

function outcomeOf<T>(call: PendingCall<T>, attempt: Attempt, advice: Advice): CallOutcome<T> {
	const { attempts, value, mayHaveHappened } = call;
	const { classification, response, cause } = attempt;
	const summary = { ...call.summary, attempts };
	switch (classification.kind) {
		case 'success':
			if (value === undefined) throw new TypeError('Only a response that can be parsed is a success');
			return { ...summary, kind: 'success', value };
		case 'notFound':
			return { ...summary, kind: 'notFound', mayHaveHappened };
		case 'error': {
			const { category, message, retryable } = classification;
			const hint = hintFor(classification, advice, response && summary);
			return { ...summary, kind: 'error', category, message, hint, retryable, mayHaveHappened, cause };
		}
	}
}

const MAX_DETAIL_LENGTH = 500;

/** Appends the service's own words, which may name the field that it rejected. */
function hintFor(
	{ hint, hintSource }: ErrorClassification,
	advice: Advice,
	summary: RedactedSummary | undefined,
): string {
	const fitting = hintSource === 'throttled' || hintSource === 'timeout' ? advice[hintSource] : hint;
	const detail = summary?.errorDetail ?? (hintSource === 'rejected' ? summary?.errorMsg : undefined);
	return detail ? `${fitting} Huawei Cloud says: "${detail.slice(0, MAX_DETAIL_LENGTH)}".` : fitting;
}
