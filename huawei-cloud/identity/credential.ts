import type { Category } from '../call/classification';
import { isRegionCode, KNOWN_REGIONS_TEXT } from './regions';
import { Secret } from './secret';

/** A credential that can't be used, with the fields of a `Problem`. Thrown before anything is sent; never holds a secret. */
export class CredentialError extends Error {
	constructor(
		readonly category: Category,
		message: string,
		readonly hint: string,
	) {
		super(message);
		this.name = 'CredentialError';
	}
}

/** A usable credential: trimmed and checked. Endpoints are origins: scheme, host and port. */
export interface Credential {
	projectId: string;
	liveEndpoint: string;
	iamEndpoint: string;
	method: AuthenticationMethod;
}

export type AuthenticationMethod =
	| { name: 'iamToken'; token: Secret }
	| { name: 'iamUser'; accountName: string; userName: string; password: Secret }
	/** Temporary keys come with a security token. */
	| { name: 'accessKey'; accessKeyId: string; secretAccessKey: Secret; securityToken: Secret | undefined };

export type Method<Name> = Extract<AuthenticationMethod, { name: Name }>;

/** Reads a credential as n8n stores it, trimming pasted values. Throws a CredentialError when a field is missing or invalid. */
export function readCredential(fields: Readonly<Record<string, unknown>>): Credential {
	const region = text(fields.region).toLowerCase();
	if (region !== '') assertRegionCode(region);
	return {
		projectId: readProjectId(fields.projectId),
		liveEndpoint: readEndpoint('Live Endpoint', text(fields.liveEndpoint) || hostOf('live', region)),
		iamEndpoint: readEndpoint('IAM Endpoint', text(fields.iamEndpoint) || hostOf('iam', region)),
		method: readMethod(fields),
	};
}

/** European regions have their own domain. */
function hostOf(service: string, region: string): string {
	assertRegionCode(region);
	return `https://${service}.${region}.myhuaweicloud.${region.startsWith('eu-west-1') ? 'eu' : 'com'}`;
}

function assertRegionCode(region: string): void {
	if (isRegionCode(region)) return;
	// Not quoted: it may be a key pasted into the wrong field.
	throw new CredentialError(
		'endpoint',
		`The credential${region === '' ? ' has no region' : "'s region is not a region code"}.`,
		`Enter a region code such as cn-north-4. Known regions: ${KNOWN_REGIONS_TEXT}.`,
	);
}

/** Services that never get the credential, by any part of a host's first label. Source: Huawei Cloud's endpoints, November 2026. */
const NOT_FOR_CREDENTIALS: ReadonlySet<string> = new Set(
	[
		// Their responses contain new secrets.
		'iam sts',
		// Customers own hosts and content there, or they are websites rather than APIs.
		'obs swr console',
		// Clusters, functions, models and workspaces: customers' code, which may get the headers of a request.
		'asm cae cce cci cloudide functiongraph ief infer modelarts servicestage ucs',
		// Gateways that forward requests to customers' own services.
		'apic apig apigw cse roma',
	].flatMap((names) => names.split(' ')),
);

/**
 * Guards the credential: whoever enters a URL in a workflow may only *use* it, not read it. The suffix of an API host,
 * `{service}.{region}.myhuaweicloud.com`, proves nothing: customers own hosts under it, such as `{bucket}.obs.{region}…`.
 * @throws CredentialError unless the URL is HTTPS on an API host of Huawei Cloud, or on the credential's Live endpoint
 */
