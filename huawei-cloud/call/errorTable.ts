import type { ApiResponse } from '../http/response';
import { problem, type Classification, type Service } from './classification';
import {
	ACCOUNT_PROBLEM,
	ALREADY_EXISTS,
	DATABASE_ERROR,
	DOMAIN_QUOTA,
	DOMAIN_STATE,
	DUPLICATE_RECORDING,
	FOREIGN_RESPONSE,
	HTTPS_ONLY,
	IAM_FOREIGN_RESPONSE,
	INVALID_REQUEST,
	IP_ADDRESS_REJECTED,
	MAINTENANCE,
	NO_PERMISSION,
	PAGE,
	PROJECT_UNAVAILABLE,
	PROXY_LOGIN,
	REDIRECT,
	REGION_UNAVAILABLE,
	REJECTED_BY_SERVER,
	REJECTED_CREDENTIAL,
	REQUEST_TOO_LARGE,
	SERVER_ERROR,
	SERVER_ERROR_HINT,
	THROTTLED,
	UNDOCUMENTED,
	UNUSABLE_CONNECTION,
	USER_DENIED,
	USER_LOCKED,
	WRONG_ADDRESS,
	WRONG_IAM_ADDRESS,
	WRONG_PROJECT,
} from './problems';

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

const SUCCESS: Classification = { kind: 'success' };
const NOT_FOUND: Classification = { kind: 'notFound' };

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
		classification: HTTPS_ONLY,
	},
	{ status: [400, 599], codes: ['LIVE.100011006', 'LIVE.100011008'], classification: MAINTENANCE },
	{
		// Under a server error, it does not say that nothing was done.
		status: [400, 499],
		codes: ['LIVE.103011021'],
		classification: DATABASE_ERROR,
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011018'],
		classification: ALREADY_EXISTS,
	},
	{
		status: [400, 599],
		codes: ['LIVE.100011022'],
		classification: DUPLICATE_RECORDING,
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011020'],
		classification: DOMAIN_QUOTA,
	},
	{
		status: [400, 599],
		codes: ['LIVE.103011022'],
		classification: DOMAIN_STATE,
	},
	{ status: 404, codes: ['LIVE.'], classification: NOT_FOUND },
	{ service: 'iam', status: 404, codes: ['404', 'IAM.0004'], classification: WRONG_PROJECT },
	{
		service: 'iam',
		status: 404,
		classification: WRONG_IAM_ADDRESS,
	},
	// Any other 404 comes from a gateway, a proxy or a wrong host, and says nothing about the task.
	{ status: 404, classification: WRONG_ADDRESS },

	{ status: [200, 299], expectedBody: true, classification: SUCCESS },
	{
		service: 'iam',
		status: [200, 299],
		classification: IAM_FOREIGN_RESPONSE,
	},
	{ status: [200, 299], classification: FOREIGN_RESPONSE },
	...[301, 302, 307, 308].map((status) => ({ status, classification: REDIRECT })),
	// Comes after a request was carried out.
	{
		status: 303,
		classification: { ...REDIRECT, retry: true, retryable: true, mayHaveHappened: true },
	},
	// Such as 304 Not Modified, which answers nothing that was asked.
	{ service: 'iam', status: [300, 399], classification: IAM_FOREIGN_RESPONSE },
	{ status: [300, 399], classification: FOREIGN_RESPONSE },
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
		classification: IP_ADDRESS_REJECTED,
	},
	{
		codes: gateway('0310'),
		classification: PROJECT_UNAVAILABLE,
	},
	{ codes: gateway('0501', '0502'), classification: ACCOUNT_PROBLEM },
	{ codes: gateway('0101', '0103'), classification: WRONG_ADDRESS },
	{
		codes: gateway('0801', '0802'),
		classification: REGION_UNAVAILABLE,
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
		classification: USER_LOCKED,
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
		classification: USER_DENIED,
	},
	{ status: 400, classification: INVALID_REQUEST },
	{ status: 401, classification: REJECTED_CREDENTIAL },
	{ status: 403, classification: NO_PERMISSION },
	{
		status: 407,
		classification: PROXY_LOGIN,
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

function matchesStatus(wanted: Row['status'], status: number): boolean {
	if (wanted === undefined) return true;
	return typeof wanted === 'number' ? status === wanted : status >= wanted[0] && status <= wanted[1];
}

function matchesCode(wanted: Row['codes'], code: string | null): boolean {
	if (wanted === undefined) return true;
	return code !== null && wanted.some((one) => (one.endsWith('.') ? code.startsWith(one) : code === one));
}
