import type { ApiResponse } from '../http/response';
import type { Classification, Service } from './classification';
import * as problems from './problems';
import { classifyTransportError } from './transportErrors';

/** One row of the table: a pattern for the status and the code (`404 LIVE.100011001`, or `404 ` without one), and its meaning. */
type Row = readonly [response: RegExp, means: Classification, only?: Condition];

interface Condition {
	/** Omitted: any service. */
	service?: Service;
	/** Only a body that is what the operation returns on success. */
	expectedBody?: true;
	/** Only a page from a proxy, firewall or portal. */
	page?: true;
}

const SUCCESS: Classification = { kind: 'success' };
const NOT_FOUND: Classification = { kind: 'notFound' };

const FROM_IAM: Condition = { service: 'iam' };
const FROM_LIVE: Condition = { service: 'live' };

/**
 * The meaning of each response: the first row that matches. If none does, it is undocumented.
 * Sources: the API references of Huawei Cloud Live (status and error codes of DeletePullTask and its siblings) and of
 * API Gateway (error codes, under two prefixes), and RFC 9110 for what neither covers.
 * The status alone can't decide: a 401 of Live may be a missing permission, a 403 a malformed request. The code alone
 * can't either: "the task does not exist" and "deletion failed" carry the same one, under 404 and 400. Nor does a code prove
 * anything under a server error, after which the request may have been carried out: if in doubt, let it match 4xx only.
 * `mayHaveHappened`, for deletions and creations alike: false only where the response says that nothing was carried out.
 */
