import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { createAuthenticator } from '../huawei-cloud/authentication';
import {
	assertMayReceiveCredential,
	CredentialError,
	isLoopback,
	readCredential,
} from '../huawei-cloud/credential';

/** The options of either of n8n's request helpers: those below are of the older one, which the HTTP Request node uses. */
interface RequestOptions extends IHttpRequestOptions {
	uri?: string;
	rejectUnauthorized?: boolean;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
}

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
	const url = targetOf(options);
	assertMayReceiveCredential(url, credential);
	assertConnectionIsChecked(url, options);

	const { baseURL: _resolved, ...rest } = options;
	const added = await createAuthenticator(credential).headersFor({
		method: options.method ?? 'GET',
		origin: url.origin,
		path: url.pathname + url.search,
		headers: {},
	});
	const authenticated: RequestOptions = {
		...rest,
		// The very URL that was checked, so that no other reading of the text can lead elsewhere.
		url: url.href,
		headers: { ...withoutHeaders(options.headers, Object.keys(added)), ...added },
		followRedirect: false,
		followAllRedirects: false,
		disableFollowRedirect: true,
		maxRedirects: 0,
	};
	if (options.uri !== undefined) authenticated.uri = url.href;
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

function assertConnectionIsChecked(url: URL, options: RequestOptions): void {
	const { rejectUnauthorized, skipSslCertificateValidation, agentOptions, proxy } = options;
	const isUnchecked =
		rejectUnauthorized === false ||
		skipSslCertificateValidation === true ||
		agentOptions?.rejectUnauthorized === false;
	if (isUnchecked || agentOptions?.ca !== undefined) {
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

/** Header names are not case-sensitive, so one written another way has to go as well. */
function withoutHeaders(headers: IHttpRequestOptions['headers'], names: readonly string[]) {
	const unwanted = new Set(names.map((name) => name.toLowerCase()));
	return Object.fromEntries(
		Object.entries(headers ?? {}).filter(([name]) => !unwanted.has(name.toLowerCase())),
	);
}
