import { readAnswer, type Answer } from './answer';
import { AuthenticationFailure, type Authenticator } from './authenticator';
import type { Clock } from './clock';
import { TransportError, type HttpMethod, type HttpRequest, type Transport } from './http';
import { judgeAnswer, judgeFailure, type Reason, type Service, type Verdict } from './outcome';
import {
	backoff,
	LONGEST_CALL_MS,
	LONGEST_RETRY_AFTER_MS,
	readRetryAfter,
	SHORTEST_LAST_ATTEMPT_MS,
} from './retry';
import type { Session } from './session';

/** One call of an API, without what authenticates it. */
export interface ApiCall {
	service: Service;
	method: HttpMethod;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** JSON. */
	body?: string;
	/** Whether an answer holds what the API answers with on success. */
	isExpected(answer: Answer): boolean;
	/** Whether "not found" after a lost answer means that the lost call did its work. */
	goneMeansDone: boolean;
	/** Default: yes. If not, an attempt that may have reached the service is the last one. */
	isRepeatable?: boolean;
	/** The IAM action it takes, to be named when it is missing. */
	permission?: string;
}

export interface CallSettings {
	/** How often a failed attempt is repeated, 0 or more. */
	maxRetries: number;
	/** Milliseconds that one attempt may take, from connecting to the last byte. */
	timeout: number;
}

export interface Answered {
	/** Attempts made; 0 means that nothing was sent. */
	attempts: number;
	/** The status of the last answer, null when none came. */
	statusCode: number | null;
	requestId: string | undefined;
	errorCode: string | null;
	errorMsg: string | null;
}

export interface Success extends Answered {
	outcome: 'success';
	/** How it is known, when not from the answer itself. */
	confirmedBy?: 'not_found_after_retry' | 'list';
}

export interface NotFound extends Answered {
	outcome: 'notFound';
	confirmedBy?: 'list';
}

export interface Failure extends Answered, Reason {
	outcome: 'error';
	/** An answer was lost, so the service may have done what was asked. */
	mayHaveHappened: boolean;
}

/** What became of a call. A call always comes to one of these; it never throws for what a service or network does. */
export type Outcome = Success | NotFound | Failure;

/** The same, with the answer of the service. */
export type CallOutcome = (Success & { answer: Answer }) | NotFound | Failure;

/** What a client is made of. Everything that touches the world comes from outside. */
export interface ClientParts {
	authenticator: Authenticator;
	/** What is known of the credential. */
	session: Session;
	transport: Transport;
	clock: Clock;
	/** Aborts what is under way and keeps anything further from being sent. */
	cancelSignal?: AbortSignal | undefined;
}

const NAMES: Readonly<Record<Service, string>> = { live: 'Huawei Cloud Live', iam: 'IAM' };

const NOTHING_ANSWERED: Answered = {
	attempts: 0,
	statusCode: null,
	requestId: undefined,
	errorCode: null,
	errorMsg: null,
};

/** Says that a request could not be sent at all, for reasons that lie in the input. */
export function notSent(reason: Reason): Failure {
	return { ...NOTHING_ANSWERED, outcome: 'error', mayHaveHappened: false, ...reason };
}

/**
 * Makes calls with one credential, for the length of one run. Once the credential was refused it sends nothing more:
 * asking again with each of ten thousand items would not help, and may lock an account.
 */
export class Client {
	/** Why this run does not ask any more. */
	private refusal: Reason | undefined;
	/** One controller for each call under way. The run's own signal would warn of a leak with a listener for each. */
	private readonly underWay = new Set<AbortController>();

	private readonly onCancel = () => {
		for (const call of this.underWay) call.abort();
	};

	constructor(private readonly parts: ClientParts) {}

	/**
	 * Makes one call, repeating it as the outcome table and the settings allow.
	 * @param call what to ask for
	 * @param settings bounds for its attempts
	 */
	async perform(call: ApiCall, settings: CallSettings): Promise<CallOutcome> {
		return await this.untilCancelled(async (cancelled) => await this.performUntil(cancelled, call, settings));
	}

