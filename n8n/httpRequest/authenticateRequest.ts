import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { AuthenticationHeaders } from '../../huawei-cloud/call/authenticator';
import { createAuthenticator } from '../../huawei-cloud/identity/authentication';
import {
	assertMayReceiveCredential,
	CredentialError,
	readCredential,
} from '../../huawei-cloud/identity/credential';
import { freezeForSigning, headerOf, withHeaders, type RequestOptions } from './exactRequest';
import { systemClock } from '../clock';
import { directly, unusedTransport } from '../transports';
import { assertNotBlocked, tokenNeeded, withStoredToken } from './storedToken';

/**
 * Adds a credential to a request of n8n's HTTP Request node, or another node. Whoever enters the URL may use the credential,
 * but not read it: it is sent only to Huawei Cloud and its own Live endpoint, over verified connections, without redirects.
 * @returns new options; headers of an earlier call are overwritten, since n8n may call this twice
 * @throws CredentialError when the request must not get the credential
 */
export async function authenticateRequest(
	fields: ICredentialDataDecryptedObject,
	entered: RequestOptions,
): Promise<IHttpRequestOptions> {
	const credential = readCredential(fields);
	const target = targetOf(entered);
	assertMayReceiveCredential(target, credential);
	assertConnectionIsChecked(entered);
	assertNoProxy(entered, target);
	assertNoEcho(entered);
	assertNotBlocked(credential);
	const usable = credential.method.name === 'iamUser' ? withStoredToken(fields, credential) : credential;
	if (!usable) throw tokenNeeded();
	const { method } = usable;
	const isSigned = method.name === 'accessKey';
	const { options, url, payload } = isSigned
		? freezeForSigning(entered, target)
		: { options: entered, url: target, payload: null };
	const authenticator = createAuthenticator(usable, { transport: unusedTransport, clock: systemClock });
	const added = authenticator.headersFor({
		service: undefined,
		method: options.method ?? 'GET',
		origin: url.origin,
		path: url.pathname + url.search,
		payload,
	});
	// n8n keeps a streamed response's request headers where expressions can read them: only a permanent key's hold no secret.
	const mayShowSecret = options.useStream === true && (!isSigned || method.securityToken);
	const unstreamed = mayShowSecret ? { useStream: false, encoding: null } : {};
	return Object.assign(withCredential(options, url, added), unstreamed);
}

function withCredential(options: RequestOptions, url: URL, added: AuthenticationHeaders): RequestOptions {
	const authenticated: RequestOptions = {
		...options,
		// Exactly the URL that was checked, so that parsing it differently cannot lead elsewhere.
		url: url.href,
		...(options.uri !== undefined && { uri: url.href }),
		// Node checks the certificate against the Host header if there is one, and not against the URL.
		headers: withHeaders(options, { ...contentTypeOf(options), ...added, Host: url.host }),
		followRedirect: false,
		followAllRedirects: false,
		disableFollowRedirect: true,
		maxRedirects: 0,
		// Or NODE_TLS_REJECT_UNAUTHORIZED could switch checks off.
		agentOptions: { ...options.agentOptions, rejectUnauthorized: true },
		...directly(url),
	};
	delete authenticated.baseURL;
	return authenticated;
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

/** The one content type, which Live requires even without a body. n8n chooses that of a body that has none. */
function contentTypeOf(options: RequestOptions): Record<string, string> {
	const { body, form, formData } = options;
	const type =
		headerOf(options, 'content-type') ?? ((body ?? form ?? formData) ? undefined : 'application/json');
	return type === undefined ? {} : { 'Content-Type': type };
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

function assertConnectionIsChecked(options: RequestOptions): void {
	const { rejectUnauthorized, skipSslCertificateValidation, agentOptions } = options;
	const isChecked =
		(rejectUnauthorized ?? true) === true &&
		(skipSslCertificateValidation ?? false) === false &&
		Object.entries(agentOptions ?? {}).every(
			([name, value]) => CLIENT_CERTIFICATE.has(name) || (name === 'rejectUnauthorized' && value === true),
		);
	if (isChecked) return;
	throw new CredentialError(
		'endpoint',
		'This credential is not sent over connections whose certificates are not checked.',
		'Turn off "Ignore SSL Issues" and remove any custom CA certificate in this node. Add a company CA to NODE_EXTRA_CA_CERTS on the n8n server.',
	);
}

/**
 * The author's proxy could deliver requests long after they were signed: six outdated signatures lock an access key for all.
 * It could also forge responses. Requests without TLS go past any proxy.
 */
function assertNoProxy({ proxy }: RequestOptions, { protocol }: URL): void {
	if (!proxy || protocol === 'http:') return;
	throw new CredentialError(
		'endpoint',
		'This credential is not sent through a proxy that is set in a node.',
		'Remove the Proxy option of this node. To use a proxy, set HTTPS_PROXY on the n8n server.',
	);
}
