import type { Answer } from '../http/response';
import type { TransportFailure } from '../http/http';

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

/** What a failure is for the person who has to deal with it. */
export interface Reason {
	category: Category;
	/** One sentence: what happened. */
	error: string;
	/** How to get unstuck. */
	hint: string;
	/** Whether running the same again later may help. */
	retryable: boolean;
}

/**
 * What one answer, or the lack of one, means.
 * `retry` says whether the same call is worth repeating at once. `mayHaveHappened` says whether the service may have
 * carried the call out all the same.
 */
export type Verdict = { outcome: 'success' } | { outcome: 'notFound' } | ErrorVerdict;

export interface ErrorVerdict extends Reason {
	outcome: 'error';
	retry: boolean;
	mayHaveHappened: boolean;
	/** Whether a token that was fetched anew may be accepted. */
	renew: boolean;
	/** Whether what was refused, and what to do about it, depends on the authentication method: see `Authenticator`. */
	dependsOnMethod: boolean;
}

/** Whose answer it is. */
export type Service = 'live' | 'iam';

/** One row of the table: what it matches, and what that means. */
interface Row {
	/** Omitted: whichever service it is. */
	service?: Service;
	/** A status, or the first and last of a range; omitted: any. */
	status?: number | readonly [first: number, last: number];
	/** Codes, whole (`LIVE.103011019`) or a prefix ending in a dot (`LIVE.`); omitted: any, or none. */
	codes?: readonly string[];
	/** Whether the body has to be (`true`) or must not be (`false`) what the operation answers with on success. */
	expectedBody?: boolean;
	/** Whether the body has to be a page of something in between. */
	page?: true;
	verdict: Verdict;
}

type Traits = Partial<
	Pick<ErrorVerdict, 'retry' | 'mayHaveHappened' | 'retryable' | 'renew' | 'dependsOnMethod'>
>;

/** A failure that is not retried, certainly did nothing and will not go away by itself, unless `traits` say otherwise. */
function failure(category: Category, error: string, hint: string, traits: Traits = {}): ErrorVerdict {
	const { retry = false, mayHaveHappened = false, renew = false, dependsOnMethod = false } = traits;
	const { retryable = retry } = traits;
	return {
		outcome: 'error',
		category,
		error,
		hint,
		retry,
		mayHaveHappened,
		retryable,
		renew,
		dependsOnMethod,
	};
}

/** The verdict that is nothing but a reason: not repeated, and nothing was done. */
export function asVerdict({ category, error, hint, retryable }: Reason): ErrorVerdict {
	return failure(category, error, hint, { retryable });
}

const SUCCESS: Verdict = { outcome: 'success' };
const NOT_FOUND: Verdict = { outcome: 'notFound' };

const WRONG_ADDRESS = failure(
	'endpoint',
	'The address that was called is not the one of the Live API, so nothing is known about the task.',
	'Check the region and the Live endpoint of the credential, and the project ID. A task that does not exist is answered differently.',
);
const FOREIGN_ANSWER = failure(
	'endpoint',
	'Something answered in place of Huawei Cloud Live, so it is not known whether the call was carried out.',
	'Look whether a proxy, a firewall or a login portal stands between n8n and the Live endpoint of the credential, then run this again.',
	{ retry: true, mayHaveHappened: true },
);
const PAGE = failure(
	'endpoint',
	'A firewall, proxy or portal refused the call in place of Huawei Cloud.',
	'Look what stands between n8n and the endpoint of the credential, and check that endpoint.',
);
const INVALID_REQUEST = failure(
	'validation',
	'Huawei Cloud Live refused the request as invalid.',
	'Check the task ID and the task region; error_msg holds what the service said.',
);
const REFUSED_CREDENTIAL = failure(
	'authentication',
	'Huawei Cloud refused the credential.',
	'Check the credential.',
	{ dependsOnMethod: true },
);
const REFUSED_TOKEN: ErrorVerdict = { ...REFUSED_CREDENTIAL, renew: true };
const NO_PERMISSION = failure(
	'permission',
	'The credential is valid, but may not do this.',
	'Ask the administrator of the account for the permission.',
);
const ACCOUNT_PROBLEM = failure(
	'account',
	'Huawei Cloud refuses this account: it is in arrears, frozen, unknown, out of quota or not verified.',
	'Sign in to the Huawei Cloud console and look at Billing and at My Account.',
);
const WRONG_PROJECT = failure(
	'project',
	'The project ID does not belong to this credential.',
	'Copy the project ID of the region from the console: My Credentials > API Credentials > Projects.',
);
const THROTTLED = failure(
	'throttled',
	'Huawei Cloud is receiving too many requests.',
	'Lower Max Concurrency, or run this again later.',
	{ retry: true },
);
const UNUSABLE_CONNECTION = failure(
	'endpoint',
	'Huawei Cloud does not accept the protocol, the TLS version or the media type of the request.',
	'Check the endpoint of the credential, and whether a proxy between n8n and Huawei Cloud changes requests.',
);
const MAINTENANCE = failure('server', 'Huawei Cloud Live is under maintenance.', 'Run this again later.', {
	retryable: true,
});
const SERVER_ERROR_HINT = 'Run this again later. If it stays, give the request_id to Huawei Cloud support.';
const REFUSED_BY_SERVER = failure(
	'server',
	'Huawei Cloud could not take the request at the moment.',
	SERVER_ERROR_HINT,
	{ retry: true },
);
const SERVER_ERROR = failure(
	'server',
	'Huawei Cloud failed while it worked on the request, so it may have been carried out.',
	SERVER_ERROR_HINT,
	{ retry: true, mayHaveHappened: true },
);

