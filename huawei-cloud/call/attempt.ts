import { deadlineAfter, FirstOf, raceAbort, type Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import { TransportError, type HttpRequest, type Transport, type TransportErrorCode } from '../http/http';
import { parseResponse, type ApiResponse } from '../http/response';
import type { ApiCall, ApiRequest } from './apiCall';
import { AuthenticationError, type Authenticator } from './authenticator';
import type { CircuitBreaker } from './circuitBreaker';
import {
	asClassification,
	classifyResponse,
	classifyTransportError,
	toProblem,
	type Classification,
	type ErrorClassification,
	type Problem,
	type Service,
} from './errorTable';
import { acquireSlot } from './hostSlots';
import type { Admission } from './limit';
import type { ProbeLimits, ProbeResult } from './probes';
import type { RateLimiterShare, Refusal } from './rateLimiter';
import { latestStart, LONGEST_CALL_MS, parseRetryAfter, retryAfterTooLong } from './retryPolicy';

/** Enough for any response about a single resource, and for the pages of proxies, which are longer. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** The dependencies of a client; all side effects are injected. */
export interface ClientDependencies {
	authenticator: Authenticator;
	/** Stops requests with a credential that was refused. */
	circuitBreaker: CircuitBreaker;
	/** Says when a request may be sent. */
	rateLimit: RateLimiterShare;
	transport: Transport;
	clock: Clock;
}

/** The result of one attempt. */
export interface Attempt<T = never> {
	classification: Classification;
	/** The parsed response, on success. */
	value?: T | undefined;
	/** What came back: from the service, or from IAM when it was asked for a token. */
	response?: ApiResponse | undefined;
	/** The headers that authenticated the request, if it got that far. */
	headers?: Record<string, string>;
	/** Whether the request may have reached the service. */
	isSent: boolean;
	/** When the request was about to be sent, if it was. Milliseconds since the epoch. */
	sentAt?: number;
	/** Whether the service refused it as too much, and so did nothing. */
	isThrottled?: boolean;
	/** False when nothing was sent on purpose: then it does not count as an attempt. */
	counts: boolean;
	/** Whether no further attempt may be made, whatever the classification says. */
	isLast?: boolean;
	/** Whether to retry with a new token. */
	isRenewed?: boolean;
}

/** The limits of an attempt. Times in milliseconds. */
export interface AttemptBounds {
	/** How long it may take. */
	timeout: number;
	/** When the whole call must be over: five minutes after it was first sent, Infinity before that. */
	end: number;
	/** Whether a new token may be fetched if this one is refused. */
	mayRenew: boolean;
	cancelled: Cancellation;
}

/** The headers that authenticate a call, or the failed attempt to get them. */
type Authenticated =
	{ headers: Record<string, string>; failed?: never } | { headers?: never; failed: Attempt };

/** Makes attempts with one credential, for the length of one run: authenticates, then sends once. */
export class Attempts {
	/** Why this run sends nothing more. */
	private refusal: Problem | undefined;

	constructor(private readonly dependencies: ClientDependencies) {}

	/**
	 * Makes one attempt, when the service's limit and the host allow it. Waiting for that is not part of an attempt's time.
	 * A credential that was refused, in this run or lately in another, is not sent again.
	 *
	 * What depends on the credential comes first, since it may have to wait for IAM or for another call: meanwhile it must not
	 * hold what calls with other credentials wait for.
	 */
	async make<T>(call: ApiCall<T>, bounds: AttemptBounds): Promise<Attempt<T>> {
		const { authenticator, circuitBreaker } = this.dependencies;
		const blocked = this.blocked(bounds);
		if (blocked) return blocked;
		const { probeLimits } = authenticator;
		return !probeLimits || circuitBreaker.probes.isAccepted
			? await this.sendUnlessBlocked(call, bounds)
			: await this.sendAsProbe(call, probeLimits, bounds);
	}

	/** Sends a credential that gets locked when it is wrong, and was not accepted yet. */
	private async sendAsProbe<T>(
		call: ApiCall<T>,
		limits: ProbeLimits,
		bounds: AttemptBounds,
	): Promise<Attempt<T>> {
		const probe = await this.acquireProbe(limits, bounds);
		if (probe.blocked) return this.blocked(bounds) ?? last(probe.blocked);
		// Also after an error that nobody expected: it may have been sent.
		let result: ProbeResult = 'lost';
		try {
			const attempt = await this.sendUnlessBlocked(call, bounds);
			result = probeResult(attempt);
			return attempt;
		} finally {
			probe.end(result);
		}
	}

	private async sendUnlessBlocked<T>(call: ApiCall<T>, bounds: AttemptBounds): Promise<Attempt<T>> {
		const attempt = this.blocked(bounds) ?? (await this.sendOnce(call, bounds));
		// Before a probe ends, so that no other call goes out with what was just refused.
		return attempt.isSent ? this.afterRefusal(call.service, attempt, bounds) : attempt;
	}

	/** The failed attempt, if nothing may be sent: things may have changed during a wait. */
	private blocked({ cancelled }: AttemptBounds): Attempt | undefined {
		const { circuitBreaker, clock } = this.dependencies;
		if (cancelled.aborted) return last(classifyTransportError('cancelled', false));
		const problem = this.refusal ?? circuitBreaker.blockedReason(clock.now());
		return problem && last(asClassification(problem));
	}

	/** Waits for permission to send a credential that is not accepted yet. That is not part of an attempt's time. */
	private async acquireProbe(limits: ProbeLimits, { cancelled, end }: AttemptBounds) {
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		const longest = Math.max(0, Math.min(LONGEST_CALL_MS, end - clock.now()));
		const until = new FirstOf(cancelled, deadlineAfter(longest, clock));
		return await circuitBreaker.acquireProbe(authenticator.subject, limits, clock, until);
	}

	/** Authenticates, and sends. */
	private async sendOnce<T>(call: ApiCall<T>, bounds: AttemptBounds): Promise<Attempt<T>> {
		const authenticated = this.authenticate(call, bounds);
		const { headers, failed } = authenticated instanceof Promise ? await authenticated : authenticated;
		if (!headers) return failed;
		if (call.authenticatesOnly) return unsent({ kind: 'success' });
		return await this.sendInTurn(call, headers, bounds);
	}

	/** Sends when it is this call's turn. */
	private async sendInTurn<T>(
		call: ApiCall<T>,
		headers: Record<string, string>,
		bounds: AttemptBounds,
	): Promise<Attempt<T>> {
		const { rateLimit, clock } = this.dependencies;
		const { cancelled, timeout, end } = bounds;
		const acquired = rateLimit.acquire(cancelled, latestStart(timeout, end));
		const { permit, refusal } = acquired instanceof Promise ? await acquired : acquired;
		if (!permit) return last(classifyRefusal(refusal));
		const slot = acquireSlot(call.origin, cancelled);
		const release = slot instanceof Promise ? await slot : slot;
		let admission: Admission = 'unknown';
		let pause = 0;
		try {
			const hasWaited = acquired instanceof Promise || slot instanceof Promise;
			const attempt =
				this.blocked(bounds) ??
				(await (hasWaited ? this.sendAfterWait(call, bounds) : this.exchange(call, headers, bounds)));
			admission = admissionOf(attempt);
			if (admission !== 'throttled') return attempt;
			pause = parseRetryAfter(attempt.response?.headers['retry-after'], clock.now());
			return { ...attempt, isThrottled: true };
		} finally {
			release?.();
			permit.end(admission, pause);
		}
	}

	/** Sends what was authenticated before a wait: a signature has a date, and a token an end. */
	private async sendAfterWait<T>(call: ApiCall<T>, bounds: AttemptBounds): Promise<Attempt<T>> {
		const { headers, failed } = await this.authenticate(call, bounds);
		return headers ? await this.exchange(call, headers, bounds) : failed;
	}

	/** How long an attempt may take from now, in milliseconds. */
	private timeLeft({ timeout, end }: AttemptBounds): number {
		return Math.max(0, Math.min(timeout, end - this.dependencies.clock.now()));
	}

	/** Aborts when the time of an attempt is over, which begins now, or when the run is cancelled. */
	private until(bounds: AttemptBounds): Cancellation {
		return new FirstOf(bounds.cancelled, deadlineAfter(this.timeLeft(bounds), this.dependencies.clock));
	}

	/** The headers that authenticate a call, or the failed attempt to get them: at once, if nothing has to be fetched. */
	private authenticate(
		{ service, method, origin, path, body }: ApiRequest,
		bounds: AttemptBounds,
	): Authenticated | Promise<Authenticated> {
		const request = { service, method, origin, path, payload: body ?? '' };
		const timeout = this.timeLeft(bounds);
		const until = this.until(bounds);
		const failed = (error: unknown) => this.notAuthenticated(error, bounds);
		try {
			const headers = this.dependencies.authenticator.headersFor(request, { timeout, until });
			return headers instanceof Promise
				? raceAbort(headers, until, () => {
						throw new TransportError('cancelled', false);
					}).then((fetched) => ({ headers: fetched }), failed)
				: { headers };
		} catch (error) {
			return failed(error);
		}
	}

	/** @throws an error that has nothing to do with authentication */
	private notAuthenticated(error: unknown, { cancelled }: AttemptBounds): Authenticated {
		const { circuitBreaker, clock } = this.dependencies;
		if (error instanceof AuthenticationError) {
			const { classification, response, isFinal } = error;
			// For the whole run: every other item would get the same response.
			if (isFinal) this.refusal = circuitBreaker.blockedReason(clock.now()) ?? toProblem(classification);
			return { failed: { ...unsent(classification), response, isLast: isFinal } };
		}
		if (!(error instanceof TransportError)) throw error;
		const isCancelled = cancelled.aborted;
		const classification = classifyTransportError(isCancelled ? 'cancelled' : 'timeout', false);
		return { failed: { ...unsent(classification), isLast: isCancelled } };
	}

	/** Sends one request and classifies the result. The wait for headers does not count toward its time. */
	private async exchange<T>(
		call: ApiCall<T>,
		headers: Record<string, string>,
		bounds: AttemptBounds,
	): Promise<Attempt<T>> {
		const { transport, clock } = this.dependencies;
		const { cancelled } = bounds;
		if (this.timeLeft(bounds) === 0) return last(classifyTransportError('timeout', false));
		const sentAt = clock.now();
		try {
			const response = parseResponse(await transport.send(requestOf(call, headers), this.until(bounds)));
			const parsed = call.parse(response);
			const classification = withHint(call, classifyResponse(response, parsed !== undefined, call.service));
			const value = classification.kind === 'success' ? parsed : undefined;
			return { classification, value, response, headers, isSent: true, sentAt, counts: true };
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			const isTimeout = error.code === 'cancelled' && !cancelled.aborted;
			const code = isTimeout ? 'timeout' : error.code;
			const counts = error.sent || !KEPT_BACK.has(code);
			const classification = classifyTransportError(code, error.sent, error.proxy);
			return { classification, headers, isSent: error.sent, sentAt, counts };
		}
	}

	/**
	 * If the credential was refused, either discards the token so that the call is retried with a new one, or blocks the
	 * credential for this run and later ones and says which part of it was refused.
	 */
	private afterRefusal<T>(service: Service, attempt: Attempt<T>, { mayRenew }: AttemptBounds): Attempt<T> {
		const { classification, response, headers = {} } = attempt;
		if (classification.kind !== 'error' || classification.category !== 'authentication') return attempt;
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		if (mayRenew && classification.renew && authenticator.renew) {
			authenticator.renew(headers);
			return { ...attempt, isRenewed: true };
		}
		const problem = describeRefusal(service, authenticator, classification, response);
		circuitBreaker.trip(problem, clock.now());
		this.refusal = circuitBreaker.blockedReason(clock.now());
		return { ...attempt, classification: asClassification(problem), isLast: true };
	}
}

function requestOf(call: ApiRequest, headers: Record<string, string>): HttpRequest {
	const { method, origin, path, body, maxResponseBytes = MAX_RESPONSE_BYTES } = call;
	return {
		method,
		origin,
		path,
		// The API reference requires a content type on every request, even without a body.
		headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
		body,
		// A call that may not be repeated must not get lost on a connection that was idle for too long.
		onNewConnection: !call.idempotent,
		maxResponseBytes,
	};
}

/** With the hint that only the call itself can give. */
function withHint({ rejectedHint, permission }: ApiRequest, classification: Classification): Classification {
	if (classification.kind !== 'error') return classification;
	const { hint, hintSource } = classification;
	if (hintSource === 'rejected') return { ...classification, hint: rejectedHint };
	return hintSource === 'permission' && permission !== undefined
		? { ...classification, hint: `${hint} Required permission: ${permission}.` }
		: classification;
}

function unsent(classification: Classification): Attempt {
	return { classification, isSent: false, counts: false };
}

function last(classification: Classification): Attempt {
	return { ...unsent(classification), isLast: true };
}

function admissionOf({ classification, response, isSent }: Attempt<unknown>): Admission {
	if (!isSent || !response) return 'unknown';
	return classification.kind === 'error' && classification.category === 'throttled'
		? 'throttled'
		: 'accepted';
}

/** Why a request was not sent: the service accepts too little. */
function classifyRefusal(refusal: Refusal): ErrorClassification {
	if (refusal === 'cancelled') return classifyTransportError('cancelled', false);
	if (typeof refusal === 'object') return asClassification(retryAfterTooLong(refusal.pause));
	return asClassification(
		{
			category: 'throttled',
			message:
				refusal === 'late'
					? 'Huawei Cloud allowed too few requests for this one to get through within five minutes.'
					: 'Huawei Cloud has throttled every request for five minutes, so this one was not sent.',
			hint: 'Run this again later.',
			retryable: true,
		},
		'throttled',
	);
}

/** Errors after which nothing was sent on purpose. */
const KEPT_BACK: ReadonlySet<TransportErrorCode> = new Set(['egressRefused', 'proxyUnusable', 'cancelled']);

function probeResult({ classification, response, isSent }: Attempt<unknown>): ProbeResult {
	if (!isSent) return 'unsent';
	if (!response) return 'lost';
	if (provesCredential(classification)) return 'accepted';
	return classification.kind === 'error' && classification.category === 'authentication'
		? 'refused'
		: 'answered';
}

/** Whether this response proves that the credential was accepted. Throttling, for example, may come earlier. */
function provesCredential(classification: Classification): boolean {
	return (
		classification.kind !== 'error' ||
		['permission', 'account', 'project', 'validation'].includes(classification.category)
	);
}

const NAMES: Readonly<Record<Service, string>> = { live: 'Huawei Cloud Live', iam: 'IAM' };

/** Says which part of a credential was refused, and what to do about it. */
function describeRefusal(
	service: Service,
	authenticator: Authenticator,
	classification: ErrorClassification,
	response: ApiResponse | undefined,
): Problem {
	if (!classification.dependsOnMethod) return toProblem(classification);
	return {
		category: classification.category,
		message: `${NAMES[service]} refused ${authenticator.subject}.`,
		hint: authenticator.refusalHint(response),
		retryable: classification.retryable,
	};
}
