import { firstOf } from '../http/abort';
import type { Clock } from '../http/clock';
import {
	TransportError,
	untilGivenUp,
	type HttpRequest,
	type Transport,
	type TransportErrorCode,
} from '../http/http';
import { parseResponse, type ApiResponse } from '../http/response';
import type { ApiCall } from './apiCall';
import { AuthenticationError, type Authenticator } from './authenticator';
import { toSeconds, type CircuitBreaker } from './circuitBreaker';
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
import type { Probe, ProbeResult } from './probes';
import { LONGEST_CALL_MS } from './retryPolicy';

/** Enough for any response about one thing, and for the pages of proxies, which are longer. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** The dependencies of a client; all side effects are injected. */
export interface ClientDependencies {
	authenticator: Authenticator;
	/** Keeps the credential from being used when it was refused. */
	circuitBreaker: CircuitBreaker;
	transport: Transport;
	clock: Clock;
}

/** What came of one attempt. */
export interface Attempt {
	classification: Classification;
	/** What came back: from the service, or from what was asked for a token. */
	response?: ApiResponse | undefined;
	/** What authenticated the request, if it came to that. */
	headers?: Record<string, string>;
	/** Whether the request may have reached the service. */
	isSent: boolean;
	/** False when nothing was sent on purpose, so that it does not count as an attempt. */
	counts: boolean;
	/** Whether no other attempt is to be made, whatever the classification says. */
	isLast?: boolean;
	/** Whether it is to be repeated with a new token. */
	isRenewed?: boolean;
}

/** How far an attempt may go. Times in milliseconds. */
export interface AttemptBounds {
	/** How long it may take. */
	timeout: number;
	/** When the whole call has to be over. */
	end: number;
	/** Whether a token that is refused may be fetched anew. */
	mayRenew: boolean;
	cancelled: AbortSignal;
}

/** Makes attempts at calls with one credential, for the length of one run: authenticates, and sends once. */
export class Attempts {
	/** Why this run does not ask any more. */
	private refusal: Problem | undefined;

	constructor(private readonly dependencies: ClientDependencies) {}

	/** Makes one attempt. A credential that was refused, in this run or lately in another, is not sent again. */
	async make(call: ApiCall, bounds: AttemptBounds): Promise<Attempt> {
		const probe = await this.acquireProbe(bounds);
		let result: ProbeResult = 'unsent';
		try {
			const attempt = this.blocked(probe, bounds) ?? (await this.send(call, bounds));
			result = probeResult(attempt);
			// Before the probe ends, so that no other call goes out with what was just refused.
			return attempt.isSent ? this.afterRefusal(call.service, attempt, bounds) : attempt;
		} finally {
			probe.end?.(result);
		}
	}

	/** Waits for permission to send a credential that was not accepted yet. That is not part of an attempt's time. */
	private async acquireProbe({ cancelled, end }: AttemptBounds): Promise<Probe> {
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		if (!authenticator.probeLimits) return { end: () => undefined };
		const longest = Math.max(0, Math.min(LONGEST_CALL_MS, end - clock.now()));
		const until = firstOf(cancelled, clock.deadline(longest));
		const probe = await circuitBreaker.probes.acquire(authenticator.probeLimits, clock, until.signal);
		until.release();
		return probe;
	}

	/** Why nothing may be sent, if so. */
	private blocked(probe: Probe, { cancelled }: AttemptBounds): Attempt | undefined {
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		if (cancelled.aborted) return last(classifyTransportError('cancelled', false));
		const refusal = this.refusal ?? circuitBreaker.blockedReason(clock.now());
		if (refusal) return last(asClassification(refusal));
		if (probe.heldUntil !== undefined) return last(heldBack(authenticator.subject, probe.heldUntil));
		return probe.end ? undefined : last(classifyTransportError('timeout', false));
	}

	private async send(call: ApiCall, { cancelled, timeout, end }: AttemptBounds): Promise<Attempt> {
		const { clock } = this.dependencies;
		const timeLeft = () => Math.max(0, Math.min(timeout, end - clock.now()));
		const began = clock.now();
		let until = firstOf(cancelled, clock.deadline(timeLeft()));
		try {
			const { headers, failed } = await this.authenticate(call, timeLeft(), until.signal, cancelled);
			if (!headers) return failed;
			if (timeLeft() === 0) return last(classifyTransportError('timeout', false));
			if (clock.now() > began) {
				// What was waited for until now is not part of the exchange.
				until.release();
				until = firstOf(cancelled, clock.deadline(timeLeft()));
			}
			return { ...(await this.exchange(call, headers, until.signal, cancelled)), headers };
		} finally {
			until.release();
		}
	}