/** A gateway code under both of its prefixes; the suffix decides. */
const gateway = (...suffixes: string[]) =>
	suffixes.flatMap((suffix) => [`APIGW.${suffix}`, `APIG.${suffix}`]);

/**
 * What a response means: the first row that matches, from top to bottom. Sources: the API reference of Huawei Cloud
 * Live (status and error codes of DeletePullTask and its siblings) and of API Gateway (error codes), and RFC 9110 for
 * what neither names.
 *
 * The status alone can't decide: a 401 of Live may be a missing permission, a 403 a malformed request. The code alone
 * can't either: "the task does not exist" and "deletion failed" carry the same one, under 404 and 400.
 */
const RESPONSES: readonly Row[] = [
	// Sibling APIs of Live answer "does not exist" with this code under 400, so the status is not asked for.
	{ codes: ['LIVE.103011019'], verdict: NOT_FOUND },
	// Codes that say what happened, whatever the status: under a 404, too, they do not say that there is no such task.
	{ status: [400, 599], codes: ['LIVE.100011007'], verdict: THROTTLED },
	{ status: [400, 599], codes: ['LIVE.100011003'], verdict: NO_PERMISSION },
	{
		status: [400, 599],
		codes: ['LIVE.100011014', 'LIVE.100011009', 'LIVE.100011013'],
		verdict: ACCOUNT_PROBLEM,
	},
	{ status: [400, 599], codes: ['LIVE.100011015'], verdict: WRONG_PROJECT },
	{ status: [400, 599], codes: ['LIVE.100011002'], verdict: REFUSED_CREDENTIAL },
	{ status: [400, 599], codes: ['LIVE.100011000', 'LIVE.100011005'], verdict: SERVER_ERROR },
	{ status: [400, 599], codes: ['LIVE.100011012'], verdict: UNUSABLE_CONNECTION },
	{
		status: [400, 599],
		codes: ['LIVE.100011004'],
		verdict: failure(
			'endpoint',
			'Huawei Cloud Live accepts HTTPS only.',
			'Let the Live endpoint of the credential begin with https://.',
		),
	},
	{ status: [400, 599], codes: ['LIVE.100011006', 'LIVE.100011008'], verdict: MAINTENANCE },
	{
		status: [400, 599],
		codes: ['LIVE.103011021'],
		verdict: failure('server', 'The database of Huawei Cloud Live failed.', SERVER_ERROR_HINT, {
			retryable: true,
		}),
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011018'],
		verdict: failure(
			'validation',
			'Huawei Cloud Live already has what was to be created.',
			'Look it up with Get Many, or change what makes it the same, such as the stream name.',
		),
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011022'],
		verdict: failure(
			'validation',
			'Huawei Cloud Live does not allow this in the state that the resource is in.',
			'Look up its status with Get. It may be starting, stopping or ended already.',
		),
	},
	{ status: 404, codes: ['LIVE.'], verdict: NOT_FOUND },
	{ service: 'iam', status: 404, codes: ['404', 'IAM.0004'], verdict: WRONG_PROJECT },
	{
		service: 'iam',
		status: 404,
		verdict: failure(
			'endpoint',
			'The address that was called is not the one of IAM.',
			'Check the region and the IAM endpoint of the credential.',
		),
	},
	// Any other 404 comes from a gateway, a proxy or a wrong host, and says nothing about the task.
	{ status: 404, verdict: WRONG_ADDRESS },

	{ status: [200, 299], expectedBody: true, verdict: SUCCESS },
	{
		service: 'iam',
		status: [200, 299],
		verdict: failure(
			'endpoint',
			'What answered in place of IAM gave nothing that could be used.',
			'Check the IAM endpoint of the credential, and what stands between n8n and it. If it is the right one, check the clock of the n8n server.',
			{ retry: true },
		),
	},
	{ status: [200, 299], verdict: FOREIGN_ANSWER },
	{
		status: [300, 399],
		verdict: failure(
			'endpoint',
			'The endpoint answered with a redirect, which is not followed: the credential would go to another host.',
			'Set the endpoint of the credential to the address that answers itself, or look for a proxy or login portal in between.',
		),
	},

	{ codes: gateway('0308'), verdict: THROTTLED },
	{ codes: ['LIVE.100011001', 'LIVE.103011016'], verdict: INVALID_REQUEST },
	{
		codes: gateway('0104', '0105', '0204', '0607'),
		verdict: UNUSABLE_CONNECTION,
	},

	{ codes: gateway('0301', '0307'), verdict: REFUSED_TOKEN },
	{ codes: gateway('0302', '0304', '0306'), verdict: NO_PERMISSION },
	{
		codes: gateway('0401', '0402', '0404'),
		verdict: failure(
			'permission',
			"Huawei Cloud refuses requests from this server's address.",
			'Ask the administrator of the account whether access is limited to certain IP addresses.',
		),
	},
	{
		codes: gateway('0310'),
		verdict: failure(
			'project',
			'Huawei Cloud says that this project is not available.',
			'Check the project ID of the credential, and the state of the project in the console.',
		),
	},
	{ codes: gateway('0501', '0502'), verdict: ACCOUNT_PROBLEM },
	{ codes: gateway('0101', '0103'), verdict: WRONG_ADDRESS },
	{
		codes: gateway('0801', '0802'),
		verdict: failure(
			'endpoint',
			'Huawei Cloud Live, or this account, is not available in the region that was called.',
			'Check the region and the Live endpoint of the credential.',
		),
	},
	{ status: [400, 499], codes: gateway('0201'), verdict: INVALID_REQUEST },
	// No backend reached (0610), refused before it because IAM was unavailable (0613), or the gateway itself failed.
	{
		codes: gateway('0605', '0606', '0608', '0609', '0610', '0611', '0612', '0613', '0705'),
		verdict: REFUSED_BY_SERVER,
	},
	{
		codes: ['IAM.0061'],
		verdict: failure(
			'authentication',
			'IAM has locked this user, as it does after too many wrong passwords.',
			'Check the password in the credential, and wait until IAM unlocks the user: 15 minutes, unless the account has another rule.',
		),
	},
	{
		codes: ['IAM.0020'],
		verdict: failure('server', 'IAM is switching to another site.', 'Run this again later.', { retry: true }),
	},
	{
		codes: ['IAM.0005'],
		verdict: failure(
			'server',
			'IAM could not take the request, since it conflicts with another.',
			SERVER_ERROR_HINT,
			{ retryable: true },
		),
	},

	// The service speaks JSON: a page under these comes from a firewall or proxy, and says nothing about the credential.
	{ status: 400, page: true, verdict: PAGE },
	{ status: 401, page: true, verdict: PAGE },
	{ status: 403, page: true, verdict: PAGE },
	{
		service: 'iam',
		status: 400,
		verdict: failure(
			'validation',
			'IAM refused the request as invalid.',
			'Check the fields of the credential; error_msg holds what IAM said.',
		),
	},
	{
		service: 'iam',
		status: 403,
		verdict: failure(
			'permission',
			'IAM does not let this user in.',
			'The user may be locked or disabled, or may lack programmatic access. Ask the administrator of the account.',
		),
	},
	{ status: 400, verdict: INVALID_REQUEST },
	{ status: 401, verdict: REFUSED_CREDENTIAL },
	{ status: 403, verdict: NO_PERMISSION },
	{
		status: 407,
		verdict: failure(
			'network',
			'The proxy between n8n and Huawei Cloud asks for a login.',
			'Put user name and password into the HTTPS_PROXY setting of the n8n instance.',
		),
	},
	{
		status: 408,
		verdict: failure(
			'timeout',
			'Huawei Cloud gave up waiting for the request.',
			'Look at the network between n8n and Huawei Cloud, then run this again.',
			{ retry: true },
		),
	},
	{ status: [413, 414], verdict: INVALID_REQUEST },
	{ status: 429, verdict: THROTTLED },
	{
		service: 'iam',
		status: [500, 504],
		verdict: failure('server', 'IAM failed.', SERVER_ERROR_HINT, { retry: true }),
	},
	{ status: 500, verdict: SERVER_ERROR },
	{ status: [502, 504], verdict: SERVER_ERROR },
	{
		status: [500, 599],
		verdict: failure(
			'server',
			'Huawei Cloud answered with a server error that is not documented.',
			SERVER_ERROR_HINT,
			{ mayHaveHappened: true, retryable: true },
		),
	},
	{
		verdict: failure(
			'unknown',
			'Huawei Cloud answered in a way that is not documented.',
			'Look at status_code, error_code and error_msg; give the request_id to Huawei Cloud support.',
		),
	},
];

