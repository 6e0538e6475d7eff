import { settledOrAborted } from '../http/abort';
import type { ApiCall, CallSettings } from './apiCall';
import { Attempts, type Attempt, type ClientDependencies } from './attempt';
import { toProblem, type ErrorClassification, type Problem } from './errorTable';
import { NO_RESPONSE, type CallOutcome, type Failure, type ResponseSummary } from './outcome';
import { redacted } from './redaction';
import { decideRetry, LONGEST_CALL_MS, parseRetryAfter } from './retryPolicy';

/** What a call has come to so far. */
interface Progress {
	summary: ResponseSummary;
	retries: number;
	isRenewed: boolean;
	mayHaveHappened: boolean;
}

/**
 * Makes calls with one credential, for the length of one run. Once the credential was refused it sends nothing more:
 * asking again with each of ten thousand items would not help, and may lock an account.
 */
export class Client {
	private readonly attempts: Attempts;
	/** One controller for each call under way. The run's own signal would warn of a leak with a listener for each. */
	private readonly underWay = new Set<AbortController>();

	private readonly onCancel = () => {
		for (const call of this.underWay) call.abort();
	};

	/** @param cancelSignal aborts what is under way and keeps anything further from being sent */
	constructor(
		private readonly dependencies: ClientDependencies,
		private readonly cancelSignal?: AbortSignal,
	) {
		this.attempts = new Attempts(dependencies);
	}

	/**
	 * Makes one call, repeating it as the error table and the settings allow.
	 * @param call what to ask for
	 * @param settings bounds for its attempts
	 */
	async perform(call: ApiCall, settings: CallSettings): Promise<CallOutcome> {
		return await this.untilCancelled(async (cancelled) => await this.performUntil(cancelled, call, settings));
	}

	/** Makes one attempt at a call, and repeats nothing. */
	async attempt(call: ApiCall, timeout: number): Promise<Attempt> {
		return await this.untilCancelled(
			async (cancelled) =>
				await this.attempts.make(call, { timeout, end: Infinity, mayRenew: false, cancelled }),
		);
	}

	/** Waits so many milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await this.untilCancelled(async (cancelled) => await this.sleep(ms, cancelled));
	}

	private async sleep(ms: number, cancelled: AbortSignal): Promise<void> {
		await settledOrAborted(this.dependencies.clock.sleep(ms, cancelled), cancelled);
	}

	private async untilCancelled<Result>(work: (cancelled: AbortSignal) => Promise<Result>): Promise<Result> {
		const { cancelSignal } = this;
		const cancellation = new AbortController();
		if (cancelSignal?.aborted) cancellation.abort();
		// Added once, however often: the same function counts as one listener.
		cancelSignal?.addEventListener('abort', this.onCancel);
		this.underWay.add(cancellation);
		try {
			return await work(cancellation.signal);
		} finally {
			this.underWay.delete(cancellation);
			if (this.underWay.size === 0) cancelSignal?.removeEventListener('abort', this.onCancel);
		}
	}

	private async performUntil(
		cancelled: AbortSignal,
		call: ApiCall,
		settings: CallSettings,
	): Promise<CallOutcome> {
		const { clock } = this.dependencies;
		const end = clock.now() + LONGEST_CALL_MS;
		const progress: Progress = {
			summary: NO_RESPONSE,
			retries: 0,
			isRenewed: false,
			mayHaveHappened: false,
		};
		for (;;) {
			const bounds = { timeout: settings.timeout, end, mayRenew: !progress.isRenewed, cancelled };
			const attempt = await this.attempts.make(call, bounds);
			this.note(attempt, progress);
			const done = outcomeOf(call, attempt, progress);
			if (done) return done;
			if (attempt.isRenewed) continue;
			const next = this.next(call, attempt, progress, { ...settings, end });
			if (!('wait' in next)) return failed(next, progress);
			await this.sleep(next.wait, cancelled);
			// A sleep may take longer than asked, as when the machine was asleep as well.
			if (clock.now() > next.latestStart && !cancelled.aborted) return failed(next.classification, progress);
		}
	}

	/** Adds an attempt to what is known of the call. */
	private note({ classification, response, counts, isRenewed = false }: Attempt, progress: Progress): void {
		const { secrets } = this.dependencies.authenticator;
		if (counts) progress.summary = { ...progress.summary, attempts: progress.summary.attempts + 1 };
		if (response) progress.summary = { ...progress.summary, ...redacted(response, secrets) };
		progress.mayHaveHappened ||= classification.kind === 'error' && classification.mayHaveHappened;
		progress.isRenewed ||= isRenewed;
	}

	/** When to try again, after an attempt that failed; or the problem that it ends with. */
	private next(
		call: ApiCall,
		{ classification, response }: Attempt,
		progress: Progress,
		bounds: CallSettings & { end: number },
	): { wait: number; latestStart: number; classification: Problem } | Problem {
		if (classification.kind !== 'error') throw new TypeError('Only a response can be good');
		const { clock } = this.dependencies;
		const now = clock.now();
		const decision = decideRetry({
			classification,
			idempotent: call.idempotent,
			retries: progress.retries,
			retryAfter: parseRetryAfter(response?.headers['retry-after'], now),
			now,
			random: clock.random(),
			...bounds,
		});
		if ('stop' in decision) {
			return decision.pause === undefined ? hinted(call, classification) : retryAfterTooLong(decision.pause);
		}
		progress.retries += 1;
		return { ...decision, classification };
	}
}

/** What a call has come to, if this attempt was its last. */
function outcomeOf(
	call: ApiCall,
	attempt: Attempt,
	{ summary, mayHaveHappened }: Progress,
): CallOutcome | undefined {
	const { classification, response } = attempt;
	if (response && classification.kind === 'success') return { ...summary, kind: 'success', response };
	if (response && classification.kind === 'notFound') {
		return mayHaveHappened && call.notFoundAfterRetryMeansDone === true
			? { ...summary, kind: 'success', response, confirmedBy: 'not_found_after_retry' }
			: { ...summary, kind: 'notFound' };
	}
	if (classification.kind !== 'error' || attempt.isLast !== true) return undefined;
	return failed(classification, { summary, mayHaveHappened });
}

function failed(
	problem: Problem,
	{ summary, mayHaveHappened }: Pick<Progress, 'summary' | 'mayHaveHappened'>,
): Failure {
	return { ...summary, ...toProblem(problem), kind: 'error', mayHaveHappened };
}

/** The problem, with what only the call itself knows of how to get unstuck. */
function hinted({ permission, invalidHint }: ApiCall, classification: ErrorClassification): Problem {
	const { category, hint } = classification;
	if (category === 'permission' && permission !== undefined) {
		return { ...classification, hint: `${hint} Required permission: ${permission}.` };
	}
	return category === 'validation' && invalidHint !== undefined
		? { ...classification, hint: invalidHint }
		: classification;
}

const DAY_MS = 24 * 60 * 60_000;

function retryAfterTooLong(ms: number): Problem {
	return {
		category: 'throttled',
		message: 'Huawei Cloud asked for a longer pause than this run waits for.',
		hint: `Wait ${ms > DAY_MS ? 'more than a day' : `${Math.ceil(ms / 1000)} seconds`}, then run this again.`,
		retryable: true,
	};
}
