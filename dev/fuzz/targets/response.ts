import { classifyResponse } from '../../../huawei-cloud/call/errorTable';
import { holdsAny } from '../../../huawei-cloud/call/outcome';
import { Redaction } from '../../../huawei-cloud/call/redaction';
import { isText, parseResponse } from '../../../huawei-cloud/http/response';
import { jsonOf, linesOf, must, withoutGrowth } from '../oracle';

/** The body of any response: what is read from it, what it means, and that no secret is passed on. */

const SECRETS = ['MIIsecret', 'pass"word/+ä', 'MII'];
const QUOTED = SECRETS.flatMap((secret) => [
	secret,
	encodeURIComponent(secret),
	JSON.stringify(secret).slice(1, -1),
]);
const STATUSES = [200, 204, 301, 400, 401, 403, 404, 406, 429, 500, 502, 503, 504];

const isDeletion = holdsAny('task_id', 'request_id');

export const fuzz = withoutGrowth((data) => {
	const { lines, rest: body } = linesOf(data, 2);
	const [status = '', requestId = ''] = lines;
	const headers = { 'x-request-id': requestId };
	const response = parseResponse({ status: STATUSES[Number(status)] ?? Number(status), headers, body });
	const { json, isPage, errorCode, errorMsg } = response;

	must(
		json === undefined ? errorCode === null : !isPage,
		'an error code comes from JSON, and JSON is no page',
	);
	must(errorCode === null || isText(errorCode), 'a code is text');
	must(errorMsg === null || isText(errorMsg), 'a message is text');
	must(response.requestId === undefined || isText(response.requestId), 'a request ID is text');
	const again = jsonOf(body);
	must(
		JSON.stringify(json) ===
			(typeof again === 'object' && !Array.isArray(again) ? JSON.stringify(again ?? undefined) : undefined),
		'the JSON is what was sent',
	);

	const isExpected = isDeletion(response);
	must(
		!isExpected || (errorCode === null && errorMsg === null && json !== undefined),
		'no success reports an error',
	);
	for (const service of ['live', 'iam'] as const) {
		const classification = classifyResponse(response, isExpected, service);
		if (classification.kind === 'success') {
			must(
				isExpected && response.status >= 200 && response.status < 300,
				'success is what the service calls so',
			);
		}
		if (classification.kind === 'notFound')
			must(response.status >= 400 && json !== undefined, 'a page is no "not found"');
	}

	const said = new Redaction().redacted(response, SECRETS);
	for (const text of [said.errorCode, said.errorMsg, said.requestId]) {
		must(!QUOTED.some((secret) => text?.includes(secret)), 'what the service says is free of secrets');
	}
});

export const seeds = [
	'0\nr-1\n{"task_id":"a","request_id":"r"}',
	'3\n\n{"error_code":"LIVE.100011001","error_msg":"Request Illegal","request_id":"r"}',
	'6\nr\n{"error_code":"LIVE.103011003","error_msg":"MIIsecret pass\\"word/+ä"}',
	'4\n\n{"error":{"code":401,"message":"The token MIIsecret","title":"Unauthorized"}}',
	'8\n\n{"code":"APIGW.0308","message":"throttled","errorCode":1,"errorMsg":"x","errors":[]}',
	'1\n\n',
	'0\n\n<html>portal</html>',
];
