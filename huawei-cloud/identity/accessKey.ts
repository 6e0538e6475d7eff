import type { Authenticator } from '../call/authenticator';
import type { Clock } from '../http/clock';
import type { Method } from './credential';
import { sdkDate, sha256, sign, UNSIGNED_PAYLOAD } from './signature';

/** How far apart the clocks may be, by the gateway's signing guide. */
const MAX_SKEW_MS = 15 * 60_000;

/** An access key, permanent or temporary, that signs every request. */
export function accessKey(key: Method<'accessKey'>, projectId: string, clock: Clock): Authenticator {
	const { accessKeyId, secretAccessKey, securityToken } = key;
	return {
		subject: securityToken ? 'the temporary access key' : 'the access key',
		// More than five wrong signatures in a row lock a key for five minutes.
		maxFailedProbes: 5,
		headersFor({ service, method, origin, path, payload }) {
			const url = new URL(origin + path);
			const headers: Record<string, string> = { 'X-Sdk-Date': sdkDate(clock.now()) };
			// Calls to IAM belong to the account, not to a project.
			if (service !== 'iam') headers['X-Project-Id'] = projectId;
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
		},
		rejectionHint({ headers }) {
			const skew = Math.abs(Date.parse(headers.date ?? '') - clock.now());
			if (skew > MAX_SKEW_MS) {
				return `The n8n server's clock is off by about ${Math.round(skew / 60_000)} minutes; Huawei Cloud accepts at most 15. Correct the clock.`;
			}
			return securityToken
				? 'The key may have expired, or its three parts may not belong together. Get a new temporary key and update all three in the credential.'
				: 'Check the Access Key ID and the Secret Access Key, and check in the console that the key is enabled (My Credentials > Access Keys). After more than 5 wrong signatures, Huawei Cloud locks a key for 5 minutes; in that case, wait.';
		},
	};
}
