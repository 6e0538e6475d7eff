import type { ApiResponse } from '../http/response';
import type { TransportErrorCode } from '../http/http';

export type Category =
	| 'authentication'
	| 'permission'
	| 'account'
	| 'project'
	| 'validation'
	| 'endpoint'
	| 'throttled'
	| 'server'
	| 'network'
	| 'timeout'
	| 'unknown';

/** A problem, for the person who has to deal with it. */
export interface Problem {
	category: Category;
	/** One sentence: what happened. */
	message: string;
	/** What to do next. */
	hint: string;
	/** Whether running the same again later may help. */
	retryable: boolean;
}

/** The meaning of a response, or of the lack of one. */
export type Classification = { kind: 'success' } | { kind: 'notFound' } | ErrorClassification;

/** A problem whose remedy the table cannot know: the call, or where in n8n it comes from, has a hint for it. */
export type HintSource = 'rejected' | 'permission' | 'throttled' | 'timeout';

export interface ErrorClassification extends Problem {
	kind: 'error';
	/** Whether the same call is worth retrying right away. */
	retry: boolean;
	/** Whether the service may have carried the call out anyway. */
	mayHaveHappened: boolean;
	/**
	 * Whether the credential was rejected without a further reason. What was rejected, and what to do about it, depends on the
	 * authentication method: a fetched token may just have to be fetched again. See `Authenticator`.
	 */
	dependsOnMethod: boolean;
	/** Undefined: the hint is complete. */
	hintSource: HintSource | undefined;
}

/** The service that responded. */
export type Service = 'live' | 'iam';

/** One row of the table: a pattern, and its meaning. */
interface Row {
	/** Omitted: any service. */
	service?: Service;
	/** A status, or the first and last of a range; omitted: any. */
	status?: number | readonly [first: number, last: number];
	/** Codes, whole (`LIVE.103011019`) or a prefix ending in a dot (`LIVE.`); omitted: any, or none. */
	codes?: readonly string[];
	/** Only a body that is what the operation returns on success. */
	expectedBody?: true;
	/** Only a page from a proxy, firewall or portal. */
	page?: true;
	classification: Classification;
}

type Traits = Partial<
	Pick<ErrorClassification, 'retry' | 'mayHaveHappened' | 'retryable' | 'dependsOnMethod' | 'hintSource'>
>;

/** A problem that is not retried, changed nothing and will not go away by itself, unless `traits` say otherwise. */
function problem(
	category: Category,
	message: string,
	hint: string,
	traits: Traits = {},
): ErrorClassification {
	const { retry = false, mayHaveHappened = false, dependsOnMethod = false } = traits;
	const { retryable = retry, hintSource } = traits;
	return {
		kind: 'error',
		category,
		message,
		hint,
		retry,
		mayHaveHappened,
		retryable,
		dependsOnMethod,
		hintSource,
	};
}

/** Only the four fields of a problem, from an object with more. */
export function toProblem({ category, message, hint, retryable }: Problem): Problem {
	return { category, message, hint, retryable };
}

/** A problem as a classification: not retried, and nothing was changed. */
export function asClassification(
	{ category, message, hint, retryable }: Problem,
	hintSource?: HintSource,
): ErrorClassification {
	return problem(category, message, hint, { retryable, hintSource });
}

const SUCCESS: Classification = { kind: 'success' };
const NOT_FOUND: Classification = { kind: 'notFound' };

