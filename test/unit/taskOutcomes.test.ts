import { describe, expect, test } from '@jest/globals';

import { CALLS } from '../../huawei-cloud/live/calls';
import type { RelayTask } from '../../huawei-cloud/live/relayTasks';
import { readNewTask } from '../../nodes/HuaweiCloudLive/operations/relayTask/create';
import { readTaskChanges } from '../../nodes/HuaweiCloudLive/operations/relayTask/update';
import { PROJECT_ID, scriptedClient, SETTINGS } from '../support/clients';
import { LIVE_TASK, parametersOf } from '../support/parameters';
import type { Step } from '../support/scriptedTransport';
import { FORBIDDEN, GONE, INVALID, like, listed, LOST, ok, UNSENT } from '../support/steps';

const A = { task_id: 'a', source_type: 'PullVodPushLive' };
const NONE = listed();
const DELETED = ok({ task_id: 'a', request_id: 'r-delete' });
const ONCE = { ...SETTINGS, maxRetries: 0 };
const ALL = { taskId: undefined, region: undefined };

/** The queries of the requests, such as `GET task_id=a`. */
function sent({ requests }: ReturnType<typeof scriptedClient>['transport']): string[] {
	return requests.map(({ method, path }) =>
		`${method} ${decodeURIComponent(path.split('?')[1] ?? '')}`.trim(),
	);
}

describe('a look-up', () => {
	const get = async (script: readonly Step[], region?: string) => {
		const { relayTasks, transport } = scriptedClient(script);
		const outcome = await relayTasks.get({ taskId: 'a', region }, ONCE);
		return { outcome, sent: sent(transport) };
	};
	const OTHER = { task_id: 'b' };

	// A listed task is never "not found".
	test.each([A, { task_id: 'A' }])('finds the task among others, in any letter case: %j', async (task) => {
		const { outcome, sent: requests } = await get([listed(OTHER, task)], 'cn-east-3');
		expect(outcome).toMatchObject({ kind: 'success', entry: task });
		expect(outcome).not.toHaveProperty('value');
		expect(requests).toEqual(['GET task_id=a&region=cn-east-3']);
	});

	test('finds none when the service says so, in either way', async () => {
		for (const none of [NONE, GONE]) {
			const { outcome, sent: requests } = await get([none]);
			expect(outcome.kind).toBe('notFound');
			expect(outcome).not.toHaveProperty('value');
			expect(requests).toHaveLength(1);
		}
	});

	test.each<[string, object]>([
		['holds others: the service may have ignored the ID', { task_infos: [OTHER], total: 1, request_id: 'r' }],
		['counts a task that it does not show', { task_infos: [], total: 1 }],
		['shows a task that can not be read', { task_infos: [{}], total: 1 }],
		['shows one that it does not count', { task_infos: [{}], total: 0 }],
		['counts nothing', { task_infos: [], request_id: 'r' }],
	])('leaves open whether the task exists when the page %s, after one request', async (_name, body) => {
		const { outcome, sent: requests } = await get([ok(body)], 'cn-east-3');
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'server',
			retryable: true,
			mayHaveHappened: false,
			message: like(/doesn't clearly say whether its list of relay tasks contains this one/),
			hint: like(/request_id/),
		});
		expect(requests).toEqual(['GET task_id=a&region=cn-east-3']);
	});
});

describe('a list', () => {
	const found = async (
		script: readonly Step[],
		filter: { taskId?: string; region?: string; matches?: (task: RelayTask) => boolean },
		limit?: number,
	) => {
		const { relayTasks, transport } = scriptedClient(script);
		const outcome = await relayTasks.list({ ...ALL, ...filter }, limit, ONCE);
		const ids = outcome.kind === 'success' ? outcome.entries.map(({ task_id }) => task_id) : [];
		return { outcome, ids: ids.join(), sent: sent(transport) };
	};
	const TASKS = listed(
		{ task_id: 'a', region: 'cn-east-3' },
		{ task_id: 'b', region: 'CN-North-4' },
		{ task_id: 'c' },
	);

	test('has no more than the limit', async () => {
		const { ids, sent: requests } = await found([TASKS], {}, 2);
		expect(ids).toBe('a,b');
		expect(requests).toEqual(['GET offset=0&limit=100']);
	});

	const matches = ({ task_id }: RelayTask) => task_id !== 'c';
	test.each<[string, Parameters<typeof found>[1], string, string]>([
		['a region, and those that name none', { region: 'cn-north-4' }, 'b,c', 'region=cn-north-4&'],
		['a region in upper case', { region: 'CN-EAST-3' }, 'a,c', 'region=CN-EAST-3&'],
		['one ID', { taskId: 'b' }, 'b', 'task_id=b&'],
		['what matches', { matches }, 'a,b', ''],
		['all conditions', { matches, region: 'cn-north-4' }, 'b', 'region=cn-north-4&'],
	])('has those of %s, and no others', async (_name, filter, ids, query) => {
		const result = await found([TASKS], filter);
		expect([result.ids, result.sent[0]]).toEqual([ids, `GET ${query}offset=0&limit=100`]);
	});

	test('of one ID that does not exist is empty and complete; of all, maybe not', async () => {
		const summary = { kind: 'success', entries: [], statusCode: 404 };
		expect((await found([GONE], { taskId: 'a' })).outcome).toMatchObject({ ...summary, isComplete: true });
		expect((await found([GONE], {})).outcome).toMatchObject({ ...summary, isComplete: false });
	});

	test('fails as its call does', async () => {
		expect((await found([FORBIDDEN], {})).outcome).toMatchObject({
			kind: 'error',
			hint: like(/live:stream:listPullTask/),
		});
	});
});

