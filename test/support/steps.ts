import { expect } from '@jest/globals';

import type { Step } from './scriptedTransport';

/** Responses of the Live API, as steps of a script. */

export const ok = (body: object): Step => ({ status: 200, body });

export const rejected = (status: number, error_code = 'LIVE.100011001'): Step => ({
	status,
	body: { error_code, error_msg: 'bad', request_id: 'r-bad' },
});

export const listed = (...tasks: object[]): Step =>
	ok({ task_infos: tasks, total: tasks.length, request_id: 'r-list' });

export const NO_CONTENT: Step = { status: 204 };
export const GONE = rejected(404, 'LIVE.103011019');
export const INVALID = rejected(400);
export const FORBIDDEN = rejected(401, 'LIVE.100011003');
export const LOST: Step = { failure: 'connectionLost', sent: true };
export const UNSENT: Step = { failure: 'unreachable', sent: false };

export const like = (pattern: RegExp) => expect.stringMatching(pattern);
