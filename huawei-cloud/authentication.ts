import type { Answer } from './answer';
import { AuthenticationFailure, type Authenticator, type RequestToAuthenticate } from './authenticator';
import { Client, type Failure } from './client';
import type { Clock } from './clock';
import type { AccessKeyMethod, Credential, IamTokenMethod, IamUserMethod } from './credential';
import type { Transport } from './http';
import { fetchToken } from './iam';
import { Session, type FetchedToken } from './session';
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
	readonly isLockedWhenWrong = false;

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

/** An IAM user, whose tokens are fetched as needed: once, however many calls need one at the same time. */
class IamUser implements Authenticator {
	readonly subject = 'the token that IAM had just given';
	readonly isLockedWhenWrong = false;
	private readonly iam: Client;
	private readonly tokensUsed = new Set<string>();

	constructor(
		private readonly credential: Credential,
		private readonly method: IamUserMethod,
		private readonly parts: AuthenticatorParts,
	) {
		// Not cancelled with the run: others may be waiting for the same token.
		this.iam = new Client({ ...parts, authenticator: new Password(method), session: new Session() });
	}

	get secrets(): string[] {
		return [this.method.password.reveal(), ...this.tokensUsed];
	}

	async headersFor(): Promise<Record<string, string>> {
		const token = (await this.token()).value.reveal();
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

	private async token(): Promise<FetchedToken> {
		const { session, clock } = this.parts;
		if (session.token && clock.now() < session.token.renewAt) return session.token;
		session.fetching ??= this.fetch().finally(() => (session.fetching = undefined));
		return await session.fetching;
	}

	private async fetch(): Promise<FetchedToken> {
		const { session, clock } = this.parts;
		const fetched = await fetchToken(this.iam, this.credential, this.method, clock);
		if ('outcome' in fetched) {
			// Before anyone else can ask: five wrong passwords lock the user.
			if (isRefusal(fetched)) session.refuse(fetched, clock.now());
			throw new AuthenticationFailure(fetched);
		}
		session.token = fetched;
		return fetched;
	}
}

function isRefusal({ category }: Failure): boolean {
	return category === 'authentication' || category === 'permission';
}

/** For the call that asks for a token, which carries the password in its body. */
class Password implements Authenticator {
	readonly subject = 'the account name, user name or password';
	readonly isLockedWhenWrong = false;

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
		return 'Check all three in the credential. An account of the type HUAWEI ID can not get a token: an IAM user with programmatic access is needed. After five wrong passwords IAM locks the user for 15 minutes.';
	}
}

/** The clocks may be this far apart, says the signing guide of the gateway. */
const LONGEST_SKEW_MS = 15 * 60_000;

/** An access key, permanent or temporary, that every request is signed with. */
class AccessKeySigner implements Authenticator {
	readonly isLockedWhenWrong = true;

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
		method,
		origin,
		path,
		payload,
	}: RequestToAuthenticate): Promise<Record<string, string>> {
		const { accessKeyId, secretAccessKey, securityToken } = this.method;
		const url = new URL(path, origin);
		const headers: Record<string, string> = {
			'X-Project-Id': this.projectId,
			'X-Sdk-Date': sdkDate(this.clock.now()),
		};
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
			: 'Check the Access Key ID and the Secret Access Key, and in the console that the key is enabled (My Credentials > Access Keys).';
	}
}
