import { firstOf, settledOrAborted } from '../http/abort';
import type { Answer } from '../http/response';
import {
	AuthenticationFailure,
	type Authenticator,
	type Patience,
	type RequestToAuthenticate,
} from '../call/authenticator';
import { Client, heldBack, toReason } from '../call/client';
import type { Clock } from '../http/clock';
import type { AccessKeyMethod, Credential, IamTokenMethod, IamUserMethod } from './credential';
import { TransportError, type Transport } from '../http/http';
import { readToken, tokenCall } from './iam';
import { asVerdict, judgeFailure, type Category, type Verdict } from '../call/errorTable';
import { PATIENCE_MS, type ProbeLimits } from '../call/probes';
import { LONGEST_CALL_MS } from '../call/retryPolicy';
import { Session, type FetchedToken, type TokenFetch } from './session';
import { sdkDate, sha256, sign, UNSIGNED_PAYLOAD } from './signature';

export interface AuthenticatorParts {
	transport: Transport;
	clock: Clock;
	session: Session;
}

/** The authenticator of a credential. */
export function createAuthenticator(credential: Credential, parts: AuthenticatorParts): Authenticator {
	const { method } = credential;
	switch (method.name) {
		case 'iamToken':
			return new IamToken(method);
		case 'iamUser':
			return new IamUser(credential, method, parts);
		case 'accessKey':
			return new AccessKeySigner(credential.projectId, method, parts.clock);
	}
}

const TOKEN_HEADER = 'X-Auth-Token';

/** A token that the user fetched. */
class IamToken implements Authenticator {
	readonly subject = 'the IAM token';

	constructor(private readonly method: IamTokenMethod) {}

	get secrets(): string[] {
		return [this.method.token.reveal()];
	}

	async headersFor(): Promise<Record<string, string>> {
		return { [TOKEN_HEADER]: this.method.token.reveal() };
	}

	renew(): boolean {
		return false;
	}

	refusalHint(): string {
		return 'It may have expired (it lives 24 hours), be incomplete, or belong to another region or project. Get a new one and update the credential.';
	}
}

/** Five wrong passwords within 15 minutes lock a user (IAM's default). */
const PASSWORD_LIMITS: ProbeLimits = { most: 4, withinMs: 15 * 60_000 };

/** An IAM user, whose tokens are fetched as needed: once, however many calls need one at the same time. */
class IamUser implements Authenticator {
	readonly subject = 'the token that IAM had just given';
	private readonly password: Password;
	private readonly tokensUsed = new Set<string>();

	constructor(
		private readonly credential: Credential,
		private readonly method: IamUserMethod,
		private readonly parts: AuthenticatorParts,
	) {
		this.password = new Password(method);
	}

	get secrets(): string[] {
		return [...this.password.secrets, ...this.tokensUsed];
	}

	async headersFor(_request: RequestToAuthenticate, patience: Patience): Promise<Record<string, string>> {
		const token = (await this.token(patience)).value.reveal();
		this.tokensUsed.add(token);
		return { [TOKEN_HEADER]: token };
	}

	renew(headers: Readonly<Record<string, string>>): boolean {
		const { session } = this.parts;
		// Another call may have renewed it already.
		if (session.token?.value.reveal() === headers[TOKEN_HEADER]) session.token = undefined;
		return true;
	}

	refusalHint(): string {
		return 'Check that the region and the project ID of the credential belong together.';
	}

	private async token({ timeout, signal }: Patience): Promise<FetchedToken> {
		const { session, clock } = this.parts;
		while (!signal.aborted) {
			if (session.token && clock.now() < session.token.renewAt) return session.token;
			const fetching = this.fetchBeside(session.fetching, timeout);
			const patience = Math.max(0, fetching.since + PATIENCE_MS - clock.now());
			const slow = firstOf(clock.deadline(patience), signal);
			await settledOrAborted(fetching.token, slow.signal);
			slow.release();
			if (!slow.signal.aborted) return await fetching.token;
		}
		throw new TransportError('cancelled', false);
	}

	/** What is being fetched already, or, when that has taken a few seconds, another try beside it. */
	private fetchBeside(earlier: TokenFetch | undefined, timeout: number): TokenFetch {
		const { session, clock } = this.parts;
		const now = clock.now();
		if (earlier && now < earlier.since + PATIENCE_MS) return earlier;
		const fresh = this.fetch(timeout);
		// The first to succeed; when all fail, what the last one says.
		const token = earlier ? Promise.any([earlier.token, fresh]).catch(async () => await fresh) : fresh;
		const fetching = { since: now, token };
		session.fetching = fetching;
		const end = () => {
			if (session.fetching === fetching) session.fetching = undefined;
		};
		token.then(end, end);
		return fetching;
	}