const WRONG_ADDRESS = problem(
	'endpoint',
	"The response did not come from the Live API, so the task's or stream's state is unknown.",
	'Check the region, the Live endpoint and the project ID of the credential. If a task or stream does not exist, the Live API responds differently.',
);
const CHECK_FOR_PROXY = 'Check whether a proxy, firewall or login portal sits between n8n and the endpoint';
const FOREIGN_RESPONSE = problem(
	'endpoint',
	'The response did not come from Huawei Cloud Live, so it is not known whether the request was carried out.',
	`${CHECK_FOR_PROXY} of the credential, then run this again.`,
	{ retry: true, mayHaveHappened: true },
);
const PAGE = problem(
	'endpoint',
	'A firewall, proxy or portal rejected the request, not Huawei Cloud.',
	`${CHECK_FOR_PROXY} of the credential, and whether that endpoint is correct.`,
);
const INVALID_REQUEST = problem(
	'validation',
	'Huawei Cloud Live rejected the request as invalid.',
	'Check what was sent.',
	{ hintSource: 'rejected' },
);
const REQUEST_TOO_LARGE = problem(
	'validation',
	'The request is too large for Huawei Cloud, or for a proxy in between.',
	'If the credential holds an IAM token of more than 8 kB, get one with nocatalog=true, which is much shorter, or use an access key.',
);
const REJECTED_CREDENTIAL = problem(
	'authentication',
	'Huawei Cloud rejected the credential.',
	'Check the credential.',
	{ dependsOnMethod: true },
);
const NO_PERMISSION = problem(
	'permission',
	'The credential is valid, but lacks the permission for this.',
	'Ask the account administrator to grant the permission.',
	{ hintSource: 'permission' },
);
const ACCOUNT_PROBLEM = problem(
	'account',
	'Huawei Cloud rejects this account: it is in arrears, frozen, unknown, over quota or not verified.',
	'Sign in to the Huawei Cloud console and check Billing and My Account.',
);
const WRONG_PROJECT = problem(
	'project',
	'The project ID does not belong to this credential.',
	'Copy the project ID of the region from the console: My Credentials > API Credentials > Projects.',
);
const THROTTLED = problem('throttled', 'Huawei Cloud throttled the request.', 'Run this again later.', {
	retry: true,
	hintSource: 'throttled',
});
const UNUSABLE_CONNECTION = problem(
	'endpoint',
	'Huawei Cloud does not accept the method, the protocol, the TLS version or the media type of the request.',
	'Check the endpoint of the credential, and whether a proxy between n8n and Huawei Cloud rejects or modifies requests.',
);
const MAINTENANCE = problem('server', 'Huawei Cloud Live is under maintenance.', 'Run this again later.', {
	retryable: true,
});
const SERVER_ERROR_HINT =
	'Run this again later. If the error persists, contact Huawei Cloud support with the request_id.';
const REJECTED_BY_SERVER = problem(
	'server',
	'Huawei Cloud could not accept the request at the moment.',
	SERVER_ERROR_HINT,
	{ retry: true },
);
const SERVER_ERROR = problem(
	'server',
	'Huawei Cloud failed while processing the request, so it may have been carried out.',
	SERVER_ERROR_HINT,
	{ retry: true, mayHaveHappened: true },
);
const REDIRECT = problem(
	'endpoint',
	'The endpoint returned a redirect, which is not followed: the credential would go to another host.',
	'Set the endpoint of the credential to an address that responds without a redirect, or check whether a proxy or login portal sits in between.',
);
const UNDOCUMENTED = problem(
	'unknown',
	'The response has a status that Huawei Cloud does not document, so the request may have been carried out.',
	`${CHECK_FOR_PROXY} of the credential, then run this again.`,
	{ retry: true, mayHaveHappened: true },
);

/** A gateway code under both of its prefixes; the suffix decides. */
const gateway = (...suffixes: string[]) =>
	suffixes.flatMap((suffix) => [`APIGW.${suffix}`, `APIG.${suffix}`]);

/**
 * The meaning of each response: the first row that matches, from top to bottom. Sources: the API reference of Huawei Cloud
 * Live (status and error codes of DeletePullTask and its siblings) and of API Gateway (error codes), and RFC 9110 for
 * what neither covers.
 *
 * The status alone can't decide: a 401 of Live may be a missing permission, a 403 a malformed request. The code alone
 * can't either: "the task does not exist" and "deletion failed" carry the same one, under 404 and 400.
 *
 * `mayHaveHappened` is for deletions and creations alike: false only where the response says that the request was not
 * carried out.
 */