const RESPONSES: readonly Row[] = [
	// Sibling APIs of Live return "does not exist" with this code and status 400, so any status matches.
	[/^\d+ LIVE\.103011019$/, NOT_FOUND, FROM_LIVE],
	[/^2\d\d /, SUCCESS, { expectedBody: true }],
	// Codes that say what happened, whatever the status: even with a 404, they do not mean that the task does not exist.
	[/^[45]\d\d LIVE\.100011007$/, problems.THROTTLED],
	[/^[45]\d\d LIVE\.100011003$/, problems.NO_PERMISSION],
	[/^[45]\d\d LIVE\.(100011009|100011013|100011014|103011020)$/, problems.ACCOUNT_PROBLEM],
	[/^[45]\d\d LIVE\.100011015$/, problems.WRONG_PROJECT],
	[/^[45]\d\d LIVE\.100011002$/, problems.REJECTED_CREDENTIAL],
	[/^[45]\d\d LIVE\.(100011000|100011005)$/, problems.SERVER_ERROR],
	[/^[45]\d\d LIVE\.(100011004|100011011|100011012)$/, problems.UNUSABLE_CONNECTION],
	[/^[45]\d\d (LIVE\.100011006|LIVE\.100011008|IAM\.0005)$/, problems.UNAVAILABLE],
	[/^4\d\d LIVE\.103011021$/, problems.UNAVAILABLE],
	[/^4\d\d LIVE\.(100011022|103011022)$/, problems.CONFLICTING_STATE],
	[/^[45]\d\d LIVE\.103011018$/, problems.ALREADY_EXISTS],
	[/^404 LIVE\.\d+$/, NOT_FOUND, FROM_LIVE],
	[/^40[0134] /, problems.IAM_FOREIGN_RESPONSE, { service: 'iam', page: true }],
	[/^404 (404|IAM\.0004)$/, problems.WRONG_PROJECT, FROM_IAM],
	[/^404 /, problems.WRONG_IAM_ADDRESS, FROM_IAM],
	// Any other 404 comes from a gateway, a proxy or a wrong host, and says nothing about the task.
	[/^404 /, problems.WRONG_ADDRESS],

	// A portal in front of IAM redirects for a time. A permanent redirect means that the endpoint is wrong.
	[/^30[27] /, { ...problems.REDIRECT, retry: true, retryable: true }, FROM_IAM],
	[/^30[1278] /, problems.REDIRECT],
	// No other redirect is a response to these requests. 303 See Other may come after a request was carried out.
	// 201: IAM issued a token, but one that can't be used, such as one that has expired by n8n's clock.
	[/^201 /, problems.IAM_FOREIGN_RESPONSE, FROM_IAM],
	[/^[23]\d\d /, { ...problems.IAM_FOREIGN_RESPONSE, mayHaveHappened: true }, FROM_IAM],
	[/^[23]\d\d /, problems.FOREIGN_RESPONSE],
	// HTTP has no such status, whatever code comes with it.
	[/^([6-9]\d\d|\d{4,}) /, problems.UNDOCUMENTED],
	// Throttled, whatever code comes with it: the one of Live may be its catch-all.
	[/^429 /, problems.THROTTLED],
	[/^\d+ APIGW?\.0308$/, problems.THROTTLED],
	[/^4\d\d LIVE\.(100011001|103011016)$/, problems.INVALID_REQUEST],
	[/^\d+ APIGW?\.(0104|0105|0204|0607)$/, problems.UNUSABLE_CONNECTION],

	[/^\d+ APIGW?\.(0301|0307)$/, problems.REJECTED_CREDENTIAL],
	[/^\d+ APIGW?\.(0302|0304|0306)$/, problems.NO_PERMISSION],
	[/^\d+ APIGW?\.(0401|0402|0404)$/, problems.IP_ADDRESS_REJECTED],
	[/^\d+ APIGW?\.0310$/, problems.WRONG_PROJECT],
	[/^\d+ APIGW?\.(0501|0502)$/, problems.ACCOUNT_PROBLEM],
	[/^\d+ APIGW?\.(0101|0103)$/, problems.WRONG_ADDRESS],
	[/^\d+ APIGW?\.(0801|0802)$/, problems.REGION_UNAVAILABLE],
	[/^(413|414|431|494) /, problems.REQUEST_TOO_LARGE],
	[/^4\d\d APIGW?\.0201$/, problems.INVALID_REQUEST],
	// No backend reached (0610), rejected before it because IAM was unavailable (0613), or the gateway itself failed.
	[/^\d+ APIGW?\.(0605|0606|0608|0609|0610|0611|0612|0613|0705)$/, problems.REJECTED_BY_SERVER],
	[/^\d+ IAM\.0061$/, problems.USER_LOCKED],
	// IAM is failing over to another site.
	[/^\d+ IAM\.0020$/, problems.REJECTED_BY_SERVER],

	// The services return JSON: a page with these comes from a firewall or proxy, and says nothing about the credential.
	[/^40[013] /, problems.PAGE, { page: true }],
	[/^403 /, problems.USER_DENIED, FROM_IAM],
	[/^400 /, problems.INVALID_REQUEST],
	[/^401 /, problems.REJECTED_CREDENTIAL],
	[/^403 /, problems.NO_PERMISSION],
	[/^407 /, classifyTransportError('proxyRejected', false)],
	[/^405 /, problems.UNUSABLE_CONNECTION],
	// Undocumented, and a proxy may send it after it has forwarded the request.
	[/^408 /, classifyTransportError('timeout', true)],
	// Unable to handle the request (RFC 9110, 15.6.4). With others, a gateway may have passed on the password.
	[/^503 /, { ...problems.IAM_FAILED, mayHaveHappened: false }, FROM_IAM],
	[/^5\d\d /, problems.IAM_FAILED, FROM_IAM],
	[/^5\d\d /, problems.SERVER_ERROR],
];

/** The meaning of a response. `isExpected`: it is what success returns; a portal's page with status 200 must never count. */
export function classifyResponse(
	{ status, errorCode, isPage }: ApiResponse,
	isExpected: boolean,
	from: Service,
): Classification {
	const response = `${status} ${errorCode ?? ''}`;
	const row = RESPONSES.find(
		([pattern, , { service = from, expectedBody = isExpected, page = isPage } = {}]) =>
			service === from && expectedBody === isExpected && page === isPage && pattern.test(response),
	);
	return row?.[1] ?? problems.UNDOCUMENTED;
}
