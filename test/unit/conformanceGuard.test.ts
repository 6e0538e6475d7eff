import { expect, test } from '@jest/globals';

import { NEVER } from '../../huawei-cloud/http/abort';
import { guarded, GuardError, type Permits } from '../../dev/conformance/guard';
import { OwnTasks } from '../../dev/conformance/ownTasks';
import type { HttpMethod } from '../../huawei-cloud/http/http';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport } from '../support/scriptedTransport';

/** What the guard of the conformance suite lets through: reads, and writes to what the suite made. */

const TASKS = '/v1/p/pull/stream/task';
const BLOCKS = '/v1/p/stream/blocks';
const stream = { domain: 'd', app_name: 'a', stream_name: 's' };
const clock = new FakeClock();
const own = new OwnTasks('marker', clock, undefined);
const late = own.time(0);
const soon = new Date(clock.now() + 60_000).toISOString();

async function send(method: HttpMethod, path: string, body?: object, change: Partial<Permits> = {}) {
	const transport = new ScriptedTransport([{ status: 200, body: '' }]);
	const permits: Permits = {
		taskPath: TASKS,
		blocksPath: BLOCKS,
		useCreation: () => true,
		isOwn: (taskId) => taskId === 'own',
		stream,
		earliestStart: () => own.earliestStart(),
		...change,
	};
	const request = {
		method,
		origin: 'https://live.example.com',
		path,
		headers: {},
		...(body && { body: JSON.stringify(body) }),
		maxResponseBytes: 1000,
	};
	return await guarded(transport, permits).send(request, NEVER);
}

test.each<[HttpMethod, string, object?]>([
	['GET', `${TASKS}?task_id=other`],
	['GET', '/anything'],
	['POST', TASKS, { start_time: late }],
	['PUT', TASKS, { task_id: 'own', status: 'pause' }],
	['PUT', TASKS, { task_id: 'own', start_time: late }],
	['DELETE', `${TASKS}?task_id=own&region=`],
	['POST', BLOCKS, { ...stream, resume_time: late }],
	['DELETE', `${BLOCKS}?domain=d&app_name=a&stream_name=s`],
])('%s %s is sent', async (...given) => {
	expect(await send(...given)).toMatchObject({ status: 200 });
});

test.each<[HttpMethod, string, object?]>([
	['POST', TASKS, {}],
	['POST', TASKS, { start_time: soon }],
	['POST', TASKS, { start_time: 'soon' }],
	['POST', `${TASKS}/`, { start_time: late }],
	['POST', '/v1/other/pull/stream/task', { start_time: late }],
	['PUT', TASKS, {}],
	['PUT', TASKS, { task_id: 'other' }],
	['PUT', TASKS, { task_id: ['own'] }],
	['PUT', TASKS, { task_id: 'own', status: 'enable' }],
	['PUT', TASKS, { task_id: 'own', start_time: soon }],
	['DELETE', TASKS],
	['DELETE', `${TASKS}?task_id=`],
	['DELETE', `${TASKS}?task_id=other`],
	['DELETE', `${TASKS}?task_id=own&task_id=other`],
	['DELETE', `${TASKS}?task_id=other#?task_id=own`],
	['DELETE', `${TASKS}?task_id=own`, { task_id: 'other' }],
	['DELETE', '/v1/other/pull/stream/task?task_id=own'],
	['POST', BLOCKS, { ...stream, stream_name: 'other' }],
	['PUT', BLOCKS, { domain: 'd', app_name: 'a' }],
	['DELETE', `${BLOCKS}?domain=d&app_name=a&stream_name=s&stream_name=other`],
	['POST', '/v1/p/domain', {}],
])('%s %s with %j is not', async (...given) => {
	await expect(send(...given)).rejects.toThrow(GuardError);
});

test('no stream is touched when none was given', async () => {
	await expect(send('POST', BLOCKS, stream, { stream: undefined })).rejects.toThrow(GuardError);
});

test('one task is made at a time, and none without the name of ours', () => {
	const tasks = new OwnTasks('marker', clock, undefined);
	expect(tasks.useCreation({ stream_name: 'other' })).toBe(false);
	expect(tasks.useCreation(tasks.body())).toBe(true);
	expect(tasks.useCreation(tasks.body())).toBe(false);
});
