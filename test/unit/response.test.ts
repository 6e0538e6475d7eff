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

test.each([
	[{ request_id: 'body' }, 'body'],
	[{ request_id: 0 }, '0'],
	[{ request_id: '' }, 'header'],
	[{ request_id: true }, 'header'],
	['<html>', 'header'],
])('the request ID comes from the body, else from the header: %j, %s', (body, requestId) => {
	expect(read(body, { 'x-request-id': 'header' }).requestId).toBe(requestId);
});

test.each([
	[{ error_code: 'A' }, { error: { code: 'B' } }, 'A'],
	[{ error: { code: 'A' } }, { errorCode: 'B' }, 'A'],
	[{ errorCode: 'A' }, { code: 'B' }, 'A'],
])('of two codes, %j and %j, the one of the closer shape counts', (one, other, errorCode) => {
	expect(read({ ...other, ...one }).errorCode).toBe(errorCode);
});

test.each([
	[{ error_msg: 'A' }, { error: { message: 'B' } }],
	[{ error: { message: 'A' } }, { errorMsg: 'B' }],
	[{ errorMsg: 'A' }, { message: 'B' }],
	[{ message: 'A' }, { error: { title: 'B' } }],
])('of two messages, %j and %j, the one that says more counts', (one, other) => {
	expect(read({ ...other, ...one }).errorMsg).toBe('A');
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

test('JSON with far more values than any response has is not one', () => {
	expect(read(`{"task_infos":[${'{},'.repeat(50_000)}{}]}`).isPage).toBe(false);
	expect(read(`{"task_infos":[${'{},'.repeat(100_000)}{}]}`).isPage).toBe(true);
	expect(read(`{"task_id":"${'{\\",['.repeat(300_000)}"}`).isPage).toBe(false);
	expect(read(`{"task_id":"a",${'"a":1,'.repeat(200_000)}"b":1}`).isPage).toBe(true);
	expect(read('{"a":[1,{}]}').weight).toBe(12 + 4 * 24);
});

test.each([
	[30, false],
	[6000, true],
	[100_000, true],
])('JSON that is nested %d deep is not a response of Huawei Cloud: %j', (depth, isPage) => {
	for (const [open, close] of [
		['[', ']'],
		['{"a":', '}'],
	] as const) {
		const body = `{"error_code":"X","error_detail":${open.repeat(depth)}1${close.repeat(depth)}}`;
		expect(read(body)).toMatchObject({ isPage, errorCode: isPage ? null : 'X' });
	}
});