	/** Waits so many milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await this.untilCancelled(
			async (cancelled) => await unlessAborted(cancelled, this.parts.clock.sleep(ms, cancelled)),
		);
	}

	private async untilCancelled<Result>(work: (cancelled: AbortSignal) => Promise<Result>): Promise<Result> {
		const { cancelSignal } = this.parts;
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
		const { clock, authenticator } = this.parts;
		const end = clock.now() + LONGEST_CALL_MS;
		let last = NOTHING_ANSWERED;
		let retries = 0;
		let isRenewed = false;
		let mayHaveHappened = false;
		const fail = (reason: Reason): Failure => ({
			...last,
			...plain(reason, call.permission),
			outcome: 'error',
			mayHaveHappened,
		});

		for (;;) {
			const attempt = await this.attempt(cancelled, call, settings.timeout, end);
			if ('notTried' in attempt) return fail(attempt.notTried);
			if ('failure' in attempt) {
				const { attempts } = last;
				return { ...attempt.failure, attempts, mayHaveHappened };
			}
			const { verdict, answer, counts, headers } = attempt;
			if (counts) last = { ...last, attempts: last.attempts + 1 };
			if (answer) last = { ...last, ...this.said(answer) };

			if (answer && verdict.outcome === 'success') return { ...last, outcome: 'success', answer };
			if (answer && verdict.outcome === 'notFound') {
				return mayHaveHappened && call.goneMeansDone
					? { ...last, outcome: 'success', answer, confirmedBy: 'not_found_after_retry' }
					: { ...last, outcome: 'notFound' };
			}
			if (verdict.outcome !== 'error') throw new TypeError('Only an answer can be good');

			mayHaveHappened ||= verdict.mayHaveHappened;
			if (verdict.renew && !isRenewed && authenticator.renew(headers)) {
				isRenewed = true;
				continue;
			}
			if (verdict.category === 'authentication') return fail(this.refused(call.service, verdict, answer));
			const isLastChance = call.isRepeatable === false && verdict.mayHaveHappened;
			if (!verdict.retry || isLastChance) return fail(verdict);
			const retryAfter = readRetryAfter(answer?.headers['retry-after'], clock.now());
			if (retryAfter > LONGEST_RETRY_AFTER_MS) return fail(pauseAskedFor(retryAfter));
			if (retries >= settings.maxRetries) return fail(verdict);
			retries += 1;

			const wait = Math.max(retryAfter, backoff(retries, clock.random()));
			const latestStart = end - Math.min(settings.timeout, SHORTEST_LAST_ATTEMPT_MS);
			if (clock.now() + wait > latestStart) return fail(verdict);
			await unlessAborted(cancelled, clock.sleep(wait, cancelled));
			// A sleep may take longer than asked, as when the machine was asleep as well.
			if (clock.now() > latestStart && !cancelled.aborted) return fail(verdict);
		}
	}

	/** Takes a turn, if turns have to be taken, and sends once, unless there is a reason not to any more. */
	private async attempt(
		cancelled: AbortSignal,
		call: ApiCall,
		timeout: number,
		end: number,
	): Promise<Attempt> {
		const { authenticator, session, clock } = this.parts;
		const turn = authenticator.isLockedWhenWrong ? session.takeTurn() : undefined;
		let isAccepted = false;
		try {
			if (turn) await unlessAborted(cancelled, turn);
			if (cancelled.aborted) return { notTried: judgeFailure('cancelled', false) };
			const refusal = this.refusal ?? session.refusedAt(clock.now());
			if (refusal) return { notTried: refusal };
			const left = end - clock.now();
			if (left <= 0) return { notTried: judgeFailure('timeout', false) };
			const attempt = await this.send(cancelled, call, Math.min(timeout, left));
			isAccepted = 'verdict' in attempt && provesCredential(attempt.verdict);
			return attempt;
		} finally {
			// Also when it was given up waiting for: the turn will still come.
			void turn?.then((end) => end(isAccepted));
		}
	}

	private async send(cancelled: AbortSignal, call: ApiCall, timeout: number): Promise<Attempt> {
		const { authenticator, transport, clock } = this.parts;
		const { service, method, origin, path, body } = call;
		let headers: Record<string, string> = {};
		try {
			const added = authenticator.headersFor({ method, origin, path, payload: body ?? '' });
			await unlessAborted(cancelled, added);
			if (cancelled.aborted) return { notTried: judgeFailure('cancelled', false) };
			headers = await added;
		} catch (error) {
			if (!(error instanceof AuthenticationFailure)) throw error;
			this.refusal = this.parts.session.refusedAt(clock.now()) ?? error.failure;
			return { failure: error.failure };
		}

		const request: HttpRequest = {
			method,
			origin,
			path,
			headers: { Accept: 'application/json', ...headers },
		};
		if (body !== undefined) {
			request.body = body;
			request.headers['Content-Type'] = 'application/json';
		}
		const exchange = new AbortController();
		const deadline = clock.deadline(timeout);
		const abort = () => exchange.abort();
		deadline.addEventListener('abort', abort);
		cancelled.addEventListener('abort', abort);
		if (cancelled.aborted || deadline.aborted) abort();
		try {
			const answer = readAnswer(await transport.send(request, exchange.signal));
			return {
				verdict: judgeAnswer(answer, call.isExpected(answer), service),
				answer,
				counts: true,
				headers,
			};
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			const isTimeout = error.failure === 'cancelled' && !cancelled.aborted;
			const verdict = judgeFailure(isTimeout ? 'timeout' : error.failure, error.sent);
			const isKeptBack =
				error.failure === 'egressRefused' ||
				error.failure === 'proxyUnusable' ||
				(error.failure === 'cancelled' && !isTimeout);
			return { verdict, counts: error.sent || !isKeptBack, headers };
		} finally {
			deadline.removeEventListener('abort', abort);
			cancelled.removeEventListener('abort', abort);
		}
	}

