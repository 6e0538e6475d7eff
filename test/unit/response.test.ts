import { expect, test } from '@jest/globals';

import { parseResponse } from '../../huawei-cloud/http/response';

const read = (body: unknown, headers: Record<string, string> = {}) =>
	parseResponse({ status: 400, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

test.each([
	['Live and the gateway', { error_code: 'LIVE.1', error_msg: 'msg', request_id: 'r' }, 'LIVE.1', 'msg'],
	['IAM, with a number', { error: { code: 401, message: 'msg', title: 'Unauthorized' } }, '401', 'msg'],
	['IAM, with a code', { error: { code: 'IAM.0001', message: 'msg' } }, 'IAM.0001', 'msg'],
	['IAM, with a title alone', { error: { code: 403, title: 'Forbidden' } }, '403', 'Forbidden'],
	['code and message', { code: 'X.1', message: 'msg' }, 'X.1', 'msg'],
	['camel case', { errorCode: 'X.2', errorMsg: 'msg' }, 'X.2', 'msg'],
	['with an authorization message', { error_code: 'X.3', encoded_authorization_message: 'x' }, 'X.3', null],
	['an empty code', { error_code: '', error_msg: '' }, null, null],
	['an error that is text', { error: 'oops' }, null, null],
])('the body shape of %s', (_name, body, errorCode, errorMsg) => {
	expect(read(body)).toMatchObject({ errorCode, errorMsg, json: body });
});

test.each(['', '<html></html>', 'plain text', '{"error_code":', 'null', '[]', '42', '"text"'])(
	'%j is no JSON object, and has no code',
	(body) => {
		expect(read(body)).toMatchObject({
			json: undefined,
			errorCode: null,
			errorMsg: null,
			requestId: undefined,
		});
	},
);

test('the request ID comes from the body, else from the header', () => {
	expect(read({ request_id: 'body' }, { 'x-request-id': 'header' }).requestId).toBe('body');
	expect(read('<html>', { 'x-request-id': 'header' }).requestId).toBe('header');
});

test.each([
	['<html>portal</html>', true],
	['plain text', true],
	['[]', true],
	['{"task_id":', true],
	['', false],
	[' \r\n', false],
	['{}', false],
	[' {"task_id":"a"} ', false],
])('whether the body %j is that of something else: %j', (body, isPage) => {
	expect(read(body).isPage).toBe(isPage);
});