	/** The headers that authenticate a call, or what became of the attempt to get them. */
	private async authenticate(
		{ service, method, origin, path, body }: ApiCall,
		timeout: number,
		signal: AbortSignal,
		cancelled: AbortSignal,
	): Promise<{ headers: Record<string, string>; failed?: never } | { headers?: never; failed: Attempt }> {
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		const request = { service, method, origin, path, payload: body ?? '' };
		try {
			const headers = authenticator.headersFor(request, { timeout, signal });
			return { headers: await untilGivenUp(signal, false, headers) };
		} catch (error) {
			if (error instanceof AuthenticationError) {
				const { classification, response, isFinal } = error;
				// Of the whole run: every other item would be answered the same.
				if (isFinal) this.refusal = circuitBreaker.blockedReason(clock.now()) ?? toProblem(classification);
				return { failed: { ...unsent(classification), response, isLast: isFinal } };
			}
			if (!(error instanceof TransportError)) throw error;
			const isCancelled = cancelled.aborted;
			const classification = classifyTransportError(isCancelled ? 'cancelled' : 'timeout', false);
			return { failed: { ...unsent(classification), isLast: isCancelled } };
		}
	}

	/** Sends one request, and says what came of it. */
	private async exchange(
		call: ApiCall,
		headers: Record<string, string>,
		signal: AbortSignal,
		cancelled: AbortSignal,
	): Promise<Attempt> {
		try {
			const response = parseResponse(
				await this.dependencies.transport.send(requestOf(call, headers), signal),
			);
			const classification = classifyResponse(response, call.isExpected(response), call.service);
			return { classification, response, isSent: true, counts: true };
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			const isTimeout = error.code === 'cancelled' && !cancelled.aborted;
			const code = isTimeout ? 'timeout' : error.code;
			const counts = error.sent || !KEPT_BACK.has(code);
			return { classification: classifyTransportError(code, error.sent), isSent: error.sent, counts };
		}
	}

	/**
	 * If the credential was refused, either lets go of the token, for the call to be repeated with a new one, or blocks the
	 * credential for this run and those after it, and says whose fault it is.
	 */
	private afterRefusal(service: Service, attempt: Attempt, { mayRenew }: AttemptBounds): Attempt {
		const { classification, response, headers = {} } = attempt;
		if (classification.kind !== 'error' || classification.category !== 'authentication') return attempt;
		const { authenticator, circuitBreaker, clock } = this.dependencies;
		if (mayRenew && classification.renew && authenticator.renew(headers))
			return { ...attempt, isRenewed: true };
		const problem = describeRefusal(service, authenticator, classification, response);
		circuitBreaker.trip(problem, clock.now());
		this.refusal = circuitBreaker.blockedReason(clock.now());
		return { ...attempt, classification: asClassification(problem), isLast: true };
	}
}

function requestOf(call: ApiCall, headers: Record<string, string>): HttpRequest {
	const { method, origin, path, body, maxResponseBytes = MAX_RESPONSE_BYTES } = call;
	return {
		method,
		origin,
		path,
		// The API reference asks for a content type on every request, also on those without a body.
		headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
		maxResponseBytes,
		...(body !== undefined && { body }),
		// What may not be repeated must not get lost on a connection that was idle for too long either.
		...(!call.idempotent && { onNewConnection: true }),
	};
}

function unsent(classification: Classification): Attempt {
	return { classification, isSent: false, counts: false };
}

function last(classification: Classification): Attempt {
	return { ...unsent(classification), isLast: true };
}

/** Errors by which nothing was sent on purpose. */
const KEPT_BACK: ReadonlySet<TransportErrorCode> = new Set(['egressRefused', 'proxyUnusable', 'cancelled']);

/**
 * Too many calls with a credential that was never accepted were refused or got no answer: one more may lock it.
 * @param until milliseconds since the epoch
 */
export function heldBack(subject: string, until: number): ErrorClassification {
	return asClassification({
		category: 'timeout',
		message: `Several calls with ${subject} got no answer or were refused, so this one was not sent: if it is wrong, more calls could lock it.`,
		hint: `Check the network between n8n and Huawei Cloud, and run this again after ${toSeconds(until)}.`,
		retryable: true,
	});
}

function probeResult({ classification, response, isSent }: Attempt): ProbeResult {
	if (!isSent) return 'unsent';
	if (!response) return 'lost';
	if (provesCredential(classification)) return 'accepted';
	return classification.kind === 'error' && classification.category === 'authentication'
		? 'refused'
		: 'answered';
}

/** Whether a response can only come after the credential was accepted. Being throttled, say, may come before. */
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
