import { Canceller, sleepUnlessAborted } from '../http/abort';
import type { Advice, ApiCall, ApiRequest, CallSettings } from './apiCall';
import { Attempts, type Attempt, type ClientDependencies } from './attempt';
import { toProblem, type ErrorClassification, type Problem } from './errorTable';
import { summaryOf, type CallOutcome, type Failure, type ResponseSummary } from './outcome';
import { Redaction, type Said } from './redaction';
import { decideRetry, LONGEST_CALL_MS, parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/** A call so far: what its outcome will report, and what decides how it goes on. */
class Progress implements ResponseSummary {
	attempts = 0;
	statusCode: number | null = null;
	requestId: string | undefined;
	errorCode: string | null = null;
	errorMsg: string | null = null;
	errorDetail: string | undefined;
	/** Whether the last attempt got a response. */
	hasResponse = false;
	retries = 0;
	isRenewed = false;
	mayHaveHappened = false;
	/** When the call must be over: five minutes after it was first sent. */
	end = Infinity;

	/** @param said what came back, if anything did */
	note(
		{ classification, counts, isRenewed = false, sentAt }: Attempt<unknown>,
		said: Said | undefined,
	): void {
		if (counts) this.attempts += 1;
		this.hasResponse = said !== undefined;
		if (said) {
			this.statusCode = said.statusCode;
			this.requestId = said.requestId;
			this.errorCode = said.errorCode;
			this.errorMsg = said.errorMsg;
			this.errorDetail = said.errorDetail;
		}
		this.mayHaveHappened ||= classification.kind === 'error' && classification.mayHaveHappened;
		this.isRenewed ||= isRenewed;
		if (sentAt !== undefined) this.end = Math.min(this.end, sentAt + LONGEST_CALL_MS);
	}
}

/**
 * Makes calls with one credential, for the length of one run. Once the credential is refused, it sends nothing more:
 * trying again with each of ten thousand items would not help, and may lock an account.
 */
export class Client {
	private readonly attempts: Attempts;
	private readonly redaction = new Redaction();
	/** Aborts with the run's own signal, to which it listens while calls are pending: one listener for all of them. */
	private readonly cancelled = new Canceller();
	private pending = 0;
	private readonly onCancel = () => this.cancelled.abort();

	/** @param cancelSignal aborts pending calls and prevents new ones */
	constructor(
		private readonly dependencies: ClientDependencies,
		private readonly cancelSignal?: AbortSignal,
	) {
		this.attempts = new Attempts(dependencies);
	}

	/**
	 * Makes one call, retrying it as the error table and the settings allow.
	 * @param call the call to make
	 * @param settings limits for its attempts
	 */
	async perform<T>(call: ApiCall<T>, settings: CallSettings): Promise<CallOutcome<T>> {
		return await this.whilePending(async () => await this.attemptUntilDone(call, settings));
	}

	/**
	 * Gets what authenticates calls, such as a token, and sends nothing else.
	 * @returns the problem if there is one
	 */
	async prepare(settings: CallSettings): Promise<Failure | undefined> {
		const outcome = await this.perform(NO_CALL, settings);
		return outcome.kind === 'error' ? outcome : undefined;
	}

	/** Makes one attempt at a call, without retries. */
	async attempt<T>(call: ApiCall<T>, timeout: number): Promise<Attempt<T>> {
		const { cancelled } = this;
		return await this.whilePending(
			async () => await this.attempts.make(call, { timeout, end: Infinity, mayRenew: false, cancelled }),
		);
	}

	/** Waits for a number of milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await this.whilePending(async () => await this.sleep(ms));
	}

	private async sleep(ms: number): Promise<void> {
		await sleepUnlessAborted(ms, this.dependencies.clock, this.cancelled);
	}

	private async whilePending<Result>(work: () => Promise<Result>): Promise<Result> {
		const { cancelSignal, onCancel } = this;
		if (cancelSignal?.aborted) onCancel();
		if (this.pending === 0) cancelSignal?.addEventListener('abort', onCancel);
		this.pending += 1;
		try {
			return await work();
		} finally {
			this.pending -= 1;
			if (this.pending === 0) cancelSignal?.removeEventListener('abort', onCancel);
		}
	}

	private async attemptUntilDone<T>(call: ApiCall<T>, settings: CallSettings): Promise<CallOutcome<T>> {
		const { cancelled } = this;
		const { clock, authenticator } = this.dependencies;
		const progress = new Progress();
		for (;;) {
			const attempt = await this.attempts.make(call, {
				timeout: settings.timeout,
				end: progress.end,
				mayRenew: !progress.isRenewed,
				cancelled,
			});
			progress.note(
				attempt,
				attempt.response && this.redaction.redacted(attempt.response, authenticator.secrets),
			);
			const done = outcomeOf(call, attempt, progress, settings.advice);
			if (done) return done;
			// The rate limiter says when a refused call may be sent again.
			if (attempt.isRenewed || attempt.isThrottled) continue;
			const next = this.next(call, attempt, progress, settings);
			if (!('wait' in next)) return failed(next, progress, settings.advice);
			await this.sleep(next.wait);
			// A sleep may take longer than requested, for example when the machine itself was suspended.
			if (clock.now() > next.latestStart && !cancelled.aborted) {
				return failed(next.classification, progress, settings.advice);
			}
		}
	}

	/** When to retry after a failed attempt, or the problem that ends the call. */
	private next(
		call: ApiRequest,
		{ classification, response }: Attempt<unknown>,
		progress: Progress,
		settings: CallSettings,
	): { wait: number; latestStart: number; classification: ProblemToReport } | ProblemToReport {
		if (classification.kind !== 'error') throw new TypeError('Only a failed attempt is followed by another');
		const { clock } = this.dependencies;
		const now = clock.now();
		const decision = decideRetry({
			classification,
			idempotent: call.idempotent,
			retries: progress.retries,
			retryAfter: parseRetryAfter(response?.headers['retry-after'], now),
			now,
			random: clock.random(),
			end: progress.end,
			...settings,
		});
		if ('stop' in decision) {
			return decision.pause === undefined ? classification : retryAfterTooLong(decision.pause);
		}
		progress.retries += 1;
		return { ...decision, classification };
	}
}

const NO_CALL: ApiCall<never> = {
	service: 'live',
	method: 'GET',
	origin: '',
	path: '',
	idempotent: true,
	authenticatesOnly: true,
	rejectedHint: '',
	parse: () => undefined,
};

/**
 * The outcome of a call, if this attempt was its last. Made with `Object.assign`: V8 takes many times as long to add fields
 * to an object that was spread, as long as for all the rest of a call.
 */
function outcomeOf<T>(
	call: ApiRequest,
	attempt: Attempt<T>,
	progress: Progress,
	advice: Advice,
): CallOutcome<T> | undefined {
	const { classification, response, value } = attempt;
	if (value !== undefined) {
		return Object.assign(summaryOf(progress), { kind: 'success', value } as const);
	}
	if (call.authenticatesOnly && classification.kind !== 'error') {
		return Object.assign(summaryOf(progress), { kind: 'notFound' } as const);
	}
	if (response && classification.kind === 'notFound') {
		return progress.mayHaveHappened
			? { ...summaryOf(progress), kind: 'notFound', afterLostResponse: true }
			: Object.assign(summaryOf(progress), { kind: 'notFound' } as const);
	}
	return classification.kind === 'error' && attempt.isLast === true
		? failed(classification, progress, advice)
		: undefined;
}

/** A problem whose hint may depend on where in n8n the call comes from. */
type ProblemToReport = Problem & Partial<Pick<ErrorClassification, 'hintSource'>>;

function failed(problem: ProblemToReport, progress: Progress, advice: Advice): Failure {
	const { mayHaveHappened } = progress;
	const hint = withDetail(hintFor(problem, advice), problem, progress);
	return { ...summaryOf(progress), ...toProblem(problem), hint, kind: 'error', mayHaveHappened };
}

function hintFor({ hint, hintSource }: ProblemToReport, advice: Advice): string {
	return hintSource === 'throttled' || hintSource === 'timeout' ? advice[hintSource] : hint;
}

const MAX_DETAIL_LENGTH = 500;

/** The hint, with the service's own words, which may name the field that it rejected. */
function withDetail(hint: string, { hintSource }: ProblemToReport, progress: Progress): string {
	const { hasResponse, errorDetail, errorMsg } = progress;
	const detail = errorDetail ?? (hintSource === 'rejected' ? errorMsg : null);
	return hasResponse && detail !== null
		? `${hint} Huawei Cloud says: "${detail.slice(0, MAX_DETAIL_LENGTH)}".`
		: hint;
}
