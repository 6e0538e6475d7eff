import type { Attempt } from '../call/attempt';
import {
	TOKEN_HEADER,
	type AuthenticationHeaders,
	type Authenticator,
	type ProbeLimits,
} from '../call/authenticator';
import type { Category } from '../call/classification';
import { Redaction } from '../call/redaction';
import type { Cancellation } from '../http/abort';
import { RateLimiter } from '../pace/rateLimiter';
import { send } from '../policies/client';
import { PendingCall, type Run } from '../policies/pendingCall';
import type { ClientParts } from './authentication';
import type { Credential, IamUserMethod } from './credential';
import type { CredentialState } from './credentialState';
import { tokenCall } from './iam';

/** More than one, so that a fetch waits for IAM while it is down, as items wait for Live. */
const EXPECTED_FETCHES = 2;

/**
 * Max time of a fetch, whatever the settings of the call that needs the token: others wait for it too, and each timeout counts
 * as a password that may have been wrong.
 */
const FETCH = { maxRetries: 5, timeout: 30_000 };

/** An IAM user whose tokens are fetched as needed, once for all calls that need one at the same time. */
export class IamUser implements Authenticator {
	readonly subject = 'the token that IAM issued';
	/** For the calls to IAM. */
	private readonly iam: Omit<Run, 'cancelled'>;

	constructor(
		private readonly credential: Credential,
		private readonly method: IamUserMethod,
		private readonly parts: ClientParts,
		private readonly state: CredentialState,
	) {
		this.iam = {
			...parts,
			authenticator: new Password(method),
			guard: state.guard,
			rateLimit: new RateLimiter().createHandle(parts.clock, EXPECTED_FETCHES),
			redaction: new Redaction(),
		};
	}

	get secrets(): string[] {
		return [...this.iam.authenticator.secrets, ...this.state.tokenCache.secrets];
	}

	obtainToken(cancelled: Cancellation): Promise<Attempt> | undefined {
		const { tokenCache } = this.state;
		if (tokenCache.isValidAt(this.parts.clock.now())) return undefined;
		return tokenCache.fetchOnce(async (nobodyWaits) => await this.fetch(nobodyWaits), cancelled);
	}

	headersFor(): AuthenticationHeaders {
		const { current } = this.state.tokenCache;
		if (!current) throw new TypeError('A token has to be obtained first');
		// One that has expired during a wait is rejected, and replaced then.
		return { [TOKEN_HEADER]: current.value.reveal() };
	}

	discardToken(headers: AuthenticationHeaders): void {
		this.state.tokenCache.reject(headers[TOKEN_HEADER]);
	}

	rejectionHint(): string {
		return 'Check that the region and the project ID of the credential belong together.';
	}

	private async fetch(cancelled: Cancellation): Promise<Attempt> {
		const request = tokenCall(this.credential, this.method, this.parts.clock);
		const call = new PendingCall(request, FETCH, { ...this.iam, cancelled });
		const attempt = await send(call);
		if (call.value) this.state.tokenCache.keep(call.value);
		return attempt;
	}
}

/** For the call that fetches a token, which carries the password in its body. */
class Password implements Authenticator {
	readonly subject = 'the account name, user name or password';
	/**
	 * Five wrong passwords within 15 minutes lock a user (IAM's default). An accepted password may have been changed
	 * since, so the next use is probed just as carefully.
	 */
	readonly probeLimits: ProbeLimits = { max: 4, withinMs: 15 * 60_000, always: true };
	readonly rejectedBy: ReadonlySet<Category> = new Set(['authentication', 'permission']);

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
