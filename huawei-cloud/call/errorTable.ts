import type { ApiResponse } from '../http/response';
import type { Classification, Service } from './classification';
import * as problems from './problems';
import { classifyTransportError } from './transportErrors';

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
	means: Classification;
}

/** The code for a resource that already exists. `Streams.forbid` relies on it, too. */
export const ALREADY_EXISTS_CODE = 'LIVE.103011018';

const SUCCESS: Classification = { kind: 'success' };
const NOT_FOUND: Classification = { kind: 'notFound' };

const ERROR = [400, 599] as const;
/** For codes that prove nothing under a server error: the request may have been carried out. If in doubt, use this. */
const CLIENT_ERROR = [400, 499] as const;

/** A gateway code under both of its prefixes; the suffix decides. */
const gateway = (...suffixes: string[]) =>
	suffixes.flatMap((suffix) => [`APIGW.${suffix}`, `APIG.${suffix}`]);

/**
 * The meaning of each response: the first row that matches, from top to bottom. If none does, it is undocumented.
 * Sources: the API references of Huawei Cloud Live (status and error codes of DeletePullTask and its siblings) and of
 * API Gateway (error codes), and RFC 9110 for what neither covers.
 *
 * The status alone can't decide: a 401 of Live may be a missing permission, a 403 a malformed request. The code alone
 * can't either: "the task does not exist" and "deletion failed" carry the same one, under 404 and 400.
 *
 * `mayHaveHappened` is for deletions and creations alike: false only where the response says that the request was not
 * carried out.
 */
