import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import type { Problem } from '../../huawei-cloud/call/classification';
import { NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { parseObject } from '../../huawei-cloud/http/response';
import {
	authenticatedClient,
	createAuthenticator,
	type ClientParts,
} from '../../huawei-cloud/identity/authentication';
import { CredentialError, readCredential, type Credential } from '../../huawei-cloud/identity/credential';
import { fingerprint, type CredentialState } from '../../huawei-cloud/identity/credentialState';
import { Secret } from '../../huawei-cloud/identity/secret';
import { askIam, askLive } from '../../huawei-cloud/live/credentialTest';
import { systemClock } from '../clock';
import { runtime } from '../runtime';
import { httpRequestTransport } from '../transports';

/** n8n's stored token for its HTTP Request node, with its expiry and a fingerprint of the fields that it was fetched with. */
export const STORED_TOKEN = 'sessionToken';

/** The credential with its stored token, if that was fetched with exactly these fields and has not expired. */
export function withStoredToken(fields: ICredentialDataDecryptedObject, credential: Credential) {
	const { of, renewAt, token } = parseObject(String(fields[STORED_TOKEN])) ?? {};
	const isCurrent =
		of === fingerprint(credential) && typeof renewAt === 'number' && systemClock.now() < renewAt;
	if (!isCurrent || typeof token !== 'string') return undefined;
	return { ...credential, method: { name: 'iamToken' as const, token: new Secret(token) } };
}

/** Thrown before anything is sent: to n8n it looks like a 401 response, so n8n fetches a token. */
export function tokenNeeded(): CredentialError {
	const error = new CredentialError(
		'authentication',
		'There is no token for this credential yet.',
		'Run this again. If the error persists, open the credential and save it, which tests it.',
	);
	return Object.assign(error, { response: { status: 401 } });
}

/** @throws CredentialError for a while after the credential was rejected, in any node: a few more attempts would lock it */
export function assertNotBlocked(credential: Credential): void {
	assertNone(runtime.stateOf(credential).guard.blockedReason(systemClock));
}

function assertNone(problem: Problem | undefined): void {
	if (problem) throw new CredentialError(problem.category, problem.message, problem.hint);
}

/**
 * n8n's `preAuthentication`: fetches a token to store. n8n calls it when there is none, and after *any* failed request, and
 * repeats that if it gets a token. So an accepted token is kept: a request that failed otherwise must not be sent twice.
 * @returns the token to store, or nothing to keep the current one
 * @throws CredentialError when no token could be fetched
 */
export async function preAuthenticate(
	helpers: IHttpRequestHelper['helpers'],
	fields: ICredentialDataDecryptedObject,
): Promise<IDataObject> {
	const credential = readCredential(fields);
	const parts = { transport: httpRequestTransport(helpers), clock: systemClock };
	const state = runtime.stateOf(credential);
	// An access key is tested once per process: n8n sends all items at once and hides responses, so a wrong key would be locked.
	if (credential.method.name === 'accessKey' && !state.guard.isAccepted) {
		assertNone(await rejectionOf(credential, parts, state));
	}
	if (credential.method.name !== 'iamUser') return {};
	const stored = withStoredToken(fields, credential);
	if (stored && !(await rejectionOf(stored, parts))) return {};
	assertNotBlocked(credential);
	if (stored) state.tokenCache.reject(stored.method.token.reveal());
	const authenticator = createAuthenticator(credential, parts, state);
	const fetched = (await authenticator.obtainToken?.(NEVER_CANCELLED))?.classification;
	if (fetched?.kind === 'error') assertNone(fetched);
	const token = state.tokenCache.current;
	if (!token) return {};
	const { value, renewAt } = token;
	const toStore = { token: value.reveal(), renewAt, of: fingerprint(credential) };
	return { [STORED_TOKEN]: JSON.stringify(toStore) };
}

/** Why IAM or Live rejects a credential. Asks both: one that has another problem with it, or can't be reached, doesn't tell. */
async function rejectionOf(credential: Credential, parts: ClientParts, state?: CredentialState) {
	const client = authenticatedClient(credential, parts, state);
	const problems = [await askIam(credential, client), await askLive(credential, client)];
	return problems.find((problem) => problem?.category === 'authentication');
}
