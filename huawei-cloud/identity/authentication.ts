import {
	AuthenticationError,
	type Authenticator,
	type Patience,
	type RequestToAuthenticate,
} from '../call/authenticator';
import { Client } from '../call/client';
import { asClassification, toProblem, type Category, type Classification } from '../call/errorTable';
import type { ProbeLimits, ProbeResult } from '../call/probes';
import { LONGEST_CALL_MS } from '../call/retryPolicy';
import type { Attempt } from '../call/attempt';
import { RateLimiter, type RateLimiterShare } from '../call/rateLimiter';
import { deadlineAfter } from '../http/abort';
import type { Clock } from '../http/clock';
import type { Transport } from '../http/http';
import type { ApiResponse } from '../http/response';
import type { AccessKeyMethod, Credential, IamTokenMethod, IamUserMethod } from './credential';
import { CredentialState, sharedState } from './credentialState';
import { tokenCall } from './iam';
import { sdkDate, sha256, sign, UNSIGNED_PAYLOAD } from './signature';
import type { FetchedToken } from './tokenCache';

export interface Connection {
	transport: Transport;
	clock: Clock;
}

/**
 * A client that makes calls with a credential.
 * @param state the state of the credential; default: the one that this process shares
 * @param cancelSignal aborts pending calls
 * @param rateLimit the run's share in what the service allows; default: a limit of its own
 */
export function authenticatedClient(
	credential: Credential,
	connection: Connection,
	state: CredentialState = sharedState(credential),
	cancelSignal?: AbortSignal,
	rateLimit: RateLimiterShare = new RateLimiter().share(connection.clock),
): Client {
	const { circuitBreaker } = state;
	const authenticator = createAuthenticator(credential, connection, state);
	return new Client({ ...connection, circuitBreaker, rateLimit, authenticator }, cancelSignal);
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

	headersFor(): Record<string, string> {
		return { [TOKEN_HEADER]: this.method.token.reveal() };
	}

	refusalHint(): string {
		return 'The token may have expired (it is valid for 24 hours), be incomplete, or belong to another region or project. Get a new one and update the credential.';
	}
}

/** Five wrong passwords within 15 minutes lock a user (IAM's default). */
const PASSWORD_LIMITS: ProbeLimits = { most: 4, withinMs: 15 * 60_000 };

/** An IAM user whose tokens are fetched as needed: once, however many calls need one at the same time. */
class IamUser implements Authenticator {
	readonly subject = 'the token that IAM had just issued';
	private readonly password: Password;
	private readonly tokensUsed = new Set<string>();

	constructor(
		private readonly credential: Credential,
		private readonly method: IamUserMethod,
		private readonly connection: Connection,
		private readonly state: CredentialState,
	) {
		this.password = new Password(method);
	}

	get secrets(): string[] {
		return [...this.password.secrets, ...this.tokensUsed];
	}

	headersFor(
		_request: RequestToAuthenticate,
		{ timeout, until }: Patience,
	): Record<string, string> | Promise<Record<string, string>> {
		const { tokenCache } = this.state;
		const { clock } = this.connection;
		const cached = tokenCache.validAt(clock.now());
		if (cached) return this.headersOf(cached);
		const fetch = async () => await this.fetch(timeout);
		return tokenCache.get(fetch, clock, until).then((token) => this.headersOf(token));
	}

	private headersOf({ value }: FetchedToken): Record<string, string> {
		const token = value.reveal();
		this.tokensUsed.add(token);
		return { [TOKEN_HEADER]: token };
	}

	renew(headers: Readonly<Record<string, string>>): void {
		this.state.tokenCache.invalidate(headers[TOKEN_HEADER]);
	}

	refusalHint(): string {
		return 'Check that the region and the project ID of the credential belong together.';
	}

	/** Asks IAM once. */
	private async fetch(timeout: number): Promise<FetchedToken> {
		const { circuitBreaker } = this.state;
		const { clock } = this.connection;
		const longest = deadlineAfter(LONGEST_CALL_MS, clock);
		const probe = await circuitBreaker.acquireProbe(this.password.subject, PASSWORD_LIMITS, clock, longest);
		// Waiting in vain ends this attempt; a refusal, or the danger of a lockout, the whole run.
		if (probe.blocked) throw new AuthenticationError(probe.blocked, undefined, !probe.blocked.retry);
		// Also after an error that nobody expected: it may have been sent, and must not stay under way for good.
		let result: ProbeResult = 'lost';
		try {
			const attempt = await this.ask(timeout);
			const { classification, response, value: token } = attempt;
			result = token ? 'accepted' : passwordProbeResult(attempt);
			if (token) return token;
			throw this.errorOf(classification, response);
		} finally {
			probe.end(result);
			// An accepted password may have been changed since: the next one is probed just as carefully.
			circuitBreaker.probes.reset();
		}
	}