const RESPONSES: readonly Row[] = [
	// Sibling APIs of Live return "does not exist" with this code and status 400, so any status matches.
	{ codes: ['LIVE.103011019'], means: NOT_FOUND },
	// Codes that say what happened, whatever the status: even with a 404, they do not mean that the task does not exist.
	{ status: ERROR, codes: ['LIVE.100011007'], means: problems.THROTTLED },
	{ status: ERROR, codes: ['LIVE.100011003'], means: problems.NO_PERMISSION },
	{
		status: ERROR,
		codes: ['LIVE.100011014', 'LIVE.100011009', 'LIVE.100011013', 'LIVE.103011020'],
		means: problems.ACCOUNT_PROBLEM,
	},
	{ status: ERROR, codes: ['LIVE.100011015'], means: problems.WRONG_PROJECT },
	{ status: ERROR, codes: ['LIVE.100011002'], means: problems.REJECTED_CREDENTIAL },
	{ status: ERROR, codes: ['LIVE.100011000', 'LIVE.100011005'], means: problems.SERVER_ERROR },
	{
		status: ERROR,
		codes: ['LIVE.100011004', 'LIVE.100011011', 'LIVE.100011012'],
		means: problems.UNUSABLE_CONNECTION,
	},
	{ status: ERROR, codes: ['LIVE.100011006', 'LIVE.100011008', 'IAM.0005'], means: problems.UNAVAILABLE },
	// Under a server error, it does not prove that nothing was done.
	{ status: CLIENT_ERROR, codes: ['LIVE.103011021'], means: problems.UNAVAILABLE },
	{ status: CLIENT_ERROR, codes: ['LIVE.100011022', 'LIVE.103011022'], means: problems.CONFLICTING_STATE },
	{ status: ERROR, codes: [ALREADY_EXISTS_CODE], means: problems.ALREADY_EXISTS },
	{ status: 404, codes: ['LIVE.'], means: NOT_FOUND },
	{ service: 'iam', status: 404, codes: ['404', 'IAM.0004'], means: problems.WRONG_PROJECT },
	{ service: 'iam', status: 404, means: problems.WRONG_IAM_ADDRESS },
	// Any other 404 comes from a gateway, a proxy or a wrong host, and says nothing about the task.
	{ status: 404, means: problems.WRONG_ADDRESS },

	{ status: [200, 299], expectedBody: true, means: SUCCESS },
	...[301, 302, 307, 308].map((status) => ({ status, means: problems.REDIRECT })),
	// No other redirect is a response to these requests. 303 See Other may come after a request was carried out.
	{ service: 'iam', status: [200, 399], means: problems.IAM_FOREIGN_RESPONSE },
	{ status: [200, 399], means: problems.FOREIGN_RESPONSE },
	// HTTP has no such status, whatever code comes with it.
	{ status: [600, Infinity], means: problems.UNDOCUMENTED },
	// Throttled, whatever code comes with it: the one of Live may be its catch-all.
	{ status: 429, means: problems.THROTTLED },
	{ codes: gateway('0308'), means: problems.THROTTLED },
	// Under a server error, the catch-all does not say that nothing was done.
	{ status: CLIENT_ERROR, codes: ['LIVE.100011001', 'LIVE.103011016'], means: problems.INVALID_REQUEST },
	{ codes: gateway('0104', '0105', '0204', '0607'), means: problems.UNUSABLE_CONNECTION },

	{ codes: gateway('0301', '0307'), means: problems.REJECTED_CREDENTIAL },
	{ codes: gateway('0302', '0304', '0306'), means: problems.NO_PERMISSION },
	{ codes: gateway('0401', '0402', '0404'), means: problems.IP_ADDRESS_REJECTED },
	{ codes: gateway('0310'), means: problems.WRONG_PROJECT },
	{ codes: gateway('0501', '0502'), means: problems.ACCOUNT_PROBLEM },
	{ codes: gateway('0101', '0103'), means: problems.WRONG_ADDRESS },
	{ codes: gateway('0801', '0802'), means: problems.REGION_UNAVAILABLE },
	...[413, 414, 431, 494].map((status) => ({ status, means: problems.REQUEST_TOO_LARGE })),
	{ status: CLIENT_ERROR, codes: gateway('0201'), means: problems.INVALID_REQUEST },
	// No backend reached (0610), rejected before it because IAM was unavailable (0613), or the gateway itself failed.
	{
		codes: gateway('0605', '0606', '0608', '0609', '0610', '0611', '0612', '0613', '0705'),
		means: problems.REJECTED_BY_SERVER,
	},
	{ codes: ['IAM.0061'], means: problems.USER_LOCKED },
	// IAM is failing over to another site.
	{ codes: ['IAM.0020'], means: problems.REJECTED_BY_SERVER },

	// The services return JSON: a page with these comes from a firewall or proxy, and says nothing about the credential.
	...[400, 401, 403].map((status) => ({ status, page: true as const, means: problems.PAGE })),
	{ service: 'iam', status: 403, means: problems.USER_DENIED },
	{ status: 400, means: problems.INVALID_REQUEST },
	{ status: 401, means: problems.REJECTED_CREDENTIAL },
	{ status: 403, means: problems.NO_PERMISSION },
	{ status: 407, means: { ...classifyTransportError('proxyRejected', false), retry: false } },
	{ status: 405, means: problems.UNUSABLE_CONNECTION },
	// Undocumented, and a proxy may send it after it has forwarded the request.
	{ status: 408, means: classifyTransportError('timeout', true) },
	// If a token was issued anyway, it does no harm.
	{ service: 'iam', status: [500, 599], means: problems.IAM_FAILED },
	{ status: [500, 599], means: problems.SERVER_ERROR },
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
	return row?.means ?? problems.UNDOCUMENTED;
}

function matchesStatus(wanted: Row['status'], status: number): boolean {
	if (wanted === undefined) return true;
	return typeof wanted === 'number' ? status === wanted : status >= wanted[0] && status <= wanted[1];
}

function matchesCode(wanted: Row['codes'], code: string | null): boolean {
	if (wanted === undefined) return true;
	return (
		code !== null && wanted.some((whole) => (whole.endsWith('.') ? code.startsWith(whole) : code === whole))
	);
}
