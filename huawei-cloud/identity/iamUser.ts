import type { Attempt } from '../call/attempt';
import {
	AuthenticationError,
	TOKEN_HEADER,
	type AuthenticationHeaders,
	type Authenticator,
	type Patience,
	type ProbeLimits,
} from '../call/authenticator';
import { asClassification, type Category } from '../call/classification';
import { RateLimiter } from '../pace/rateLimiter';
import { Redaction } from '../call/redaction';
import { deadlineAfter, NEVER_CANCELLED } from '../http/abort';
import { compose } from '../policies/compose';
import { exchange } from '../policies/exchange';
import { pace } from '../policies/pace';
import { PendingCall, type Run } from '../policies/pendingCall';
import type { ProbeResult } from '../policies/probes';
import { MAX_CALL_MS } from '../policies/retryPolicy';
import { sign } from '../policies/sign';
import { stillAllowed } from '../policies/stillAllowed';
import type { Connection } from './authentication';
import type { Credential, IamUserMethod } from './credential';
import type { CredentialState } from './credentialState';
import { tokenCall } from './iam';
import type { FetchedToken } from './tokenCache';

/** An IAM user whose tokens are fetched as needed, once for all calls that need one at the same time. */
export class IamUser implements Authenticator {
	readonly subject = 'the token that IAM issued';
	private readonly tokensUsed = new Set<string>();
	private readonly iam: Run & { authenticator: Password };

	constructor(
		private readonly credential: Credential,
		private readonly method: IamUserMethod,
		private readonly connection: Connection,
		private readonly state: CredentialState,
	) {
		this.iam = {
			...connection,
			authenticator: new Password(method),
			guard: state.guard,
			rateLimit: new RateLimiter().createHandle(connection.clock),
			redaction: new Redaction(),
			// Not cancelled along with the run: others may be waiting for the same token.
			cancelled: NEVER_CANCELLED,
		};
	}

	get secrets(): string[] {
		return [...this.iam.authenticator.secrets, ...this.tokensUsed];
	}

	obtainToken({ timeout, until }: Patience): Promise<FetchedToken> | undefined {
		const { tokenCache } = this.state;
		const { clock } = this.connection;
		if (tokenCache.validAt(clock.now())) return undefined;
		return tokenCache.get(async () => await this.fetch(timeout), clock, until);
	}

	headersFor(): AuthenticationHeaders | undefined {
		const token = this.state.tokenCache.validAt(this.connection.clock.now())?.value.reveal();
		if (token === undefined) return undefined;
		this.tokensUsed.add(token);
		return { [TOKEN_HEADER]: token };
	}

	discardToken(headers: AuthenticationHeaders): void {
		this.state.tokenCache.invalidate(headers[TOKEN_HEADER]);
	}

	rejectionHint(): string {
		return 'Check that the region and the project ID of the credential belong together.';
	}

	/** Asks IAM once. */
	private async fetch(timeout: number): Promise<FetchedToken> {
		const { clock } = this.connection;
		const { authenticator, guard } = this.iam;
		const request = tokenCall(this.credential, this.method, clock);
		// Each is a run of its own: the guard remembers a rejection for five minutes.
		const call = new PendingCall(request, { timeout, maxRetries: 0 }, { ...this.iam });
		const attempt = await guard.probe(
			{
				subject: authenticator.subject,
				limits: authenticator.probeLimits,
				clock,
				until: deadlineAfter(MAX_CALL_MS, clock),
			},
			async () => await sendToIam(call),
			passwordProbeResult,
		);
		if (attempt.classification.kind === 'success' && call.value) return call.value;
		throw notFetched(attempt);
	}
}

/** The path of a request for a token. It is sent once; the calls that need the token retry. */
const sendToIam = compose(pace, stillAllowed, sign, exchange);

function notFetched({
	classification,
	response,
	sent,
	countsAsAttempt,
	cause,
}: Attempt): AuthenticationError {
	const error = classification.kind === 'error' ? classification : NO_TOKEN;
	// Also when it was deliberately not sent, since the next one wouldn't be either.
	const isFinal = FINAL_CATEGORIES.has(error.category) || !(sent || countsAsAttempt || error.retry);
	// Nothing was sent to Live, so nothing happened there.
	return new AuthenticationError({ ...error, mayHaveHappened: false }, response, isFinal, cause);
}

function passwordProbeResult({ classification, response, sent }: Attempt): ProbeResult {
	if (classification.kind === 'success') return 'accepted';
	if (classification.kind === 'error' && PASSWORD_REJECTED_BY.has(classification.category)) return 'rejected';
	if (response) return 'answered';
	return sent ? 'lost' : 'unsent';
}

/** Categories in which IAM rejects a password. */
const PASSWORD_REJECTED_BY: ReadonlySet<Category> = new Set(['authentication', 'permission']);

/** Categories of IAM responses that a retry would not change. */
const FINAL_CATEGORIES: ReadonlySet<Category> = new Set([
	...PASSWORD_REJECTED_BY,
	'account',
	'project',
	'validation',
]);

const NO_TOKEN = asClassification({
	category: 'endpoint',
	message: 'IAM returned no token.',
	hint: 'Check the IAM endpoint of the credential.',
	retryable: false,
});

/** For the call that fetches a token, which carries the password in its body. */
class Password implements Authenticator {
	readonly subject = 'the account name, user name or password';
	/**
	 * Five wrong passwords within 15 minutes lock a user (IAM's default). An accepted password may have been changed
	 * since, so the next use is probed just as carefully.
	 */
	readonly probeLimits: ProbeLimits = { max: 4, withinMs: 15 * 60_000, always: true };
	readonly rejectedBy = PASSWORD_REJECTED_BY;

	constructor(private readonly method: IamUserMethod) {}

	get secrets(): string[] {
		return [this.method.password.reveal()];
	}

	headersFor(): AuthenticationHeaders {
		return {};
	}

	rejectionHint(): string {
		return 'Check all three in the credential, and that its project ID belongs to the account. The user must be an IAM user with programmatic access: HUAWEI IDs, federated users and users with login protection (MFA) cannot get a token with a password; use an access key instead. After five wrong passwords, IAM locks the user for 15 minutes.';
	}
}