/** What it means that no answer came. `mayHaveHappened` holds only if the request was sent. */
const FAILURES: Readonly<Record<TransportFailure, ErrorVerdict>> = {
	unknownHost: failure(
		'network',
		'The host name of the endpoint could not be resolved.',
		'Check the region and the endpoint of the credential, and the DNS settings of the n8n server.',
		{ retry: true },
	),
	unreachable: failure(
		'network',
		'No connection to the endpoint could be made.',
		'Check the endpoint of the credential, and whether a firewall keeps n8n from reaching it.',
		{ retry: true },
	),
	connectionLost: failure(
		'network',
		'The connection broke before a complete answer had come.',
		'Look at the network between n8n and Huawei Cloud, then run this again.',
		{ retry: true, mayHaveHappened: true },
	),
	responseTooLarge: failure(
		'endpoint',
		'The response was larger than any that Huawei Cloud gives, and was not read.',
		'Look whether a proxy, a firewall or a login portal stands between n8n and the endpoint of the credential.',
		{ mayHaveHappened: true },
	),
	timeout: failure(
		'timeout',
		'No complete answer came within the timeout.',
		'Run this again later. If the network is slow, set a longer Timeout in the options of the node.',
		{ retry: true, mayHaveHappened: true },
	),
	certificate: failure(
		'endpoint',
		'No trusted TLS connection to the endpoint could be made: its certificate is not trusted, expired, or of another host.',
		'Check the endpoint of the credential. If a proxy of your company opens TLS, the n8n server has to trust its certificate (NODE_EXTRA_CA_CERTS).',
	),
	proxyRefused: failure(
		'network',
		'The proxy of the n8n instance refused to connect to the endpoint.',
		'Check HTTPS_PROXY and NO_PROXY of the n8n instance, and whether the proxy allows the endpoint of the credential.',
		{ retry: true },
	),
	proxyUnusable: failure(
		'network',
		'The proxy settings of the n8n instance can not be used.',
		'HTTPS_PROXY and HTTP_PROXY have to be whole URLs, such as http://proxy.example.com:3128, with special characters percent-encoded.',
	),
	egressRefused: failure(
		'endpoint',
		'The security policy of this n8n instance (SSRF protection) does not allow the endpoint.',
		'Check the endpoint of the credential, or ask the administrator of the n8n instance to allow its host.',
	),
	cancelled: failure(
		'unknown',
		'The execution was cancelled before this was done.',
		'Run this again when it should go on.',
		{ mayHaveHappened: true, retryable: true },
	),
};

