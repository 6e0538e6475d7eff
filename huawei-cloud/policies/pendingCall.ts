import type { ApiCall, Attempt, CallSettings } from '../call/apiCall';
import type { AuthenticationHeaders, Authenticator } from '../call/authenticator';
import type { Problem } from '../call/classification';
import type { Cancellation } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { RateLimiterHandle } from '../pace/rateLimiter';
import type { CredentialGuard } from './credentialGuard';
import { MAX_CALL_MS, MIN_PATIENCE_MS } from './retryPolicy';

/** State that the calls of one run share. */
export interface Run {
	readonly authenticator: Authenticator;
	readonly guard: CredentialGuard;
	readonly rateLimit: RateLimiterHandle;
	readonly transport: Transport;
	readonly clock: Clock;
	readonly cancelled: Cancellation;
	/** Why this run sends nothing more. */
	giveUpReason?: Problem | undefined;
}

/** A call on its way through the policies: its request, and the progress so far. */
export class PendingCall<T = unknown> {
	/** How many attempts were made. One that was deliberately not sent is none. */
	attempts = 0;
	/** True if its token was rejected, and it may not try a third one. */
	isTokenReplaced = false;
	/** True if a response was lost, so that the service may have carried out the request. */
	mayHaveHappened = false;
	/** When it must be over, in elapsed milliseconds: `MAX_CALL_MS` after its first send; `pace` extends it. */
	end = Infinity;
	/** When it was first throttled, in elapsed milliseconds. */
	throttledAt: number | undefined;
	/** How long it waited for probes of other calls, at most about `MAX_CALL_MS`. */
	waitedMs = 0;
	/** The headers that authenticated the last request. */
	headers: AuthenticationHeaders = {};
	response: ApiResponse | undefined;
	/** The last response as it was parsed, if it is what the API returns on success. */
	value: T | undefined;

	constructor(
		readonly request: ApiCall<T>,
		readonly settings: Omit<CallSettings, 'advice'>,
		readonly run: Run,
	) {}

	/** True if the call may be sent again after an attempt: it is idempotent, or was certainly not carried out. */
	mayRepeat({ classification }: Attempt): boolean {
		return this.request.idempotent || !classification.mayHaveHappened;
	}

	/** How many probes may fail, if the credential could get locked and its next use is a probe. */
	get maxFailedProbes(): number | undefined {
		const { authenticator, guard } = this.run;
		return guard.isAccepted && !authenticator.isAlwaysProbed ? undefined : authenticator.maxFailedProbes;
	}

	/** Milliseconds that the call may still take. */
	get timeLeft(): number {
		return Math.max(0, Math.min(MAX_CALL_MS, this.end - this.run.clock.elapsed()));
	}

	/** Max milliseconds for an attempt from now. A probe without a response counts for all who use the credential. */
	get timeout(): number {
		const min = this.maxFailedProbes ? MIN_PATIENCE_MS : 0;
		return Math.min(this.timeLeft, Math.max(this.settings.timeout, min));
	}
}

export type Send = (call: PendingCall) => Promise<Attempt>;

/** A step that decides if and when the next one runs. Passes on its promise if it can: each further one costs time. */
export type Policy = (call: PendingCall, next: Send) => Promise<Attempt>;