const RESPONSES: readonly Row[] = [
	// Sibling APIs of Live return "does not exist" with this code and status 400, so any status matches.
	{ codes: ['LIVE.103011019'], classification: NOT_FOUND },
	// Codes that say what happened, whatever the status: even with a 404, they do not mean that the task does not exist.
	{ status: [400, 599], codes: ['LIVE.100011007'], classification: THROTTLED },
	{ status: [400, 599], codes: ['LIVE.100011003'], classification: NO_PERMISSION },
	{
		status: [400, 599],
		codes: ['LIVE.100011014', 'LIVE.100011009', 'LIVE.100011013'],
		classification: ACCOUNT_PROBLEM,
	},
	{ status: [400, 599], codes: ['LIVE.100011015'], classification: WRONG_PROJECT },
	{ status: [400, 599], codes: ['LIVE.100011002'], classification: REJECTED_CREDENTIAL },
	{ status: [400, 599], codes: ['LIVE.100011000', 'LIVE.100011005'], classification: SERVER_ERROR },
	{
		status: [400, 599],
		codes: ['LIVE.100011011', 'LIVE.100011012'],
		classification: UNUSABLE_CONNECTION,
	},
	{
		status: [400, 599],
		codes: ['LIVE.100011004'],
		classification: problem(
			'endpoint',
			'Huawei Cloud Live accepts HTTPS only.',
			'Change the Live endpoint of the credential to start with https://.',
		),
	},
	{ status: [400, 599], codes: ['LIVE.100011006', 'LIVE.100011008'], classification: MAINTENANCE },
	{
		// Under a server error, it does not say that nothing was done.
		status: [400, 499],
		codes: ['LIVE.103011021'],
		classification: problem('server', 'Huawei Cloud Live had a database error.', SERVER_ERROR_HINT, {
			retryable: true,
		}),
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011018'],
		classification: problem(
			'validation',
			'The resource to create already exists in Huawei Cloud Live.',
			'Look it up with Get Many, or change what identifies it, such as the stream name.',
		),
	},
	{
		status: [400, 599],
		codes: ['LIVE.100011022'],
		classification: problem(
			'validation',
			'Huawei Cloud Live already has a recording for this stream.',
			'Check the recordings of the domain in the console.',
		),
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011020'],
		classification: problem(
			'account',
			'The account has reached its quota of domains in Huawei Cloud Live.',
			'Delete a domain that is no longer needed, or ask Huawei Cloud for a higher quota.',
		),
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011022'],
		classification: problem(
			'validation',
			'Huawei Cloud Live does not allow this in the current state of the domain.',
			'Check the domain in the console: it must be enabled, and not be in the middle of a change.',
		),
	},
	{ status: 404, codes: ['LIVE.'], classification: NOT_FOUND },
	{ service: 'iam', status: 404, codes: ['404', 'IAM.0004'], classification: WRONG_PROJECT },
	{
		service: 'iam',
		status: 404,
		classification: problem(
			'endpoint',
			"The address that was called is not IAM's.",
			'Check the region and the IAM endpoint of the credential.',
		),
	},
	// Any other 404 comes from a gateway, a proxy or a wrong host, and says nothing about the task.
	{ status: 404, classification: WRONG_ADDRESS },

	{ status: [200, 299], expectedBody: true, classification: SUCCESS },
	{
		service: 'iam',
		status: [200, 299],
		classification: problem(
			'endpoint',
			'The IAM endpoint returned nothing usable.',
			'Check the IAM endpoint of the credential, and whether a proxy, firewall or login portal sits between n8n and that endpoint. If the endpoint is correct, check the clock of the n8n server.',
			{ retry: true },
		),
	},
	{ status: [200, 299], classification: FOREIGN_RESPONSE },
	...[301, 302, 307, 308].map((status) => ({ status, classification: REDIRECT })),
	// Such as 303 See Other, which comes after a request was carried out.
	{
		status: [300, 399],
		classification: { ...REDIRECT, retry: true, retryable: true, mayHaveHappened: true },
	},
	// Whatever code comes with it.
	{ status: [600, Infinity], classification: UNDOCUMENTED },
	// With whatever code: the one of Live may be its catch-all.
	{ status: 429, classification: THROTTLED },
	{ codes: gateway('0308'), classification: THROTTLED },
	// Under a server error, the catch-all does not say that nothing was done.
	{ status: [400, 499], codes: ['LIVE.100011001', 'LIVE.103011016'], classification: INVALID_REQUEST },
	{
		codes: gateway('0104', '0105', '0204', '0607'),
		classification: UNUSABLE_CONNECTION,
	},

	{ codes: gateway('0301', '0307'), classification: REJECTED_CREDENTIAL },
	{ codes: gateway('0302', '0304', '0306'), classification: NO_PERMISSION },
	{
		codes: gateway('0401', '0402', '0404'),
		classification: problem(
			'permission',
			"Huawei Cloud rejects requests from this server's IP address.",
			'Ask the account administrator whether access is limited to certain IP addresses.',
		),
	},
	{
		codes: gateway('0310'),
		classification: problem(
			'project',
			'Huawei Cloud reports that this project is not available.',
			'Check the project ID of the credential, and the state of the project in the console.',
		),
	},
	{ codes: gateway('0501', '0502'), classification: ACCOUNT_PROBLEM },
	{ codes: gateway('0101', '0103'), classification: WRONG_ADDRESS },
	{
		codes: gateway('0801', '0802'),
		classification: problem(
			'endpoint',
			'Huawei Cloud Live, or this account, is not available in the region that was called.',
			'Check the region and the Live endpoint of the credential.',
		),
	},
	...[413, 414, 431, 494].map((status) => ({ status, classification: REQUEST_TOO_LARGE })),
	{ status: [400, 499], codes: gateway('0201'), classification: INVALID_REQUEST },
	// No backend reached (0610), rejected before it because IAM was unavailable (0613), or the gateway itself failed.
	{
		codes: gateway('0605', '0606', '0608', '0609', '0610', '0611', '0612', '0613', '0705'),
		classification: REJECTED_BY_SERVER,
	},
	{
		codes: ['IAM.0061'],
		classification: problem(
			'authentication',
			'IAM has locked this user, which happens after too many wrong passwords.',
			'Check the password in the credential, and wait until IAM unlocks the user: after 15 minutes, unless the account sets a different time.',
		),
	},
	{
		codes: ['IAM.0020'],
		classification: problem('server', 'IAM is switching to another site.', 'Run this again later.', {
			retry: true,
		}),
	},
	{
		codes: ['IAM.0005'],
		classification: problem(
			'server',
			'IAM could not accept the request because it conflicts with another one.',
			SERVER_ERROR_HINT,
			{ retryable: true },
		),
	},

	// The services return JSON: a page with these comes from a firewall or proxy, and says nothing about the credential.
	{ status: 400, page: true, classification: PAGE },
	{ status: 401, page: true, classification: PAGE },
	{ status: 403, page: true, classification: PAGE },
	{
		service: 'iam',
		status: 400,
		classification: problem('validation', 'IAM rejected the request as invalid.', 'Check what was sent.', {
			hintSource: 'rejected',
		}),
	},
	{
		service: 'iam',
		status: 403,
		classification: problem(
			'permission',
			'IAM denied this user access.',
			'The user may be locked or disabled, may lack programmatic access, or may have no access to the project. Check the project ID of the credential, then ask the account administrator.',
		),
	},
	{ status: 400, classification: INVALID_REQUEST },
	{ status: 401, classification: REJECTED_CREDENTIAL },
	{ status: 403, classification: NO_PERMISSION },
	{
		status: 407,
		classification: problem(
			'network',
			'The proxy between n8n and Huawei Cloud requires a login.',
			'Add the user name and password to the HTTPS_PROXY setting of the n8n instance.',
		),
	},
	{ status: 405, classification: UNUSABLE_CONNECTION },
	{
		// Documented nowhere, and a proxy may send it after it has passed the request on.
		status: 408,
		classification: problem(
			'timeout',
			'The connection to Huawei Cloud timed out while the request was sent, so it may have been carried out.',
			'Run this again later.',
			{ retry: true, mayHaveHappened: true, hintSource: 'timeout' },
		),
	},
	{
		service: 'iam',
		status: [500, 504],
		classification: problem('server', 'IAM failed.', SERVER_ERROR_HINT, { retry: true }),
	},
	{ status: [500, 599], classification: SERVER_ERROR },
	{ classification: UNDOCUMENTED },
];