	private async ask(timeout: number): Promise<Attempt<FetchedToken>> {
		const { clock } = this.connection;
		const { circuitBreaker } = new CredentialState();
		// Not cancelled along with the run: others may be waiting for the same token.
		const rateLimit = new RateLimiter().share(clock);
		const iam = new Client({ ...this.connection, authenticator: this.password, circuitBreaker, rateLimit });
		return await iam.attempt(
			tokenCall(this.credential, this.method, () => clock.now()),
			timeout,
		);
	}

	private errorOf(classification: Classification, response: ApiResponse | undefined): AuthenticationError {
		if (classification.kind !== 'error') return new AuthenticationError(NO_TOKEN, response, false);
		const isRefusal = REFUSALS.has(classification.category);
		// Before another call can try: five wrong passwords lock the user.
		if (isRefusal) this.state.circuitBreaker.trip(toProblem(classification), this.connection.clock.now());
		// Nothing was sent to Live, so nothing happened there.
		const problem = { ...classification, mayHaveHappened: false };
		return new AuthenticationError(
			problem,
			response,
			isRefusal || FINAL_CATEGORIES.has(classification.category),
		);
	}
}

function passwordProbeResult({ classification, response, isSent }: Attempt<unknown>): ProbeResult {
	if (classification.kind === 'error' && REFUSALS.has(classification.category)) return 'refused';
	if (response) return 'answered';
	return isSent ? 'lost' : 'unsent';
}

/** Categories in which IAM refuses a password. */
const REFUSALS: ReadonlySet<Category> = new Set(['authentication', 'permission']);

/** Categories of IAM responses that a retry would not change. */
const FINAL_CATEGORIES: ReadonlySet<Category> = new Set(['account', 'project', 'validation']);

const NO_TOKEN = asClassification({
	category: 'endpoint',
	message: 'IAM returned no token.',
	hint: 'Check the IAM endpoint of the credential.',
	retryable: false,
});

/** For the call that fetches a token, which carries the password in its body. */
class Password implements Authenticator {
	readonly subject = 'the account name, user name or password';

	constructor(private readonly method: IamUserMethod) {}

	get secrets(): string[] {
		return [this.method.password.reveal()];
	}

	headersFor(): Record<string, string> {
		return {};
	}

	refusalHint(): string {
		return 'Check all three in the credential, and that its project ID belongs to the account. The user must be an IAM user with programmatic access: HUAWEI IDs, federated users and users with login protection (MFA) cannot get a token with a password; use an access key instead. After five wrong passwords, IAM locks the user for 15 minutes.';
	}
}

/** How far apart the clocks may be, according to the gateway's signing guide. */
const LONGEST_SKEW_MS = 15 * 60_000;

/** An access key, permanent or temporary, that signs every request. */
class AccessKeySigner implements Authenticator {
	/** More than five wrong signatures in a row lock a key for five minutes. */
	readonly probeLimits = { most: 5, withinMs: 15 * 60_000 };

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

	headersFor({ service, method, origin, path, payload }: RequestToAuthenticate): Record<string, string> {
		const { accessKeyId, secretAccessKey, securityToken } = this.method;
		const url = new URL(origin + path);
		const headers: Record<string, string> = { 'X-Sdk-Date': sdkDate(this.clock.now()) };
		// Calls to IAM belong to the account, not to a project.
		if (service !== 'iam') headers['X-Project-Id'] = this.projectId;
		if (securityToken) headers['X-Security-Token'] = securityToken.reveal();
		if (payload === null) headers['X-Sdk-Content-Sha256'] = UNSIGNED_PAYLOAD;
		headers.Authorization = sign(
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

	refusalHint(response: ApiResponse | undefined): string {
		const skew = Math.abs(Date.parse(response?.headers.date ?? '') - this.clock.now());
		if (skew > LONGEST_SKEW_MS) {
			return `The clock of the n8n server is off by about ${Math.round(skew / 60_000)} minutes; Huawei Cloud accepts at most 15. Correct the clock.`;
		}
		return this.method.securityToken
			? 'The key may have expired; all three parts of a temporary key must come from the same response. Get a new one and update the credential.'
			: 'Check the Access Key ID and the Secret Access Key, and check in the console that the key is enabled (My Credentials > Access Keys). After more than 5 wrong signatures, Huawei Cloud locks a key for 5 minutes; in that case, wait.';
	}
}
