import { isObject, readAnswer, type Answer, type JsonObject } from './answer';
import type { Authenticator } from './authentication';
import type { Clock } from './clock';
import { TransportError, type HttpMethod, type HttpRequest, type Transport } from './http';
import { judgeAnswer, judgeFailure, type Reason, type Verdict } from './outcome';
import { backoff, LONGEST_CALL_MS, LONGEST_RETRY_AFTER_MS, readRetryAfter } from './retry';

/** One call of an API, without what authenticates it. */
export interface ApiCall {
	method: HttpMethod;
	/** Scheme, host and port. */
	origin: string;
	/** Path with its encoded query. */
	path: string;
	/** Whether a JSON body is what the API answers with on success. */
	isExpected(body: JsonObject): boolean;
	/** Whether "not found" after a lost answer means that the lost call did its work. */
	goneMeansDone: boolean;
}

export interface CallSettings {
	/** How often a failed attempt is repeated, 0 or more. */
	maxRetries: number;
	/** Milliseconds that one attempt may take, from connecting to the last byte. */
	timeout: number;
}

interface Answered {
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
	body: JsonObject;
	/** How it is known, when not from the answer itself. */
	confirmedBy?: 'not_found_after_retry';
}

export interface NotFound extends Answered {
	outcome: 'notFound';
}

export interface Failure extends Answered, Reason {
	outcome: 'error';
	/** An answer was lost, so the service may have done what was asked. */
	mayHaveHappened: boolean;
}

/** What became of a call. A call always comes to one of these; it never throws for what a service or network does. */
export type Outcome = Success | NotFound | Failure;