export function assertMayReceiveCredential(url: URL, credential: Credential): void {
	const { liveEndpoint, iamEndpoint, projectId } = credential;
	// `blob:https://…` has the origin of the URL inside.
	const isLive = url.origin === liveEndpoint && url.protocol !== 'blob:';
	const isIam = url.origin === iamEndpoint;
	// One host may serve both APIs, and IAM issues secrets: only plain paths of Live, which no server can read as others.
	const [, project] = /^\/v[12]\/([\w-]+)(?:\/[\w-][\w.-]*)+$/.exec(url.pathname) ?? [];
	if (isLive && (!isIam || project === projectId)) return;
	const [, service = '', region = 'cn-north-4'] =
		/^([a-z0-9-]+)(?:\.([a-z0-9-]+))?\.myhuaweicloud\.(?:com|eu)$/.exec(url.hostname) ?? [];
	const parts = service.split('-').map((part) => part.replace(/v?\d{1,3}$/, ''));
	const isExcluded = service === '' || parts.some((part) => NOT_FOR_CREDENTIALS.has(part));
	const isApiHost = !isExcluded && isRegionCode(region);
	if (isApiHost && !isIam && url.protocol === 'https:' && url.port === '') return;
	throw new CredentialError(
		'endpoint',
		'This credential may only be sent to Huawei Cloud APIs, over HTTPS.',
		"Use an https:// URL on {service}.{region}.myhuaweicloud.com (or .eu), or on the credential's Live endpoint. Services that issue secrets, run customers' code or pass requests on are excluded, such as IAM, OBS, CCE and FunctionGraph. Where IAM has the Live endpoint's host, paths must be Live's, such as /v1/{project_id}/domain, without special characters.",
	);
}

/** True if a host name, as parsed by `URL`, is this machine itself. */
export function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function readProjectId(value: unknown): string {
	const projectId = text(value);
	if (/^[A-Za-z0-9_-]{1,64}$/.test(projectId)) return projectId;
	throw new CredentialError(
		'project',
		`The credential${projectId === '' ? ' has no project ID' : "'s project ID contains invalid characters"}.`,
		'Copy the project ID of the region (not its name) from the console: My Credentials > API Credentials > Projects.',
	);
}

function readEndpoint(field: string, value: string): string {
	const problem = (what: string) =>
		new CredentialError(
			'endpoint',
			`The credential's ${field} ${what}.`,
			'Enter only the scheme and host, such as https://live.cn-north-4.myhuaweicloud.com, or leave it empty. http:// is accepted for loopback addresses only.',
		);
	const url = URL.canParse(value) ? new URL(value) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) throw problem('is not a URL');
	if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw problem('does not start with https://');
	if (url.href !== `${url.origin}/`) throw problem('contains more than a host');
	return url.origin;
}

function readMethod(fields: Readonly<Record<string, unknown>>): AuthenticationMethod {
	const hide = (field: string, value: unknown) => new Secret(readHeaderValue(field, value));
	switch (fields.authentication ?? 'iamToken') {
		case 'iamToken':
			return { name: 'iamToken', token: hide('IAM Token', fields.iamToken) };
		case 'iamUser':
			return {
				name: 'iamUser',
				accountName: readRequired('Account Name', fields.accountName),
				userName: readRequired('User Name', fields.userName),
				password: new Secret(readRequired('Password', fields.password)),
			};
		case 'accessKey':
			return {
				name: 'accessKey',
				accessKeyId: readHeaderValue('Access Key ID', fields.accessKeyId),
				secretAccessKey: hide('Secret Access Key', fields.secretAccessKey),
				securityToken: text(fields.securityToken) ? hide('Security Token', fields.securityToken) : undefined,
			};
		default:
			throw new CredentialError(
				'authentication',
				'The credential uses an authentication method that this version does not support.',
				'Open the credential, choose an authentication method and save it.',
			);
	}
}

function readRequired(field: string, value: unknown): string {
	const entered = text(value);
	if (entered !== '') return entered;
	throw new CredentialError(
		'authentication',
		`The credential has no ${field}.`,
		'Open the credential, fill in the field and save it.',
	);
}

/** A value for a header: one that a header can't hold was not copied correctly. */
function readHeaderValue(field: string, value: unknown): string {
	const entered = readRequired(field, value);
	if (isVisibleAscii(entered)) return entered;
	throw new CredentialError(
		'authentication',
		`The credential's ${field} contains spaces, line breaks or other invalid characters.`,
		'Copy it again, completely and without line breaks.',
	);
}

/** True if a text has only visible ASCII characters, and at least one: what a key or a token in a header consists of. */
export function isVisibleAscii(text: string): boolean {
	return /^[\x21-\x7e]+$/.test(text);
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
