import { expect, test } from '@jest/globals';

import { notSent } from '../../huawei-cloud/call/outcome';

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
