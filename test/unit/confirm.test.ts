import { expect, test } from '@jest/globals';

import { scriptedClient, SETTINGS } from '../support/clients';
import type { Step } from '../support/scriptedTransport';

/** Deleting with a look at the list afterwards. The engine's tests have it against the emulator; here the clock is ours. */

const DELETED: Step = { status: 200, body: { task_id: 'a', request_id: 'r-delete' } };
const LISTED: Step = {
	status: 200,
	body: { task_infos: [{ task_id: 'a' }], total: 1, request_id: 'r-list' },
};
const GONE: Step = { status: 404, body: { error_code: 'LIVE.100011001', request_id: 'r-gone' } };

const remove = async (script: Step[], cancelSignal?: AbortSignal) => {
	const { relayTasks, transport, clock } = scriptedClient(script, cancelSignal ? { cancelSignal } : {});
	const outcome = await relayTasks.deleteAndConfirm(
		{ taskId: 'a', region: 'cn-east-3' },
		{ ...SETTINGS, maxRetries: 0 },
	);
	return { outcome, requests: transport.requests, waits: clock.sleeps };
};

test('looks at once, in the region of the task', async () => {
	const { outcome, requests, waits } = await remove([DELETED, GONE]);
	expect(outcome).toMatchObject({
		kind: 'success',
		confirmedBy: 'list',
		requestId: 'r-delete',
		statusCode: 200,
	});
	expect(requests[1]).toMatchObject({ method: 'GET', path: expect.stringContaining('region=cn-east-3') });
	expect(waits).toEqual([]);
});

test('looks again, at ever longer intervals, while the task is still listed', async () => {
	const { outcome, waits } = await remove([DELETED, LISTED, LISTED, LISTED, GONE]);
	expect(outcome).toMatchObject({ kind: 'success', confirmedBy: 'list' });
	expect(waits).toEqual([500, 1000, 2000]);
});

test('gives up after a quarter of a minute, in doubt', async () => {
	const { outcome, waits, requests } = await remove([DELETED, LISTED]);
	expect(outcome).toMatchObject({
		kind: 'error',
		category: 'server',
		retryable: true,
		mayHaveHappened: true,
		requestId: 'r-delete',
		message: expect.stringContaining('still lists'),
		hint: expect.stringContaining('again later'),
	});
	expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(15_500);
	expect(requests).toHaveLength(7);
});

test('does not need to look when a lost deletion was confirmed by a second one', async () => {
	const { relayTasks, transport } = scriptedClient([{ status: 504 }, GONE]);
	expect(await relayTasks.deleteAndConfirm({ taskId: 'a', region: undefined }, SETTINGS)).toMatchObject({
		kind: 'success',
		confirmedBy: 'not_found_after_retry',
	});
	expect(transport.requests).toHaveLength(2);
});

test('ends when the execution is cancelled, in doubt', async () => {
	const cancel = new AbortController();
	const { relayTasks, clock } = scriptedClient([DELETED, LISTED], { cancelSignal: cancel.signal });
	clock.sleep = async () => cancel.abort();
	expect(await relayTasks.deleteAndConfirm({ taskId: 'a', region: undefined }, SETTINGS)).toMatchObject({
		kind: 'error',
		mayHaveHappened: true,
		message: expect.stringContaining('accepted the deletion'),
	});
});
