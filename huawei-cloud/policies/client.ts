import type { Advice, ApiCall, CallSettings } from '../call/apiCall';
import type { ErrorClassification } from '../call/classification';
import { NO_RESPONSE, type CallOutcome, type ResponseSummary } from '../call/outcome';
import { summarize, type Redactor } from '../call/redaction';
import { cancellationOf, sleepUnlessAborted } from '../http/abort';
import type { Clock } from '../http/clock';
import { obtainToken, sign } from './authenticate';
import { exchange } from './exchange';
import { pace } from './pace';
import { PendingCall, type Policy, type Run, type Send } from './pendingCall';
import { probe, waitForProbe } from './probe';
import { retry } from './retry';
import { stillAllowed } from './stillAllowed';

/** The path of every request, including those that fetch a token. Each policy's comment says what it waits for. */
export const send = compose(retry, waitForProbe, obtainToken, pace, probe, stillAllowed, sign, exchange);

function compose(...policies: readonly Policy[]): Send {
	const end: Send = () => {
		throw new TypeError('The last policy has to send');
	};
	return policies.reduceRight<Send>((next, policy) => (call) => policy(call, next), end);
}

/** Makes one run's calls. A rejected credential is blocked for five minutes: trying every item may lock an account. */
export class Client {
	readonly clock: Clock;
	private readonly run: Run;

	/** The redactor is for everything that people or workflows see. The signal aborts pending calls and prevents new ones. */
	constructor(
		run: Omit<Run, 'cancelled'>,
		readonly redactor: Redactor,
		cancelSignal = new AbortController().signal,
	) {
		this.clock = run.clock;
		this.run = { ...run, cancelled: cancellationOf(cancelSignal) };
	}

	/** Makes one call, with the retries that the policies allow or ask for. */
	async perform<T>(call: ApiCall<T>, settings: CallSettings): Promise<CallOutcome<T>> {
		const pending = new PendingCall(call, settings, this.run);
		const { classification, response, cause } = await send(pending);
		const { value, mayHaveHappened, attempts } = pending;
		const received = pending.response ? summarize(pending.response, this.redactor) : NO_RESPONSE;
		const summary = { ...received, attempts };
		switch (classification.kind) {
			case 'success':
				if (value === undefined) throw new TypeError('Only a response that can be parsed is a success');
				return { ...summary, kind: 'success', value };
			case 'notFound':
				return { ...summary, kind: 'notFound', mayHaveHappened };
			case 'error': {
				const { category, message, retryable } = classification;
				const hint = hintFor(classification, settings.advice, response && summary);
				return { ...summary, kind: 'error', category, message, hint, retryable, mayHaveHappened, cause };
			}
		}
	}

	/** Waits for a number of milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await sleepUnlessAborted(ms, this.run.clock, this.run.cancelled);
	}
}

/** Appends up to 500 characters of the service's own words, which may name the field that it rejected. */
function hintFor({ hint, hintSource }: ErrorClassification, advice: Advice, summary?: ResponseSummary) {
	const fitting = hintSource === 'throttled' || hintSource === 'timeout' ? advice[hintSource] : hint;
	const detail = summary?.errorDetail ?? (hintSource === 'rejected' ? summary?.errorMsg : undefined);
	return detail ? `${fitting} Huawei Cloud says: "${detail.slice(0, 500)}".` : fitting;
}