	/** Makes a note of a refusal, for this run and those after it, and says whose fault it is. */
	private refused(service: Service, { category, retryable }: Reason, answer: Answer | undefined): Reason {
		const { authenticator, session, clock } = this.parts;
		const reason: Reason = {
			category,
			error: `${NAMES[service]} refused ${authenticator.subject}.`,
			hint: authenticator.refusalHint(answer),
			retryable,
		};
		session.refuse(reason, clock.now());
		this.refusal = session.refusedAt(clock.now());
		return reason;
	}

	/** What the service said, with every secret taken out that it may have quoted back. */
	private said({ status, errorCode, errorMsg, requestId }: Answer): Omit<Answered, 'attempts'> {
		const { secrets } = this.parts.authenticator;
		const clean = <T extends string | null | undefined>(text: T) =>
			typeof text === 'string'
				? secrets.reduce((cleaner, secret) => cleaner.replaceAll(secret, '***'), String(text))
				: text;
		return {
			statusCode: status,
			errorCode: clean(errorCode),
			errorMsg: clean(errorMsg),
			requestId: clean(requestId),
		};
	}
}

/** What came of one attempt: a verdict, with its answer if there is one, or why it was not made. */
type Attempt =
	| {
			verdict: Verdict;
			answer?: Answer;
			/** False when nothing was sent on purpose, so that it does not count as an attempt. */
			counts: boolean;
			/** What authenticated it. */
			headers: Record<string, string>;
	  }
	| { notTried: Reason }
	| { failure: Failure };

/** Whether an answer can only come after the credential was accepted. Being throttled, say, may come before. */
function provesCredential(verdict: Verdict): boolean {
	return (
		verdict.outcome !== 'error' ||
		['permission', 'account', 'project', 'validation'].includes(verdict.category)
	);
}

/** Waits for a promise, but not beyond an abort, and whether or not the promise is kept. */
async function unlessAborted(signal: AbortSignal, promise: Promise<unknown>): Promise<void> {
	let giveUp: () => void = () => undefined;
	const aborted = new Promise<void>((resolve) => {
		giveUp = resolve;
		signal.addEventListener('abort', giveUp, { once: true });
		if (signal.aborted) resolve();
	});
	await Promise.race([promise.catch(() => undefined), aborted]);
	signal.removeEventListener('abort', giveUp);
}

/** Whether the body of an answer is a JSON object that holds at least one of these fields and reports no error. */
export function holdsAny(...fields: string[]): (answer: Answer) => boolean {
	return ({ json, errorCode, errorMsg }) =>
		json !== undefined &&
		errorCode === null &&
		errorMsg === null &&
		fields.some((field) => typeof json[field] === 'string' && json[field] !== '');
}

/** Only the four fields of a reason, from whatever holds more; with the permission that is missing, if that is it. */
function plain({ category, error, hint, retryable }: Reason, permission: string | undefined): Reason {
	const isMissing = category === 'permission' && permission !== undefined;
	return { category, error, hint: isMissing ? `${hint} It takes ${permission}.` : hint, retryable };
}

/** Only what every outcome says. */
export function answeredOf({ attempts, statusCode, requestId, errorCode, errorMsg }: Answered): Answered {
	return { attempts, statusCode, requestId, errorCode, errorMsg };
}

const DAY_MS = 24 * 60 * 60_000;

function pauseAskedFor(ms: number): Reason {
	return {
		category: 'throttled',
		error: 'Huawei Cloud asked for a longer pause than this run waits for.',
		hint: `Wait ${ms > DAY_MS ? 'more than a day' : `${Math.ceil(ms / 1000)} seconds`}, then run this again.`,
		retryable: true,
	};
}
