import type { ApiCall, Attempt, CallSettings } from '../call/apiCall';
import type { AuthenticationHeaders, Authenticator } from '../call/authenticator';
import type { Problem } from '../call/classification';
import { NO_RESPONSE } from '../call/outcome';
import type { RateLimiterHandle } from '../pace/rateLimiter';
import { summarize, type RedactedSummary, type Redactor } from '../call/redaction';
import { deadlineAfter, type Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { CredentialGuard } from './credentialGuard';

/** State that the calls of one run share. */
export interface Run {
	readonly authenticator: Authenticator;
	/** Knows whether the credential was rejected, in this run or recently in another. */
	readonly guard: CredentialGuard;
	/** Says when a request may be sent. */
	readonly rateLimit: RateLimiterHandle;
	readonly transport: Transport;
	readonly clock: Clock;
	readonly redactor: Redactor;
	readonly cancelled: Cancellation;
	/** Why this run sends nothing more. */
	giveUpReason?: Problem | undefined;
}

/** A call on its way through the policies: its request, and the progress so far. */
export class PendingCall<T = unknown> {
	attempts = 0;
	rejectedTokens = 0;
	/** True if a response was lost, so that the service may have carried out the request. */
	mayHaveHappened = false;
	/** When the call must be over: `MAX_CALL_MS` after it was first sent. Milliseconds since the epoch. */
	end = Infinity;
	/** The least that the timeout of its next attempt may be, in milliseconds, whatever the settings say. */
	minTimeout = 0;
	/** The headers that authenticated the last request. */
	headers: AuthenticationHeaders = {};
	/** The report on the last response, without secrets. */
	summary: RedactedSummary = NO_RESPONSE;
	/** The parsed response, if the last one is what the API returns on success. */
	value: T | undefined;

	constructor(
		readonly request: ApiCall<T>,
		readonly settings: Omit<CallSettings, 'advice'>,
		readonly run: Run,
	) {}

	/** Counts an attempt, and keeps the report on its response. */
	note({ classification, countsAsAttempt, response }: Attempt): void {
		if (countsAsAttempt) this.attempts += 1;
		if (response) this.summary = summarize(response, this.run.redactor);
		this.mayHaveHappened ||= classification.mayHaveHappened ?? false;
	}

	/** True if the call may be sent again after an attempt: it is idempotent, or was certainly not carried out. */
	mayRepeat({ classification }: Attempt): boolean {
		return this.request.idempotent || !classification.mayHaveHappened;
	}

	/** Excludes time from the call's own. */
	extend(ms: number): void {
		this.end += Math.max(0, ms);
	}

	/** How long an attempt may take from now, in milliseconds. */
	timeLeft(): number {
		const timeout = Math.max(this.settings.timeout, this.minTimeout);
		return Math.max(0, Math.min(timeout, this.end - this.run.clock.now()));
	}

	/** Aborts after a number of milliseconds, or when the run is cancelled. */
	within(ms: number): Cancellation {
		return deadlineAfter(ms, this.run.clock, this.run.cancelled);
	}
}
