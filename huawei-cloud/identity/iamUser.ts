import { TOKEN_HEADER, type Authenticator } from '../call/authenticator';
import type { Cancellation } from '../http/abort';
import { RateLimiter } from '../pace/rateLimiter';
import { send } from '../policies/client';
import { PendingCall, type Run } from '../policies/pendingCall';
import type { ClientParts } from './authentication';
import type { Credential, Method } from './credential';
import type { CredentialState } from './credentialState';
import { tokenCall } from './iam';

/** Limits of its own, not those of the call: others wait too, and each timeout counts as a possibly wrong password. */
const FETCH = { maxRetries: 5, timeout: 30_000 };

/** Sends a token. It is fetched when needed, once for all calls that need it at the same time. */
export function iamUser(
	credential: Credential,
	method: Method<'iamUser'>,
	parts: ClientParts,
	{ guard, tokenCache }: CredentialState,
): Authenticator {
	const { clock, expectedCalls } = parts;
	const rateLimit = new RateLimiter(clock).createHandle(expectedCalls);
	const run: Omit<Run, 'cancelled'> = { ...parts, authenticator: PASSWORD, guard, rateLimit };
	const fetch = async (cancelled: Cancellation) => {
		const call = new PendingCall(tokenCall(credential, method, clock), FETCH, { ...run, cancelled });
		const attempt = await send(call);
		// After all retries and the wait for IAM: this run asks no more, for none of its items.
		if (attempt.classification.kind === 'error') run.giveUpReason = attempt.classification;
		else if (call.value) tokenCache.keep(call.value);
		return attempt;
	};
	return {
		subject: 'the token that IAM issued',
		obtainToken: (cancelled) =>
			tokenCache.isValidAt(clock.now()) ? undefined : tokenCache.fetchOnce(fetch, cancelled),
		headersFor() {
			const { current } = tokenCache;
			if (!current) throw new TypeError('A token has to be obtained first');
			// If it expired during a wait, the service rejects it, and it is replaced.
			return { [TOKEN_HEADER]: current.value.reveal() };
		},
		tokenAccepted: (headers) => tokenCache.accepted(headers[TOKEN_HEADER]),
		discardToken: (headers) => tokenCache.reject(headers[TOKEN_HEADER]),
		rejectionHint: () => "Check that the credential's region and project ID belong together.",
	};
}

/** For the call that fetches a token, which carries the password in its body. */
const PASSWORD: Authenticator = {
	subject: 'the account name, user name or password',
	// Five wrong passwords within 15 minutes lock a user. An accepted one may have been changed since, so each use is a probe.
	maxFailedProbes: 4,
	isAlwaysProbed: true,
	rejectedBy: new Set(['authentication', 'permission']),
	headersFor: () => ({}),
	rejectionHint: () =>
		'Check all three in the credential, and that its project ID belongs to the account. The user must be an IAM user with programmatic access: HUAWEI IDs, federated users and users with login protection (MFA) cannot get a token with a password; use an access key instead. After five wrong passwords, IAM locks the user for 15 minutes.',
};
