import type { CallSettings } from '../call/apiCall';
import { notAttempted, type Attempt } from '../call/attempt';
import {
	AuthenticationError,
	type AuthenticationHeaders,
	type Authenticator,
	type Patience,
	type ProbeLimits,
	type RequestToAuthenticate,
} from '../call/authenticator';
import { asClassification, type Category } from '../call/errorTable';
import type { CallOutcome } from '../call/outcome';
import { RateLimiter, type RateLimiterShare } from '../call/rateLimiter';
import { Redaction } from '../call/redaction';
import { deadlineAfter, NEVER } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { ApiResponse } from '../http/response';
import { Client } from '../policies/client';
import { compose } from '../policies/compose';
import { exchange } from '../policies/exchange';
import { obtainToken } from '../policies/obtainToken';
import { pace } from '../policies/pace';
import { PendingCall, type Run } from '../policies/pendingCall';
import type { ProbeResult } from '../policies/probes';
import { retry } from '../policies/retry';
import { MAX_CALL_MS } from '../policies/retryPolicy';
import { sign } from '../policies/sign';
import { stillAllowed } from '../policies/stillAllowed';
import type { AccessKeyMethod, Credential, IamTokenMethod, IamUserMethod } from './credential';
import { CredentialState } from './credentialState';
import { tokenCall } from './iam';
import { sdkDate, sha256, sign as signatureOf, UNSIGNED_PAYLOAD } from './signature';
import type { FetchedToken } from './tokenCache';

export interface Connection {
	transport: Transport;
	clock: Clock;
}

/**
 * A client that makes calls with a credential.
 * @param state the state of the credential, which a process shares; default: one of its own
 * @param cancelSignal aborts pending calls
 * @param rateLimit the run's share in what the service allows; default: a limit of its own
 */
export function authenticatedClient(
	credential: Credential,
	connection: Connection,
	state = new CredentialState(),
	cancelSignal?: AbortSignal,
	rateLimit: RateLimiterShare = new RateLimiter().share(connection.clock),
): Client {
	const { guard } = state;
	const authenticator = createAuthenticator(credential, connection, state);
	return new Client({ ...connection, guard, rateLimit, authenticator }, cancelSignal);
}

/** The token of an IAM user, fetched if none is cached, for n8n's HTTP Request node, which sends its requests by itself. */
export async function fetchToken(
	credential: Credential,
	method: IamUserMethod,
	connection: Connection,
	state: CredentialState,
	settings: CallSettings,
): Promise<CallOutcome<FetchedToken>> {
	const client = authenticatedClient(credential, connection, state);
	const path = compose(retry, obtainToken, (call) => {
		call.value = state.tokenCache.current;
		return notAttempted({ kind: 'success' });
	});
	return await client.perform(tokenCall(credential, method, connection.clock), settings, path);
}

/** The authenticator of a credential. */
export function createAuthenticator(
	credential: Credential,
	connection: Connection,
	state: CredentialState = new CredentialState(),
): Authenticator {
	const { method } = credential;
	switch (method.name) {
		case 'iamToken':
			return new IamToken(method);
		case 'iamUser':
			return new IamUser(credential, method, connection, state);
		case 'accessKey':
			return new AccessKeySigner(credential.projectId, method, connection.clock);
	}
}

const TOKEN_HEADER = 'X-Auth-Token';

/** A token that the user obtained. */
class IamToken implements Authenticator {
	readonly subject = 'the IAM token';

	constructor(private readonly method: IamTokenMethod) {}

	get secrets(): string[] {
		return [this.method.token.reveal()];
	}

	headersFor(): AuthenticationHeaders {
		return { [TOKEN_HEADER]: this.method.token.reveal() };
	}

	rejectionHint(): string {
		return 'The token may have expired (it is valid for 24 hours), be incomplete, or belong to another region or project. Get a new one and update the credential.';
	}
}

/** An IAM user whose tokens are fetched as needed: once, however many calls need one at the same time. */
class IamUser implements Authenticator {
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
			rateLimit: new RateLimiter().share(connection.clock),
			redaction: new Redaction(),
			// Not cancelled along with the run: others may be waiting for the same token.
			cancelled: NEVER,
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
		// Each with a run of its own: a rejection is remembered by the guard, for five minutes.
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
	// Also when it was not sent on purpose, since the next one would not be either.
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
	 * Five wrong passwords within 15 minutes lock a user (IAM's default). An accepted password may have been changed since,
	 * so the next one is probed just as carefully.
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

/** How far apart the clocks may be, according to the gateway's signing guide. */
const MAX_SKEW_MS = 15 * 60_000;

/** An access key, permanent or temporary, that signs every request. */
class AccessKeySigner implements Authenticator {
	/** More than five wrong signatures in a row lock a key for five minutes. */
	readonly probeLimits = { max: 5, withinMs: 15 * 60_000 };

	constructor(
		private readonly projectId: string,
		private readonly method: AccessKeyMethod,
		private readonly clock: Clock,
	) {}

	get subject(): string {
		return this.method.securityToken ? 'the temporary access key' : 'the access key';
	}

	get secrets(): string[] {
		const { secretAccessKey, securityToken } = this.method;
		return [secretAccessKey, securityToken]
			.filter((secret) => secret !== undefined)
			.map((secret) => secret.reveal());
	}

	headersFor({ service, method, origin, path, payload }: RequestToAuthenticate): AuthenticationHeaders {
		const { accessKeyId, secretAccessKey, securityToken } = this.method;
		const url = new URL(origin + path);
		const headers: Record<string, string> = { 'X-Sdk-Date': sdkDate(this.clock.now()) };
		// Calls to IAM belong to the account, not to a project.
		if (service !== 'iam') headers['X-Project-Id'] = this.projectId;
		if (securityToken) headers['X-Security-Token'] = securityToken.reveal();
		if (payload === null) headers['X-Sdk-Content-Sha256'] = UNSIGNED_PAYLOAD;
		headers.Authorization = signatureOf(
			{
				method,
				path: url.pathname,
				query: [...url.searchParams],
				headers: { ...headers, Host: url.host },
				payloadHash: payload === null ? UNSIGNED_PAYLOAD : sha256(payload),
			},
			{ accessKeyId, secretAccessKey: secretAccessKey.reveal() },
		);
		return headers;
	}

	rejectionHint(response: ApiResponse | undefined): string {
		const skew = Math.abs(Date.parse(response?.headers.date ?? '') - this.clock.now());
		if (skew > MAX_SKEW_MS) {
			return `The clock of the n8n server is off by about ${Math.round(skew / 60_000)} minutes; Huawei Cloud accepts at most 15. Correct the clock.`;
		}
		return this.method.securityToken
			? 'The key may have expired; all three parts of a temporary key must come from the same response. Get a new one and update the credential.'
			: 'Check the Access Key ID and the Secret Access Key, and check in the console that the key is enabled (My Credentials > Access Keys). After more than 5 wrong signatures, Huawei Cloud locks a key for 5 minutes; in that case, wait.';
	}
}
