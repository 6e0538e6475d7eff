import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { createAuthenticator } from '../huawei-cloud/authentication';
import {
	assertMayReceiveCredential,
	CredentialError,
	isLoopback,
	readCredential,
} from '../huawei-cloud/credential';
import { Session } from '../huawei-cloud/session';
import { makeExact, type ExactRequest } from './exactRequest';
import { systemClock, unusedTransport } from './n8nTransport';
import { withHeaders, type RequestOptions } from './requestOptions';
import { readStoredToken, tokenNeeded } from './storedToken';

/**
 * Puts a credential into a request that n8n's HTTP Request node, or another node, is about to send.
 *
 * Whoever writes the URL may use the credential, but must not be able to read it. So it goes to Huawei Cloud and the
 * credential's own endpoints alone, over connections that are checked, and along with no redirect.
 * @returns new options; headers of an earlier call are overwritten, since n8n may call this twice
 * @throws CredentialError when the request must not get the credential
 */
export async function authenticateRequest(
	fields: ICredentialDataDecryptedObject,
	options: RequestOptions,
): Promise<IHttpRequestOptions> {
	const credential = readCredential(fields);
	const target = targetOf(options);
	assertMayReceiveCredential(target, credential);
	assertConnectionIsChecked(target, options);

	const { method } = credential;
	const exact: ExactRequest =
		method.name === 'accessKey' ? makeExact(options, target) : { options, url: target, payload: null };
	const request = {
		method: options.method ?? 'GET',
		origin: exact.url.origin,
		path: exact.url.pathname + exact.url.search,
		payload: exact.payload,
	};
	const added =
		method.name === 'iamUser'
			? { 'X-Auth-Token': (readStoredToken(fields, credential) ?? tokenNeeded()).reveal() }
			: await createAuthenticator(credential, {
					transport: unusedTransport,
					clock: systemClock,
					session: new Session(),
				}).headersFor(request);

	const { baseURL: _resolved, ...rest } = exact.options;
	const authenticated: RequestOptions = {
		...rest,
		// The very URL that was checked, so that no other reading of the text can lead elsewhere.
		url: exact.url.href,
		headers: withHeaders(rest.headers, added),
		followRedirect: false,
		followAllRedirects: false,
		disableFollowRedirect: true,
		maxRedirects: 0,
	};
	if (options.uri !== undefined) authenticated.uri = exact.url.href;
	return authenticated;
}

function targetOf({ url, uri, baseURL }: RequestOptions): URL {
	const target = url ?? uri ?? '';
	if (URL.canParse(target, baseURL)) return new URL(target, baseURL);
	throw new CredentialError(
		'endpoint',
		'The URL of the request is not a URL.',
		'Enter a whole https:// URL.',
	);
}

/** What may be said about TLS: only who is calling, not whom to trust. */
const CLIENT_CERTIFICATE = new Set(['cert', 'key', 'passphrase']);

function assertConnectionIsChecked(url: URL, options: RequestOptions): void {
	const { rejectUnauthorized, skipSslCertificateValidation, agentOptions, proxy } = options;
	const isUnchecked =
		(rejectUnauthorized ?? true) !== true ||
		(skipSslCertificateValidation ?? false) !== false ||
		Object.keys(agentOptions ?? {}).some((name) => !CLIENT_CERTIFICATE.has(name));
	if (isUnchecked) {
		throw new CredentialError(
			'endpoint',
			'This credential is not sent over connections whose certificates are not checked.',
			'Switch off "Ignore SSL Issues" and any CA certificate of your own in this node. A CA of your company belongs into NODE_EXTRA_CA_CERTS of the n8n server.',
		);
	}
	if (url.protocol === 'http:' && (proxy !== undefined || !isLoopback(url.hostname))) {
		throw new CredentialError(
			'endpoint',
			'This credential is not sent over plain http, but to this machine itself and without a proxy.',
			'Use an https:// URL, or remove the proxy from the options of this node.',
		);
	}
}