/** Completed with the proxy's host and port where they are known. */
const PROXY = 'the proxy of the n8n instance';

const PROXY_HINT = 'Check that the proxy is running, and HTTPS_PROXY and NO_PROXY of the n8n instance.';

/** The meaning of each failed exchange. `mayHaveHappened` applies only if the request was sent. */
const TRANSPORT_ERRORS: Readonly<Record<TransportErrorCode, ErrorClassification>> = {
	unknownHost: problem(
		'network',
		'The host name of the endpoint could not be resolved.',
		'Check the region and the endpoint of the credential, and the DNS settings of the n8n server.',
		{ retry: true },
	),
	unreachable: problem(
		'network',
		'Could not connect to the endpoint.',
		'Check the endpoint of the credential, and whether a firewall blocks n8n from reaching it.',
		{ retry: true },
	),
	connectionLost: problem(
		'network',
		'The connection broke before a complete response arrived.',
		'Check the network between n8n and Huawei Cloud, then run this again.',
		{ retry: true, mayHaveHappened: true },
	),
	responseTooLarge: problem(
		'endpoint',
		'The response was larger than any that Huawei Cloud returns, so it was not read.',
		'Check whether a proxy, firewall or login portal sits between n8n and the endpoint of the credential.',
		{ mayHaveHappened: true },
	),
	timeout: problem('timeout', 'No complete response arrived within the timeout.', 'Run this again later.', {
		retry: true,
		mayHaveHappened: true,
		hintSource: 'timeout',
	}),
	certificate: problem(
		'endpoint',
		'Could not make a trusted TLS connection to the endpoint: its certificate is untrusted, expired, or issued for another host.',
		'Check the endpoint of the credential. If a company proxy inspects TLS traffic, the n8n server must trust its certificate (NODE_EXTRA_CA_CERTS).',
	),
	headersTooLarge: problem(
		'endpoint',
		'The headers of the response were larger than 16 kB, so it was not read.',
		'If this was the request for a token, the token is too long: give the IAM user fewer permissions, or use an access key. Otherwise check whether a proxy or firewall sits between n8n and the endpoint.',
		{ mayHaveHappened: true },
	),
	proxyUnusable: problem(
		'network',
		`The address of ${PROXY} is not valid.`,
		'Set HTTPS_PROXY of the n8n instance to a complete URL, such as http://proxy.example.com:3128, with special characters percent-encoded.',
	),
	proxyUnreachable: problem('network', `Could not connect to ${PROXY}.`, PROXY_HINT, { retry: true }),
	proxyCertificate: problem(
		'network',
		`Could not make a trusted TLS connection to ${PROXY}.`,
		'If the proxy speaks plain HTTP, as most do, set HTTPS_PROXY to a URL that begins with http://. Otherwise add its certificate authority to NODE_EXTRA_CA_CERTS on the n8n server.',
	),
	proxyLost: problem('network', `The connection broke before a response came from ${PROXY}.`, PROXY_HINT, {
		retry: true,
	}),
	proxyRefused: problem(
		'network',
		`A connection to the endpoint was rejected by ${PROXY}.`,
		'Check whether the proxy allows the endpoint of the credential and needs a login, and HTTPS_PROXY and NO_PROXY of the n8n instance.',
		{ retry: true },
	),
	egressRefused: problem(
		'endpoint',
		'The security policy of this n8n instance (SSRF protection) does not allow the endpoint.',
		'Check the endpoint of the credential, or ask the administrator of the n8n instance to allow its host.',
	),
	cancelled: problem(
		'unknown',
		'The execution was cancelled before this finished.',
		'Run this again to continue.',
		{ mayHaveHappened: true, retryable: true },
	),
};