/**
 * What a response means.
 * @param answer the response, read
 * @param isExpected whether it holds what the operation answers with on success. It has to be told, since a proxy's or
 *   portal's page under 200 must never read as done.
 * @param from the service that was called
 */
export function judgeAnswer(answer: Answer, isExpected: boolean, from: Service): Verdict {
	const row = RESPONSES.find(
		({ service, status, codes, expectedBody, page }) =>
			(service === undefined || service === from) &&
			matchesStatus(status, answer.status) &&
			matchesCode(codes, answer.errorCode) &&
			(expectedBody === undefined || expectedBody === isExpected) &&
			(page === undefined || answer.isPage),
	);
	// The last row matches everything; this is for the compiler.
	return row?.verdict ?? FOREIGN_ANSWER;
}

/**
 * What it means that no answer came.
 * @param sent whether the request may have reached the service
 */
export function judgeFailure(kind: TransportFailure, sent: boolean): ErrorVerdict {
	const verdict = FAILURES[kind];
	return { ...verdict, mayHaveHappened: sent && verdict.mayHaveHappened };
}

function matchesStatus(wanted: Row['status'], status: number): boolean {
	if (wanted === undefined) return true;
	const [first, last] = typeof wanted === 'number' ? [wanted, wanted] : wanted;
	return status >= first && status <= last;
}

function matchesCode(wanted: Row['codes'], code: string | null): boolean {
	if (wanted === undefined) return true;
	return code !== null && wanted.some((one) => (one.endsWith('.') ? code.startsWith(one) : code === one));
}
