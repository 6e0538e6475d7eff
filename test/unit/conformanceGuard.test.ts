import { describe, expect, test } from '@jest/globals';

import { NEVER_CANCELLED } from '../../huawei-cloud/http/abort';
import { guarded, GuardError, type Permits } from '../../dev/conformance/guard';
import { OwnTasks } from '../../dev/conformance/ownTasks';
import { isoSeconds } from '../../dev/emulator/world';
import type { HttpMethod } from '../../huawei-cloud/http/http';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport } from '../support/scriptedTransport';

/** The guard of the conformance suite: it passes reads, and writes to objects that the suite created. */

const TASKS = '/v1/p/pull/stream/task';
const BLOCKS = '/v1/p/stream/blocks';
const stream = { domain: 'd', app_name: 'a', stream_name: 's' };
const clock = new FakeClock();
const own = new OwnTasks({ clock, region: 'cn-north-4' }, 'marker');
const late = own.time(0);
const soon = new Date(clock.now() + 60_000).toISOString();

async function send(method: HttpMethod, path: string, body?: object, change: Partial<Permits> = {}) {
	const transport = new ScriptedTransport([{ status: 200, body: '' }]);
	const permits: Permits = {
		projectId: 'p',
		own: {
			useCreation: () => true,
			mayChange: (taskId) => taskId === 'own',
			earliestStart: () => own.earliestStart(),
		},
		stream,
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
	return await guarded(transport, permits).send(request, NEVER_CANCELLED);
}

test.each<[HttpMethod, string, object?]>([
	['GET', `${TASKS}?task_id=other`],
	['GET', '/anything'],
	['POST', TASKS, {}],
	['PUT', TASKS, { task_id: 'own', status: 'pause' }],
	['PUT', TASKS, { task_id: 'own', start_time: late }],
	['DELETE', `${TASKS}?task_id=own&region=`],
	['POST', BLOCKS, { ...stream, resume_time: late }],
	['DELETE', `${BLOCKS}?domain=d&app_name=a&stream_name=s`],
])('%s %s is sent', async (...given) => {
	expect(await send(...given)).toMatchObject({ status: 200 });
});

test.each<[HttpMethod, string, object?]>([
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

describe('a creation', () => {
	const body = new OwnTasks({ clock, region: 'r' }, 'marker').body();
	const minute = { start_time: isoSeconds(clock.now()), end_time: isoSeconds(clock.now() + 60_000) };

	test.each([
		['another stream', { ...body, destination_url: 'rtmp://other' }],
		['no start', { ...body, start_time: undefined }],
		['a start that is soon', { ...body, start_time: soon }],
		['a start that is no time', { ...body, start_time: 'soon' }],
		['a run of a minute from now on', { ...body, ...minute }],
	])('is not sent with %s', (_name, other) => {
		expect(new OwnTasks({ clock, region: 'r' }, 'marker').useCreation(other)).toBe(false);
	});

	test('is sent once', () => {
		const tasks = new OwnTasks({ clock, region: 'r' }, 'marker');
		expect([body, body].map((one) => tasks.useCreation(one))).toEqual([true, false]);
	});
});