describe('a creation', () => {
	const NEW = readNewTask(parametersOf(LIVE_TASK), undefined, 0);
	const create = async (...script: Step[]) => {
		const { live, transport } = scriptedClient(script);
		const outcome = await live.perform(CALLS.createTask, NEW, SETTINGS);
		return { outcome, requests: transport.requests };
	};

	test('gives the ID of the new task', async () => {
		const { outcome, requests } = await create(ok({ task_id: 'new', request_id: 'r' }));
		expect(outcome).toMatchObject({ kind: 'success', value: 'new' });
		expect(requests).toMatchObject([{ method: 'POST', path: `/v1/${PROJECT_ID}/pull/stream/task` }]);
		expect(JSON.parse(requests[0]?.body ?? '')).toEqual(NEW);
	});

	const MAYBE = {
		mayHaveHappened: true,
		hint: 'The task may have been created anyway: check with Get Many before you create it again.',
	};
	test.each<[string, Step, object]>([
		['a lost response, and says that the task may exist', LOST, MAYBE],
		['a response without an ID, and says that the task may exist', ok({ request_id: 'r' }), MAYBE],
		['a rejection', FORBIDDEN, { mayHaveHappened: false, hint: like(/live:stream:createPullTask/) }],
	])('is not repeated after %s', async (_name, step, expected) => {
		const { outcome, requests } = await create(step);
		expect(outcome).toMatchObject({ kind: 'error', retryable: false, ...expected });
		expect(requests).toHaveLength(1);
	});

	test.each<[string, Step]>([
		['was not sent', UNSENT],
		['was throttled', { status: 429 }],
		['reached no backend', { status: 502, body: { error_code: 'APIGW.0610' } }],
	])('that %s is repeated', async (_name, step) => {
		expect((await create(step, ok({ task_id: 'new' }))).outcome).toMatchObject({
			kind: 'success',
			attempts: 2,
		});
		const outcome = { kind: 'error', mayHaveHappened: false, retryable: true };
		expect((await create(step)).outcome).toMatchObject(outcome);
	});
});

describe('an update', () => {
	const CHANGES = readTaskChanges(parametersOf({ updateFields: { status: 'pause' } }), 0);
	const update = async (...script: Step[]) => {
		const { relayTasks, transport } = scriptedClient(script);
		const outcome = await relayTasks.update('a', CHANGES, ONCE);
		return { outcome, sent: sent(transport), requests: transport.requests };
	};

	test('is sent once the task was looked up', async () => {
		const { outcome, sent: requests, requests: whole } = await update(listed(A), DELETED);
		expect(outcome).toMatchObject({ kind: 'success', requestId: 'r-delete' });
		expect(outcome).not.toHaveProperty('hint');
		expect(requests).toEqual(['GET task_id=a', 'PUT']);
		expect(whole[1]?.body).toBe('{"task_id":"a","status":"pause"}');
	});

	const ofType = (source_type: unknown, sources: string): [string, Step, object] => [
		`the source type ${String(source_type)}`,
		listed({ task_id: 'a', source_type }),
		{
			...{ kind: 'error', category: 'validation', retryable: false, requestId: 'r-list' },
			message: `The task has ${sources}, and Huawei Cloud only updates tasks whose sources are files (PullVodPushLive).`,
			hint: like(/delete it and create a new one/),
		},
	];
	const UNREADABLE = {
		kind: 'error',
		message: like(/^The task was not updated because it could not be looked up\. ./),
		hint: like(/. Update looks the task up first because Huawei Cloud ignores updates to live streams\.$/),
	};
	test.each<[string, Step, object]>([
		['no entry', NONE, { kind: 'notFound' }],
		['a look-up that fails', LOST, UNREADABLE],
		ofType('PullLivePushLive', 'the source type PullLivePushLive'),
		ofType(undefined, 'no source type'),
		ofType('\u001b[2J', 'an unknown source type'),
	])('of a task with %s is not sent', async (_name, look, expected) => {
		const { outcome, sent: requests } = await update(look);
		expect(outcome).toMatchObject(expected);
		expect(outcome).not.toHaveProperty('entries');
		expect(outcome).not.toMatchObject({ mayHaveHappened: true });
		expect(requests).toEqual(['GET task_id=a']);
	});

	const MAYBE = {
		mayHaveHappened: true,
		hint: like(/^The task may have been updated anyway: check with Get\. ./),
	};
	test.each<[string, Step, object]>([
		['whose response was lost may have happened', LOST, MAYBE],
		['whose response is about another task may have happened', ok({ task_id: 'b' }), MAYBE],
		[
			'that was rejected has not',
			INVALID,
			{ mayHaveHappened: false, hint: like(/^Check the fields to update/) },
		],
	])('%s', async (_name, step, expected) => {
		expect((await update(listed(A), step)).outcome).toMatchObject({ kind: 'error', ...expected });
	});
});