/**
 * The meaning of a response.
 * @param response the parsed response
 * @param isExpected whether it holds what the operation returns on success. The caller has to say, since a proxy's or
 *   portal's page with status 200 must never count as success.
 * @param from the service that was called
 */
export function classifyResponse(response: ApiResponse, isExpected: boolean, from: Service): Classification {
	const row = RESPONSES.find(
		({ service, status, codes, expectedBody, page }) =>
			(service === undefined || service === from) &&
			matchesStatus(status, response.status) &&
			matchesCode(codes, response.errorCode) &&
			(expectedBody === undefined || isExpected) &&
			(page === undefined || response.isPage),
	);
	// The last row matches everything; this is for the compiler.
	return row?.classification ?? UNDOCUMENTED;
}

/**
 * The meaning of a failed exchange. Once the request was sent, there was a connection: errors that otherwise say that
 * there is none, such as no route to the host or what TLS makes of garbage, then say that it broke.
 * @param sent whether the request may have reached the service
 * @param proxy host and port of the proxy in between, if there is one
 */
export function classifyTransportError(
	kind: TransportErrorCode,
	sent: boolean,
	proxy?: string,
): ErrorClassification {
	const classification = nameProxy(TRANSPORT_ERRORS[kind], proxy);
	if (!sent) return { ...classification, mayHaveHappened: false };
	return classification.mayHaveHappened ? classification : nameProxy(TRANSPORT_ERRORS.connectionLost, proxy);
}

/** Says which proxy was in between: it may be at fault wherever an exchange ended. */
function nameProxy(classification: ErrorClassification, proxy: string | undefined): ErrorClassification {
	if (proxy === undefined) return classification;
	const { message } = classification;
	const named = `${PROXY} (${proxy})`;
	return {
		...classification,
		message: message.includes(PROXY)
			? message.replace(PROXY, () => named)
			: `${message.replace(/\.$/, '')}, over ${named}.`,
	};
}

function matchesStatus(wanted: Row['status'], status: number): boolean {
	if (wanted === undefined) return true;
	return typeof wanted === 'number' ? status === wanted : status >= wanted[0] && status <= wanted[1];
}

function matchesCode(wanted: Row['codes'], code: string | null): boolean {
	if (wanted === undefined) return true;
	return code !== null && wanted.some((one) => (one.endsWith('.') ? code.startsWith(one) : code === one));
}