	/** Asks IAM once. */
	private async fetch(timeout: number): Promise<FetchedToken> {
		const { session, clock } = this.parts;
		const { end, heldUntil } = await session.probes.acquire(
			PASSWORD_LIMITS,
			clock,
			clock.deadline(LONGEST_CALL_MS),
		);
		if (heldUntil !== undefined) {
			throw new AuthenticationFailure(heldBack(this.password.subject, heldUntil), undefined, true);
		}
		if (!end) throw new AuthenticationFailure(judgeFailure('timeout', false), undefined, false);
		const refusal = session.refusedAt(clock.now());
		if (refusal) {
			end('unsent');
			throw new AuthenticationFailure(asVerdict(refusal), undefined, true);
		}
		// Not cancelled with the run: others may be waiting for the same token.
		const iam = new Client({ ...this.parts, authenticator: this.password, session: new Session() });
		const attempt = await iam.attempt(
			tokenCall(this.credential, this.method, () => clock.now()),
			timeout,
		);
		const { verdict, answer } = attempt;
		const token = answer && verdict.outcome === 'success' ? readToken(answer, clock.now()) : undefined;
		const isRefused = verdict.outcome === 'error' && REFUSALS.has(verdict.category);
		end(
			token ? 'accepted' : isRefused ? 'refused' : answer ? 'answered' : attempt.isSent ? 'lost' : 'unsent',
		);
		// A password that was accepted may have been changed since: the next one is tried as carefully.
		session.probes.reset();
		if (token) return (session.token = token);
		throw this.failureOf(verdict, answer);
	}

	private failureOf(verdict: Verdict, answer: Answer | undefined): AuthenticationFailure {
		const { session, clock } = this.parts;
		if (verdict.outcome !== 'error') return new AuthenticationFailure(NO_TOKEN, answer, false);
		const isRefusal = REFUSALS.has(verdict.category);
		// Before anyone else can ask: five wrong passwords lock the user.
		if (isRefusal) session.refuse(toReason(verdict), clock.now());
		// Nothing was sent to Live, so nothing happened there.
		const failure = { ...verdict, mayHaveHappened: false };
		return new AuthenticationFailure(failure, answer, isRefusal || FINAL_ANSWERS.has(verdict.category));
	}
}

/** IAM's answers by which a password is refused. */
const REFUSALS: ReadonlySet<Category> = new Set(['authentication', 'permission']);

/** IAM's answers that no second try would change. */
const FINAL_ANSWERS: ReadonlySet<Category> = new Set(['account', 'project', 'validation']);

const NO_TOKEN = asVerdict({
	category: 'endpoint',
	error: 'IAM gave no token.',
	hint: 'Check the IAM endpoint of the credential.',
	retryable: false,
});

/** For the call that asks for a token, which carries the password in its body. */
class Password implements Authenticator {
	readonly subject = 'the account name, user name or password';

	constructor(private readonly method: IamUserMethod) {}

	get secrets(): string[] {
		return [this.method.password.reveal()];
	}

	async headersFor(): Promise<Record<string, string>> {
		return {};
	}

	renew(): boolean {
		return false;
	}

	refusalHint(): string {
		return 'Check all three in the credential. It has to be an IAM user with programmatic access: HUAWEI IDs, federated users and users with login protection (MFA) cannot get a token with a password. Better use an access key. After five wrong passwords IAM locks the user for 15 minutes.';
	}
}

/** The clocks may be this far apart, says the signing guide of the gateway. */
const LONGEST_SKEW_MS = 15 * 60_000;

/** An access key, permanent or temporary, that every request is signed with. */
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
		return [secretAccessKey, securityToken].flatMap((secret) => (secret ? [secret.reveal()] : []));
	}

	async headersFor({
		service,
		method,
		origin,
		path,
		payload,
	}: RequestToAuthenticate): Promise<Record<string, string>> {
		const { accessKeyId, secretAccessKey, securityToken } = this.method;
		const url = new URL(path, origin);
		const headers: Record<string, string> = { 'X-Sdk-Date': sdkDate(this.clock.now()) };
		// Calls of IAM belong to the account, not to a project.
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

	renew(): boolean {
		return false;
	}

	refusalHint(answer: Answer | undefined): string {
		const skew = Math.abs(Date.parse(answer?.headers.date ?? '') - this.clock.now());
		if (skew > LONGEST_SKEW_MS) {
			return `The clock of the n8n server is off by about ${Math.round(skew / 60_000)} minutes; signatures are accepted up to 15. Set the clock right.`;
		}
		return this.method.securityToken
			? 'It may have expired; all three parts of a temporary key have to be from the same answer. Get a new one and update the credential.'
			: 'Check the Access Key ID and the Secret Access Key, and in the console that the key is enabled (My Credentials > Access Keys). After more than 5 wrong signatures Huawei Cloud locks a key for 5 minutes: then wait.';
	}
}