/** What a client is made of. Everything that touches the world comes from outside. */
export interface ClientParts {
	authenticator: Authenticator;
	transport: Transport;
	clock: Clock;
	/** Aborts what is under way and keeps anything further from being sent. */
	cancelSignal?: AbortSignal | undefined;
}

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
	private refusal: Reason | undefined;
	/** One controller for each call under way. The run's own signal would warn of a leak with a listener for each. */
	private readonly underWay = new Set<AbortController>();

	constructor(private readonly parts: ClientParts) {
		parts.cancelSignal?.addEventListener('abort', () => {
			for (const call of this.underWay) call.abort();
		});
	}

	/**
	 * Makes one call, repeating it as the outcome table and the settings allow.
	 * @param call what to ask for
	 * @param settings bounds for its attempts
	 */
	async perform(call: ApiCall, settings: CallSettings): Promise<Outcome> {
		const cancellation = new AbortController();
		if (this.parts.cancelSignal?.aborted) cancellation.abort();
		this.underWay.add(cancellation);
		try {
			return await this.performUntil(cancellation.signal, call, settings);
		} finally {
			this.underWay.delete(cancellation);
		}
	}

	private async performUntil(
		cancelled: AbortSignal,
		call: ApiCall,
		settings: CallSettings,
	): Promise<Outcome> {
		const { clock } = this.parts;
		const end = clock.now() + LONGEST_CALL_MS;
		let last = NOTHING_ANSWERED;
		let mayHaveHappened = false;
		const fail = (reason: Reason): Failure => ({
			...last,
			...plain(reason),
			outcome: 'error',
			mayHaveHappened,
		});

		for (;;) {
			if (cancelled.aborted) return fail(judgeFailure('cancelled', false));
			if (this.refusal) return fail(this.refusal);

			const timeout = Math.min(settings.timeout, end - clock.now());
			const { verdict, answer, sent } = await this.attempt(cancelled, call, timeout);
			if (sent) last = { ...last, attempts: last.attempts + 1 };
			if (answer) last = { ...last, ...this.said(answer) };

			if (verdict.outcome === 'success') return { ...last, outcome: 'success', body: answer?.json ?? {} };
			if (verdict.outcome === 'notFound') {
				return mayHaveHappened && call.goneMeansDone
					? { ...last, outcome: 'success', body: {}, confirmedBy: 'not_found_after_retry' }
					: { ...last, outcome: 'notFound' };
			}
			mayHaveHappened ||= verdict.mayHaveHappened;
			if (verdict.category === 'authentication') this.refusal = afterRefusal(verdict);
			if (!verdict.retry || last.attempts > settings.maxRetries) return fail(verdict);

			const retryAfter = readRetryAfter(answer?.headers['retry-after'], clock.now());
			if (retryAfter > LONGEST_RETRY_AFTER_MS) return fail(pauseAskedFor(retryAfter));
			const wait = Math.max(retryAfter, backoff(last.attempts, clock.random()));
			if (clock.now() + wait >= end) return fail(verdict);
			await this.pause(cancelled, wait);
		}
	}

	/** Sends once. `sent` is false when it was kept from being sent, so that it does not count as an attempt. */
	private async attempt(
		cancelled: AbortSignal,
		call: ApiCall,
		timeout: number,
	): Promise<{ verdict: Verdict; answer?: Answer; sent: boolean }> {
		const { authenticator, transport, clock } = this.parts;
		const { method, origin, path } = call;
		const request: HttpRequest = { method, origin, path, headers: { Accept: 'application/json' } };
		const attempt = new AbortController();
		const deadline = clock.deadline(timeout);
		const abort = () => attempt.abort();
		deadline.addEventListener('abort', abort);
		cancelled.addEventListener('abort', abort);
		try {
			Object.assign(request.headers, await authenticator.headersFor(request));
			const answer = readAnswer(await transport.send(request, attempt.signal));
			const isExpected = answer.json !== undefined && call.isExpected(answer.json);
			return { verdict: judgeAnswer(answer, isExpected), answer, sent: true };
		} catch (error) {
			if (!(error instanceof TransportError)) throw error;
			const timedOut = error.failure === 'cancelled' && !cancelled.aborted;
			const verdict = judgeFailure(timedOut ? 'timeout' : error.failure, error.sent);
			const keptBack = error.failure === 'egressRefused' || (error.failure === 'cancelled' && !timedOut);
			return { verdict, sent: error.sent || !keptBack };
		} finally {
			deadline.removeEventListener('abort', abort);
			cancelled.removeEventListener('abort', abort);
		}
	}

	/** What the service said, with every secret taken out that it may have quoted back. */
	private said({ status, errorCode, errorMsg, requestId }: Answer): Omit<Answered, 'attempts'> {
		const clean = <T extends string | null | undefined>(text: T) =>
			typeof text === 'string' ? this.withoutSecrets(text) : text;
		return {
			statusCode: status,
			errorCode: clean(errorCode),
			errorMsg: clean(errorMsg),
			requestId: clean(requestId),
		};
	}

	private withoutSecrets(text: string): string {
		return this.parts.authenticator.secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
	}

	/** Waits, but not beyond a cancellation, whether or not the clock's sleep heeds the signal. */
	private async pause(cancelled: AbortSignal, ms: number): Promise<void> {
		const givenUp = new Promise<void>((resolve) => {
			cancelled.addEventListener('abort', () => resolve(), { once: true });
		});
		const slept = this.parts.clock.sleep(ms, cancelled).catch(() => undefined);
		await Promise.race([slept, givenUp]);
	}
}

/** Whether a body is a JSON object that holds at least one of these fields and reports no error. */
export function holdsAny(...fields: string[]): (body: JsonObject) => boolean {
	return (body) =>
		isObject(body) &&
		(typeof body.error_code !== 'string' || body.error_code === '') &&
		fields.some((field) => typeof body[field] === 'string' && body[field] !== '');
}

/** Only the four fields of a reason, from whatever holds more. */
function plain({ category, error, hint, retryable }: Reason): Reason {
	return { category, error, hint, retryable };
}

/** What an item gets that was not asked for, because an earlier one met a refusal of the same credential. */
function afterRefusal(reason: Reason): Reason {
	return {
		...plain(reason),
		error: 'Huawei Cloud had already refused the credential in this run, so it was not asked again.',
	};
}

function pauseAskedFor(ms: number): Reason {
	return {
		category: 'throttled',
		error: 'Huawei Cloud asked for a longer pause than this run waits for.',
		hint: `Wait ${Math.ceil(ms / 1000)} seconds, then run this again.`,
		retryable: true,
	};
}
