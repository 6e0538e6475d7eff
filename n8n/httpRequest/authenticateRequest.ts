import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { createAuthenticator } from '../../huawei-cloud/identity/authentication';
import {
	assertMayReceiveCredential,
	CredentialError,
	isLoopback,
	readCredential,
	type Credential,
} from '../../huawei-cloud/identity/credential';
import {
	freezeForSigning,
	headerOf,
	withHeaders,
	type ExactRequest,
	type RequestOptions,
} from './exactRequest';
import { systemClock } from '../clock';
import { directly, unusedTransport } from '../transports';
import { assertNotBlocked, TokenNeeded, withStoredToken } from './storedToken';

/**
 * Adds a credential to a request of n8n's HTTP Request node, or another node. Whoever enters the URL may use the credential,
 * but not read it: it is sent only to Huawei Cloud and its own Live endpoint, over verified connections, without redirects.
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
	assertNoEcho(options);
	assertNotBlocked(credential);
	const isUser = credential.method.name === 'iamUser';
	const usable = isUser ? withStoredToken(fields, credential) : credential;
	if (!usable) throw new TokenNeeded();
	const { method } = usable;
	const exact: ExactRequest =
		method.name === 'accessKey' ? freezeForSigning(options, target) : { options, url: target, payload: null };
	const authenticated = withCredential(exact, credentialHeaders(usable, exact));
	if (options.uri !== undefined) authenticated.uri = exact.url.href;
	// n8n keeps a streamed response, including the request headers, where an expression can read them. Those of a permanent
	// access key only hold the signature of this request. n8n's pagination needs the stream.
	const holdsSecret = method.name !== 'accessKey' || method.securityToken !== undefined;
	if (options.useStream === true && holdsSecret) {
		authenticated.useStream = false;
		Object.assign(authenticated, { encoding: null });
	}
	return authenticated;
}

function credentialHeaders(credential: Credential, { options, url, payload }: ExactRequest) {
	const parts = { transport: unusedTransport, clock: systemClock };
	return createAuthenticator(credential, parts).headersFor({
		service: undefined,
		method: options.method ?? 'GET',
		origin: url.origin,
		path: url.pathname + url.search,
		payload,
	});
}

function withCredential({ options, url }: ExactRequest, added: Record<string, string> = {}): RequestOptions {
	const authenticated: RequestOptions = {
		...options,
		// Exactly the URL that was checked, so that parsing it differently cannot lead elsewhere.
		url: url.href,
		// Node checks the certificate against the Host header if there is one, and not against the URL.
		headers: withHeaders(
			options.headers,
			{ ...contentTypeOf(options), ...added, Host: url.host },
			isReserved,
		),
		followRedirect: false,
		followAllRedirects: false,
		disableFollowRedirect: true,
		maxRedirects: 0,
		...directly(url),
	};
	delete authenticated.baseURL;
	return authenticated;
}

/**
 * Headers that the author must not set. A second header that authenticates makes the service reject the request, and six of
 * those lock an access key for everybody. With a length or a hop-by-hop header (RFC 9110, 7.6.1), the author could end the
 * body early, so that the signature is wrong or the rest counts as another request on the same connection.
 */
const RESERVED = new Set([
	'authorization',
	'x-auth-token',
	'x-sdk-content-sha256',
	'x-sdk-date',
	'x-security-token',
	'connection',
	'content-length',
	'expect',
	'http2-settings',
	'keep-alive',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
]);

function isReserved(name: string): boolean {
	return RESERVED.has(name) || name.startsWith('proxy-');
}

/** TRACE echoes the request, and so the credential. An expression may return any method. */
function assertNoEcho({ method = 'GET' }: RequestOptions): void {
	if (typeof method === 'string' && /^[A-Z]+$/i.test(method) && !/^TRAC[EK]$/i.test(method)) return;
	throw new CredentialError(
		'validation',
		'This credential is not sent with this HTTP method.',
		'Choose one of the methods that the node offers.',
	);
}

/** Live requires a content type on every request, even without a body, for which n8n sets none. */
function contentTypeOf(options: RequestOptions): Record<string, string> {
	const { body, form, formData } = options;
	const isGiven = headerOf(options, 'content-type') !== undefined || Boolean(body ?? form ?? formData);
	return isGiven ? {} : { 'Content-Type': 'application/json' };
}

/** n8n shows only an error's message, so this appends the hint to it. Rethrows the error. */
export function appendHint(error: unknown): never {
	if (error instanceof CredentialError) error.message = `${error.message} ${error.hint}`;
	throw error;
}

/** The URL. n8n's client would turn a user name into an `Authorization` header, and a path's `//` into another host. */
function targetOf({ url, uri, baseURL }: RequestOptions): URL {
	const entered = url ?? uri ?? '';
	const target = URL.canParse(entered, baseURL) ? new URL(entered, baseURL) : undefined;
	if (target && target.username + target.password === '' && !target.pathname.startsWith('//')) return target;
	throw new CredentialError(
		'endpoint',
		'The URL of the request is not valid.',
		'Enter a complete https:// URL, without a user name and with a single slash after the host.',
	);
}

/** The allowed TLS options: they set the client's identity, not whom to trust. */
const CLIENT_CERTIFICATE = new Set(['cert', 'key', 'passphrase']);

function assertConnectionIsChecked(url: URL, options: RequestOptions): void {
	const { rejectUnauthorized, skipSslCertificateValidation, agentOptions } = options;
	const isUnchecked =
		(rejectUnauthorized ?? true) !== true ||
		(skipSslCertificateValidation ?? false) !== false ||
		Object.keys(agentOptions ?? {}).some((name) => !CLIENT_CERTIFICATE.has(name));
	if (isUnchecked) {
		throw new CredentialError(
			'endpoint',
			'This credential is not sent over connections whose certificates are not checked.',
			'Turn off "Ignore SSL Issues" and remove any custom CA certificate in this node. Add a company CA to NODE_EXTRA_CA_CERTS on the n8n server.',
		);
	}
	if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
		throw new CredentialError(
			'endpoint',
			'This credential is not sent over plain HTTP, except to this machine itself.',
			'Use an https:// URL.',
		);
	}
}
