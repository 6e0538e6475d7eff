import { firstOf, settledOrAborted } from '../http/abort';
import { readAnswer, type Answer } from '../http/response';
import { AuthenticationFailure, type Authenticator } from './authenticator';
import type { Clock } from '../http/clock';
import { TransportError, untilGivenUp, type HttpMethod, type HttpRequest, type Transport } from '../http/http';
import {
	asVerdict,
	judgeAnswer,
	judgeFailure,
	type ErrorVerdict,
	type Reason,
	type Service,
	type Verdict,
} from './errorTable';
import type { Probe, ProbeLimits, ProbeResult } from './probes';
import { decideRetry, LONGEST_CALL_MS, readRetryAfter } from './retryPolicy';
import { toSeconds, type Session } from '../identity/session';

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
	/** What to do when the request is refused as invalid; default: look at what the service said. */
	invalidHint?: string;
	/** The largest body that the API can answer with; default: that of a call for one thing. */
	maxResponseBytes?: number;
}

/** Enough for any answer about one thing, and for the pages of proxies, which are longer. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

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

	/** Makes one attempt at a call, and repeats nothing. */
	async attempt(call: ApiCall, timeout: number): Promise<Attempt> {
		return await this.untilCancelled(async (cancelled) => await this.attemptUntil(cancelled, call, timeout));
	}

	/** Waits so many milliseconds, or until the run is cancelled. */
	async wait(ms: number): Promise<void> {
		await this.untilCancelled(
			async (cancelled) => await settledOrAborted(this.parts.clock.sleep(ms, cancelled), cancelled),
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
		const { clock } = this.parts;
		const end = clock.now() + LONGEST_CALL_MS;
		let last = NOTHING_ANSWERED;
		let retries = 0;
		let isRenewed = false;
		let mayHaveHappened = false;
		const fail = (reason: Reason): Failure => ({
			...last,
			...toReason(reason),
			outcome: 'error',
			mayHaveHappened,
		});

		for (;;) {
			const attempt = await this.attemptUntil(cancelled, call, settings.timeout, end, !isRenewed);
			const { verdict, answer } = attempt;
			if (attempt.counts) last = { ...last, attempts: last.attempts + 1 };
			if (answer) last = { ...last, ...this.said(answer) };

			if (answer && verdict.outcome === 'success') return { ...last, outcome: 'success', answer };
			if (answer && verdict.outcome === 'notFound') {
				return mayHaveHappened && call.goneMeansDone
					? { ...last, outcome: 'success', answer, confirmedBy: 'not_found_after_retry' }
					: { ...last, outcome: 'notFound' };
			}
			if (verdict.outcome !== 'error') throw new TypeError('Only an answer can be good');

			mayHaveHappened ||= verdict.mayHaveHappened;
			if (attempt.isLast) return fail(verdict);
			if (attempt.isRenewed) {
				isRenewed = true;
				continue;
			}
			const decision = decideRetry({
				verdict,
				isRepeatable: call.isRepeatable !== false,
				retries,
				retryAfter: readRetryAfter(answer?.headers['retry-after'], clock.now()),
				now: clock.now(),
				end,
				random: clock.random(),
				...settings,
			});
			if ('stop' in decision) {
				return fail(
					decision.pause === undefined ? this.hinted(call, verdict) : pauseAskedFor(decision.pause),
				);
			}
			retries += 1;
			await settledOrAborted(clock.sleep(decision.wait, cancelled), cancelled);
			// A sleep may take longer than asked, as when the machine was asleep as well.
			if (clock.now() > decision.latestStart && !cancelled.aborted) return fail(verdict);
		}
	}

	/** Waits for permission to send, if a wrong credential would be locked; authenticates, and sends once. */
	private async attemptUntil(
		cancelled: AbortSignal,
		call: ApiCall,
		timeout: number,
		end = Infinity,
		mayRenew = false,
	): Promise<Attempt> {
		const { authenticator, session, clock } = this.parts;
		const timeLeft = () => Math.max(0, Math.min(timeout, end - clock.now()));
		const { probeLimits, subject } = authenticator;
		let result: ProbeResult = 'unsent';
		let probe: Probe = {};
		if (probeLimits) probe = await this.acquireProbe(probeLimits, cancelled, end);
		const began = clock.now();
		let until = firstOf(cancelled, clock.deadline(timeLeft()));
		try {
			if (cancelled.aborted) return last(judgeFailure('cancelled', false));
			const refusal = this.refusal ?? session.refusedAt(clock.now());
			if (refusal) return last(asVerdict(refusal));
			if (probe.heldUntil !== undefined) return last(heldBack(subject, probe.heldUntil));
			if (probeLimits && !probe.end) return last(judgeFailure('timeout', false));
			const { headers, failed } = await this.authenticate(call, timeLeft(), until.signal, cancelled);
			if (!headers) return failed;
			if (timeLeft() === 0) return last(judgeFailure('timeout', false));
			if (clock.now() > began) {
				// What was waited for until now is not part of the exchange.
				until.release();
				until = firstOf(cancelled, clock.deadline(timeLeft()));
			}
			const attempt = await this.exchange(call, headers, until.signal, cancelled);
			result = probeResult(attempt);
			// Before the probe ends, so that no other call goes out with what was just refused.
			return this.afterRefusal(call.service, attempt, headers, mayRenew);
		} finally {
			until.release();
			probe.end?.(result);
		}
	}

	/** Waits for permission to send a credential that was not accepted yet. That is not part of an attempt's time. */
	private async acquireProbe(limits: ProbeLimits, cancelled: AbortSignal, end: number): Promise<Probe> {
		const { session, clock } = this.parts;
		const until = firstOf(
			cancelled,
			clock.deadline(Math.max(0, Math.min(LONGEST_CALL_MS, end - clock.now()))),
		);
		const probe = await session.probes.acquire(limits, clock, until.signal);
		until.release();
		return probe;
	}

	/** The headers that authenticate a call, or what became of the attempt to get them. */
	private async authenticate(
		{ service, method, origin, path, body }: ApiCall,
		timeout: number,
		signal: AbortSignal,
		cancelled: AbortSignal,
	): Promise<{ headers: Record<string, string>; failed?: never } | { headers?: never; failed: Attempt }> {
		const request = { service, method, origin, path, payload: body ?? '' };
		try {
			const headers = this.parts.authenticator.headersFor(request, { timeout, signal });
			return { headers: await untilGivenUp(signal, false, headers) };
		} catch (error) {
			if (error instanceof AuthenticationFailure) {
				const { verdict, answer, isFinal } = error;
				// Of the whole run: every other item would be answered the same.
				if (isFinal) this.refusal = this.parts.session.refusedAt(this.parts.clock.now()) ?? toReason(verdict);
				return { failed: { ...unsent(verdict), answer, isLast: isFinal } };
			}
			if (!(error instanceof TransportError)) throw error;
			return {
				failed: cancelled.aborted
					? last(judgeFailure('cancelled', false))
					: unsent(judgeFailure('timeout', false)),
			};
		}
	}

	/** Sends one request, and says what came of it. */
	private async exchange(
		call: ApiCall,
		headers: Record<string, string>,
		signal: AbortSignal,
		cancelled: AbortSignal,
	): Promise<Attempt> {
		const { service, method, origin, path, body, maxResponseBytes = MAX_RESPONSE_BYTES } = call;
		// The API reference asks for a content type on every request, also on those without a body.
		const common = { Accept: 'application/json', 'Content-Type': 'application/json' };
		const request = { method, origin, path, headers: { ...common, ...headers }, maxResponseBytes };
		try {
			const sent: HttpRequest = {
				...request,
				...(body !== undefined && { body }),
				// What may not be repeated must not get lost on a connection that was idle for too long either.
				...(call.isRepeatable === false && { onNewConnection: true }),
			};
			const response = await this.parts.transport.send(sent, signal);
			const answer = readAnswer(response);
			const verdict = judgeAnswer(answer, call.isExpected(answer), service);
			return { verdict, answer, isSent: true, counts: true };
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			const isTimeout = error.failure === 'cancelled' && !cancelled.aborted;
			const failure = isTimeout ? 'timeout' : error.failure;
			const verdict = judgeFailure(failure, error.sent);
			return { verdict, isSent: error.sent, counts: error.sent || !KEPT_BACK.has(failure) };
		}
	}

	/**
	 * If the credential was refused, either lets go of the token, for the call to be repeated with a new one, or makes a
	 * note of it for this run and those after it, and says whose fault it is.
	 */
	private afterRefusal(
		service: Service,
		attempt: Attempt,
		headers: Record<string, string>,
		mayRenew: boolean,
	): Attempt {
		const { verdict, answer } = attempt;
		if (verdict.outcome !== 'error' || verdict.category !== 'authentication') return attempt;
		const { authenticator, session, clock } = this.parts;
		if (mayRenew && verdict.renew && authenticator.renew(headers)) return { ...attempt, isRenewed: true };
		const reason = describeRefusal(service, authenticator, verdict, answer);
		session.refuse(reason, clock.now());
		this.refusal = session.refusedAt(clock.now());
		return { ...attempt, verdict: asVerdict(reason), isLast: true };
	}

	/** What was decided about a call, with what only the call itself knows of how to get unstuck. */
	private hinted({ permission, invalidHint }: ApiCall, verdict: ErrorVerdict): Reason {
		const { category, hint } = verdict;
		if (category === 'permission' && permission !== undefined) {
			return { ...verdict, hint: `${hint} It takes ${permission}.` };
		}
		return category === 'validation' && invalidHint !== undefined
			? { ...verdict, hint: invalidHint }
			: verdict;
	}

	/** What the service said, with every secret taken out that it may have quoted back. */
	private said({ status, errorCode, errorMsg, requestId }: Answer): Omit<Answered, 'attempts'> {
		const secrets = this.parts.authenticator.secrets.flatMap(spellingsOf).sort((a, b) => b.length - a.length);
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

/** What came of one attempt. */
export interface Attempt {
	verdict: Verdict;
	/** What was answered: by the service, or by what was asked for a token. */
	answer?: Answer | undefined;
	/** Whether the request may have reached the service. */
	isSent: boolean;
	/** False when nothing was sent on purpose, so that it does not count as an attempt. */
	counts: boolean;
	/** Whether no other attempt is to be made, whatever the verdict says. */
	isLast?: boolean;
	/** Whether it is to be repeated with a new token. */
	isRenewed?: boolean;
}

function unsent(verdict: Verdict): Attempt {
	return { verdict, isSent: false, counts: false };
}

function last(verdict: Verdict): Attempt {
	return { ...unsent(verdict), isLast: true };
}

/** Failures by which nothing was sent on purpose. */
const KEPT_BACK: ReadonlySet<string> = new Set(['egressRefused', 'proxyUnusable', 'cancelled']);

/**
 * Too many calls with a credential that was never accepted were refused or got no answer: one more may lock it.
 * @param until milliseconds since the epoch
 */
export function heldBack(subject: string, until: number): ErrorVerdict {
	return asVerdict({
		category: 'timeout',
		error: `Several calls with ${subject} got no answer or were refused, so this one was not sent: if it is wrong, more calls could lock it.`,
		hint: `Check the network between n8n and Huawei Cloud, and run this again after ${toSeconds(until)}.`,
		retryable: true,
	});
}

function probeResult({ verdict, answer, isSent }: Attempt): ProbeResult {
	if (!answer) return isSent ? 'lost' : 'unsent';
	if (provesCredential(verdict)) return 'accepted';
	return verdict.outcome === 'error' && verdict.category === 'authentication' ? 'refused' : 'answered';
}

/** Whether an answer can only come after the credential was accepted. Being throttled, say, may come before. */
function provesCredential(verdict: Verdict): boolean {
	return (
		verdict.outcome !== 'error' ||
		['permission', 'account', 'project', 'validation'].includes(verdict.category)
	);
}

/** Says which part of a credential was refused, and what to do about it. */
function describeRefusal(
	service: Service,
	authenticator: Authenticator,
	verdict: ErrorVerdict,
	answer: Answer | undefined,
): Reason {
	if (!verdict.dependsOnMethod) return toReason(verdict);
	return {
		category: verdict.category,
		error: `${NAMES[service]} refused ${authenticator.subject}.`,
		hint: authenticator.refusalHint(answer),
		retryable: verdict.retryable,
	};
}

/** Whether the body of an answer is a JSON object that holds at least one of these fields and reports no error. */
export function holdsAny(...fields: string[]): (answer: Answer) => boolean {
	return ({ json, errorCode, errorMsg }) =>
		json !== undefined &&
		errorCode === null &&
		errorMsg === null &&
		!('error' in json) &&
		!('errors' in json) &&
		fields.some((field) => typeof json[field] === 'string' && json[field] !== '');
}

/** The ways in which a secret may be quoted: as it is, in a URL, in JSON, in Base64. */
function spellingsOf(secret: string): string[] {
	const base64 = Buffer.from(secret).toString('base64');
	return [
		secret,
		encodeURIComponent(secret),
		JSON.stringify(secret).slice(1, -1),
		base64,
		base64.replace(/=+$/, ''),
	];
}

/** Only the four fields of a reason, from whatever holds more. */
export function toReason({ category, error, hint, retryable }: Reason): Reason {
	return { category, error, hint, retryable };
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
