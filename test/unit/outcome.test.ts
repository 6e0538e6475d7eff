import { describe, expect, test } from '@jest/globals';

import { holdsAny, notSent } from '../../huawei-cloud/call/outcome';
import { parseResponse } from '../../huawei-cloud/http/response';

describe('a body', () => {
	test.each([
		['{"task_id":"t","request_id":"r"}', true],
		['{"request_id":"r"}', true],
		['{"task_id":"","request_id":"r"}', true],
		['{"task_id":""}', false],
		['{"task_id":5}', false],
		['{"task_id":"t","error_code":"X.1"}', false],
		['{"task_id":"t","error_msg":"no"}', false],
		['{"task_id":"t","error":null}', false],
		['{"task_id":"t","errors":[]}', false],
		['{}', false],
		['["task_id"]', false],
		['<html>task_id</html>', false],
	])('%s is what the service returns on success: %p', (body, isExpected) => {
		const response = parseResponse({ status: 200, headers: {}, body });
		expect(holdsAny('task_id', 'request_id')(response)).toBe(isExpected);
	});
});

test('what could not be sent did not happen, and had no attempt and no response', () => {
	const problem = { category: 'validation', message: 'm', hint: 'h', retryable: false } as const;
	expect(notSent(problem)).toEqual({
		...problem,
		kind: 'error',
		mayHaveHappened: false,
		attempts: 0,
		statusCode: null,
		requestId: undefined,
		errorCode: null,
		errorMsg: null,
	});
});
