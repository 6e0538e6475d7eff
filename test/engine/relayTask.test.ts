import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INode } from 'n8n-workflow';

import { isoSeconds, type Task } from '../../dev/emulator/world';
import { PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, engine, runOnCloud } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';
import { answer } from '../support/mishaps';
import { NODE_TYPE, type NodeRunOptions } from '../support/nodeRun';
import { LIVE_TASK } from '../support/parameters';
import { like } from '../support/steps';

eachOnCloud();

/** Runs an operation for one item, and returns the items on each output. */
async function run(operation: string, parameters: IDataObject = {}, options: Partial<NodeRunOptions> = {}) {
	const result = await runOnCloud({
		items: [{}],
		parameters: JSON.parse(JSON.stringify({ operation, ...parameters })),
		...options,
	});
	return result.delivered;
}

const byId = (taskId: string) => ({ taskId: { __rl: true, mode: 'id', value: taskId } });
const calls = (method: string) => cloud.emulator.calls.filter((call) => call.method === method);
const tasks = () => cloud.emulator.world.tasksOf(PROJECT_ID);
const addTask = (fields: Partial<Task>) => cloud.emulator.world.addTask(PROJECT_ID, fields);

const LIVE = { ...LIVE_TASK, sourceUrls: 'rtmp://pull.example.com/live/a,b' };
const VOD_URLS = ['https://vod.example.com/1.mp4', 'https://vod.example.com/2.mp4'];
const VOD = { ...LIVE, sourceType: 'PullVodPushLive', sourceUrls: VOD_URLS.join('\n') };

test('the life of a task: created, found by list and by ID, paused, enabled, picked and deleted', async () => {
	const [created = []] = await run('create', VOD);
	const ids = { task_id: expect.any(String), request_id: expect.any(String) };
	expect(created).toEqual([{ outcome: 'success', ...ids, status_code: 200, attempts: 1 }]);
	const taskId = String(created[0]?.task_id);

	expect((await run('getAll'))[0]).toMatchObject([
		{ outcome: 'success', task_id: taskId, status: 'running' },
	]);
	expect((await run('get', byId(taskId)))[0]).toMatchObject([{ outcome: 'success', task_id: taskId }]);
	expect((await run('update', { ...byId(taskId), updateFields: { status: 'pause' } }))[0]).toMatchObject([
		{ outcome: 'success', task_id: taskId, attempts: 1 },
	]);
	expect((await run('get', byId(taskId)))[0]).toMatchObject([{ status: 'suspend' }]);
	await run('update', { ...byId(taskId), updateFields: { status: 'enable' } });
	expect((await run('get', byId(taskId)))[0]).toMatchObject([{ status: 'running' }]);

	const [picked] = (await search('1.mp4')).results;
	expect(picked?.value).toBe(taskId);
	const locator = { __rl: true, mode: 'list', value: picked?.value, cachedResultName: picked?.name };
	expect((await run('delete', { taskId: locator }))[0]).toMatchObject([{ task_id: taskId, deleted: true }]);
	expect((await run('get', byId(taskId)))[1]).toMatchObject([{ outcome: 'notFound', task_id: taskId }]);
});

describe('Get', () => {
	test('gives all fields of the task, with the names of the API', async () => {
		const task = addTask({ task_id: 'a', callback_url: 'https://n8n.example.com' });
		expect((await run('get', { ...byId('a'), simplify: false }))[0]).toEqual([
			{ outcome: 'success', ...JSON.parse(JSON.stringify(task)) },
		]);
	});

	test('gives the same fields as Get Many when simplified, as it is by default', async () => {
		addTask({ task_id: 'a', callback_url: 'https://n8n.example.com' });
		const [[task = {}] = []] = await run('get', byId('a'));
		expect(task).not.toHaveProperty('callback_url');
		expect([task]).toEqual((await run('getAll'))[0]);
	});
});

describe('Get Many', () => {
	test('gives the first tasks up to the limit, simplified or not', async () => {
		for (const task_id of ['a', 'b', 'c']) addTask({ task_id, push_args: 'x' });
		const [success = []] = await run('getAll', { limit: 2 });
		expect(success.map(({ task_id }) => task_id)).toEqual(['a', 'b']);
		const fields =
			'outcome task_id status source_type source_urls domain app_name stream_name start_time end_time';
		expect(Object.keys(success[0] ?? {}).sort()).toEqual(fields.split(' ').sort());
		expect((await run('getAll', { simplify: false }))[0]).toMatchObject([
			{ push_args: 'x', create_time: expect.any(String) },
			{ task_id: 'b' },
			{ task_id: 'c' },
		]);
	});

	test('gives no items when there are no tasks, also when that is told by a 404, and one when it is not', async () => {
		expect(await run('getAll')).toEqual([[], [], [], []]);
		cloud.emulator.faults.add({ mishap: answer(404, 'LIVE.100011001') });
		expect(await run('getAll')).toEqual([[], [], [], []]);
		cloud.emulator.faults.add({ mishap: answer(404, 'APIGW.0101') });
		expect(await run('getAll')).toMatchObject([[], [], [{ outcome: 'error', category: 'endpoint' }], []]);
	});

	test('links each task to the item that asked', async () => {
		addTask({ task_id: 'a' });
		addTask({ task_id: 'b' });
		const { outputs } = await runOnCloud({
			items: [{ id: 'b' }, { id: 'a' }],
			parameters: { operation: 'getAll', filters: { taskId: '={{ $json.id }}' } },
		});
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.task_id, pairedItem])).toEqual([
			['b', { item: 0 }],
			['a', { item: 1 }],
		]);
	});

	test('filters', async () => {
		const times = { create_time: '2026-01-01T00:00:00Z', end_time: '2026-01-03T00:00:00Z' };
		addTask({ task_id: 'live', stream_name: 'Camera-3', ...times });
		const end_time = '2026-01-05T00:00:00Z';
		addTask({ task_id: 'vod', source_type: 'PullVodPushLive', status: 'suspend', end_time });
		const destination_url = 'rtmp://push.example.org/live/camera-4';
		const noParts = { stream_name: undefined, domain: undefined, end_time: undefined };
		addTask({ task_id: 'url', region: 'cn-east-3', destination_url, ...noParts });
		for (const [parameters, taskIds] of [
			[{ filters: { taskId: 'vod' } }, ['vod']],
			[{ filters: { status: 'Suspend' } }, ['vod']],
			[{ filters: { sourceType: 'PullVodPushLive' } }, ['vod']],
			[{ filters: { target: 'camera-3' } }, ['live']],
			[{ filters: { target: 'push.example.com' } }, ['live', 'vod']],
			[{ filters: { target: 'EXAMPLE.org' } }, ['url']],
			[{ filters: { endedBefore: '2026-01-04T00:00:00Z' } }, ['live']],
			// In the zone of the workflow.
			[{ filters: { endedBefore: '2026-01-02T19:00:00' } }, []],
			[{ filters: { createdBefore: '2026-01-02T00:00:00Z' } }, ['live']],
			[{ options: { region: 'cn-east-3' } }, ['url']],
			[{ filters: { target: 'push', status: 'running' } }, ['live', 'url']],
		] satisfies Array<[IDataObject, string[]]>) {
			const [success = []] = await run('getAll', parameters);
			expect([parameters, success.map(({ task_id }) => task_id)]).toEqual([parameters, taskIds]);
		}
	});

	describe('filters of age', () => {
		const ago = (amount: unknown, unit: unknown = 'days') => ({ ago: { amount, unit } });

		test.each([
			['endedMoreThan', ago(1, 'hours'), ['h2', 'd2']],
			['endedMoreThan', ago('={{ "3" }}', '={{ "hours" }}'), ['d2']],
			['createdMoreThan', ago(1, 'days'), ['d2']],
			// The saved value of a filter whose defaults were not changed.
			['endedMoreThan', { ago: { amount: 1 } }, ['d2']],
		])('%s %j', async (name, age, taskIds) => {
			for (const [task_id, hours] of Object.entries({ now: 0, h2: 2, d2: 48, future: -5 })) {
				const time = isoSeconds(Date.now() - hours * 3_600_000);
				addTask({ task_id, create_time: time, end_time: time });
			}
			addTask({ task_id: 'no-times', create_time: '', end_time: undefined });
			const [success = []] = await run('getAll', { filters: { [name]: age } });
			expect(success.map(({ task_id }) => task_id)).toEqual(taskIds);
		});

		test.each([
			[{ amount: 3, unit: 'days' }, 'has no fields'],
			['={{ $json.typo }}', 'has no fields'],
			...['={{ $json.typo }}', '={{ "2 hours" }}', '={{ { amount: 2, unit: "hours" } }}'].map(
				(whole): [unknown, string] => [{ ago: whole }, 'must be a whole number'],
			),
			[ago('={{ "" }}'), 'must be a whole number'],
			[ago(1, '={{ $json.typo }}'), 'must be one of'],
			[ago(1, 'weeks'), 'must be one of: minutes, hours, days'],
			...[0, 1.5, 1e9, '={{ NaN }}', '={{ [1] }}', '={{ true }}', '={{ $now }}'].map(
				(amount): [unknown, string] => [ago(amount), 'must be a whole number from 1 to 1000000'],
			),
		])('Ended More Than %j Ago is rejected', async (age, problem) => {
			addTask({ task_id: 'a' });
			expect((await run('getAll', { filters: { endedMoreThan: age } }))[2]).toMatchObject([
				{ category: 'validation', error: like(new RegExp(`Ended More Than … Ago.*${problem}`)), attempts: 0 },
			]);
		});
	});
});

describe('Create', () => {
	test('sends what was entered, under the names of the API', async () => {
		// In a future year, since a task can't end in the past.
		const year = new Date().getUTCFullYear() + 1;
		const additionalFields = {
			startTime: `${year}-01-31T18:00:00+01:00`,
			endTime: `${year}-02-01T18:00:00.000Z`,
			vodLoopTime: '3',
			vodRefreshType: 'continue_from_file_start',
			vodStartVideoIndex: 1,
			vodStartVideoTime: 30,
			backupSourceUrls: 'rtmp://backup.example.com/live/a',
			callbackEvents: ['TaskStart', 'TaskExit'],
			callbackUrl: 'https://n8n.example.com/webhook/x',
			pushArgs: 'a=b',
		};
		const { properties } = engine.getByNameAndVersion(NODE_TYPE).description;
		const form = properties.find(({ name }) => name === 'additionalFields')?.options ?? [];
		// End After is sent as an end time.
		expect([...Object.keys(additionalFields), 'endAfter'].sort()).toEqual(
			form.map(({ name }) => name).sort(),
		);
		await run('create', {
			...VOD,
			options: { region: 'cn-north-4' },
			destination: 'domain',
			domain: 'push.example.com',
			appName: 'live',
			streamName: 'camera-3',
			additionalFields,
		});
		expect(JSON.parse(calls('POST')[0]?.body ?? '')).toEqual({
			source_type: 'PullVodPushLive',
			source_urls: VOD_URLS,
			region: 'cn-north-4',
			domain: 'push.example.com',
			app_name: 'live',
			stream_name: 'camera-3',
			push_args: 'a=b',
			start_time: `${year}-01-31T17:00:00Z`,
			end_time: `${year}-02-01T18:00:00Z`,
			vod_loop_time: '3',
			vod_refresh_type: 'continue_from_file_start',
			vod_start_video_index: 1,
			vod_start_video_time: 30,
			backup_source_type: 'PullLivePushLive',
			backup_source_urls: ['rtmp://backup.example.com/live/a'],
			callback_events: ['TaskStart', 'TaskExit'],
			callback_url: 'https://n8n.example.com/webhook/x',
		});
		expect(tasks().size).toBe(1);
	});

	test('ends a while after its start, or after now', async () => {
		const endAfter = { after: { amount: 3, unit: 'hours' } };
		const startTime = '={{ $now.plus(2, "hours").toISO() }}';
		await run('create', { ...LIVE, additionalFields: { startTime, endAfter } });
		await run('create', { ...LIVE, additionalFields: { endAfter } });
		const [later = {}, now = {}] = calls('POST').map(({ body = '' }): Record<string, string> =>
			JSON.parse(body),
		);
		const endsAt = ({ end_time = '' }) => Date.parse(end_time);
		expect(endsAt(later) - Date.parse(later.start_time ?? '')).toBe(3 * 3_600_000);
		expect(endsAt(later) - endsAt(now)).toBeGreaterThan(7_000_000);
		expect(endsAt(later) - endsAt(now)).toBeLessThanOrEqual(7_201_000);
	});

	test.each([{ destinationUrl: '' }, { destination: 'domain' }, { sourceUrls: '' }])(
		'is not started by n8n while a needed field is empty: %j',
		async (parameters) => {
			await expect(run('create', { ...LIVE, ...parameters })).rejects.toThrow(/has issues/);
		},
	);

	test.each<[string, Partial<INode>, object]>([
		['a node', {}, { category: 'network', hint: expect.stringContaining('Get Many') }],
		['a tool', { type: `${NODE_TYPE}Tool` }, { message: expect.stringContaining('connection') }],
	])(
		'is sent once when its response is lost, also with Retry On Fail: as %s',
		async (_as, type, expected) => {
			cloud.emulator.faults.add({ mishap: { kind: 'reset' }, carriedOut: true, times: Infinity });
			const retries = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
			const outputs = await run('create', LIVE, { settings: { ...type, ...retries } });
			expect(outputs.flat()).toMatchObject([
				{ outcome: 'error', attempts: 1, retryable: false, ...expected },
			]);
			// n8n runs a tool again whose item has this field.
			expect('error' in (outputs.flat()[0] ?? {})).toBe(!('type' in type));
			expect([calls('POST').length, tasks().size]).toEqual([1, 1]);
		},
	);
});

test('Update sends the fields that were added, and counts its own attempts, not those of the look-up', async () => {
	const sourceUrls = 'https://vod.example.com/3.mp4';
	const updateFields = { sourceUrls, vodLoopTime: -1, vodStartVideoIndex: 0 };
	expect((await run('update', { ...byId('a'), updateFields }))[1]).toMatchObject([{ attempts: 1 }]);
	expect(calls('PUT')).toHaveLength(0);
	addTask({ task_id: 'a', source_type: 'PullVodPushLive' });
	cloud.emulator.faults.add({ method: 'GET', mishap: { kind: 'reset' } });
	cloud.emulator.faults.add({ method: 'PUT', mishap: { kind: 'reset' }, times: 2 });
	expect((await run('update', { ...byId('a'), updateFields }))[0]).toMatchObject([
		{ task_id: 'a', attempts: 3 },
	]);
	expect(JSON.parse(calls('PUT').at(-1)?.body ?? '')).toEqual({
		task_id: 'a',
		source_urls: [sourceUrls],
		vod_loop_time: '-1',
		vod_start_video_index: 0,
	});
});

/** The entries of the task picker. */
const search = async (filter?: string, token?: string) =>
	await searchList(engine, {
		method: 'searchRelayTasks',
		parameters: { resource: 'relayTask', operation: 'delete', options: {} },
		credential: cloud.fields,
		filter,
		token,
	});

describe('the task picker', () => {
	test('shows first what tells tasks apart, and nothing that changes', async () => {
		const task_id = '9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69';
		addTask({ task_id, stream_name: 'camera-3', end_time: '2026-01-31T10:00:00Z' });
		addTask({
			task_id: 'relay-1',
			stream_name: `keynote-${'of-the-year-'.repeat(9)}part-2`,
			status: 'suspend',
		});
		addTask({
			task_id: 'relay-of-the-keynote',
			stream_name: 'keynote',
			source_urls: ['rtmp://pull.example.com/live/keynote?key=1'],
		});
		const nowhere = { app_name: undefined, stream_name: undefined };
		addTask({
			task_id: 'b',
			...nowhere,
			domain: undefined,
			destination_url: 'rtmp://push.example.com/x/opening?key=a/b',
			source_urls: VOD_URLS,
			end_time: undefined,
		});
		addTask({ task_id: 'c', ...nowhere, domain: undefined, source_urls: [] });
		addTask({ task_id: 'd', ...nowhere });
		expect(await search()).toMatchObject({
			results: [
				{
					name: 'camera-3 → push.example.com/live, 9a5f8b1c-6d2e-4f70-8c3b-1e2d3c4b5a69 ← pull.example.com/live/camera-1',
					value: task_id,
				},
				{ name: like(/^keynote-of…ar-part-2 → push.+, relay-1 ← pull/), value: 'relay-1' },
				{ name: 'keynote → push.example.com/live, relay-of-the-keynote ← pull.example.com/live' },
				{ name: '1.mp4 → push.example.com/x, b ← vod.example.com and 1 more', value: 'b' },
				{ name: '→ c ← no source' },
				{ name: 'camera-1 → push.example.com, d ← pull.example.com/live' },
			],
		});
	});

	test('finds a task by each of its names', async () => {
		addTask({ task_id: 'other' });
		addTask({
			task_id: 'the-id',
			app_name: 'event/x',
			stream_name: 'camera-9',
			status: 'suspend',
			source_urls: ['rtmp://pull.example.org/a'],
			domain: 'push.example.org',
		});
		for (const text of ['THE-ID', 'camera-9', 'suspend', 'pull.example.org', 'push.example.org', 'event/']) {
			expect({ text, ...(await search(text)) }).toMatchObject({ text, results: [{ value: 'the-id' }] });
		}
	});

	test('pages, and finds what is on a later page', async () => {
		cloud.addTasks(...Array.from({ length: 250 }, (_, index) => `task-${index}`));
		const first = await search();
		const second = await search('', first.paginationToken ?? '');
		const third = await search('', second.paginationToken ?? '');
		expect([first, second, third].map(({ results }) => results.length)).toEqual([100, 100, 50]);
		const end = await search('', third.paginationToken ?? '');
		expect(end).toEqual({ results: [] });
		expect((await search('task-249')).results).toMatchObject([{ value: 'task-249' }]);
	});
});

/** Tasks of another region than the home region, where a deletion without a region does not look. */
describe('a deletion in another region', () => {
	const SINGAPORE = 'ap-southeast-3';

	beforeEach(() => {
		cloud.emulator.world.addTask(PROJECT_ID, { task_id: 'a', region: SINGAPORE, push_args: 'x' });
	});

	/** The item of a deletion, with the name of its output; and the methods of the calls. */
	async function remove(options: IDataObject | string) {
		const { delivered, hints } = await runOnCloud({
			items: [{ task_id: 'a' }],
			parameters: JSON.parse(JSON.stringify({ options })),
		});
		const output = delivered.findIndex((items) => items.length > 0);
		return {
			output: ['Success', 'Not Found', 'Error'][output],
			item: delivered[output]?.[0],
			hints,
			methods: cloud.emulator.calls.map(({ method }) => method).join(' '),
		};
	}

	const isThere = () => cloud.tasksLeft().includes('a');
	test('a plain deletion says where it looked, near the beginning of the item', async () => {
		const deletion = await remove({});
		expect(deletion).toMatchObject({
			output: 'Not Found',
			item: { deleted: false, hint: like(/home region.+ Confirm/) },
			methods: 'DELETE',
		});
		expect(Object.keys(deletion.item ?? {}).slice(0, 4)).toEqual(['outcome', 'deleted', 'task_id', 'hint']);
	});

	test('what is no region code is an error', async () => {
		for (const region of ['Beijing', '华北', 'cn-north-4,cn-east-3']) {
			expect(await remove({ region })).toMatchObject({
				output: 'Error',
				item: { category: 'validation', attempts: 0, error: like(/Task Region is not a region code/) },
				methods: '',
			});
		}
	});

	test('Confirm finds the task and deletes it where it is', async () => {
		expect(await remove({ verify: true })).toMatchObject({
			output: 'Success',
			item: { deleted: true, region: SINGAPORE, confirmed_by: 'list', attempts: 2 },
			methods: 'DELETE GET DELETE GET',
		});
		expect(isThere()).toBe(false);
	});

	test('Dry Run shows the task, and wins over Confirm', async () => {
		for (const options of [{ dryRun: true }, { dryRun: '={{ "true" }}', verify: true }]) {
			cloud.emulator.calls.length = 0;
			const { output, item, hints, methods } = await remove(options);
			expect([output, methods, hints]).toEqual([
				'Success',
				'GET',
				['Dry run: nothing was deleted. It does not check the permission to delete.'],
			]);
			expect(item).toEqual({
				outcome: 'success',
				deleted: false,
				dry_run: true,
				task_id: 'a',
				request_id: expect.any(String),
				status_code: 200,
				attempts: 1,
				region: SINGAPORE,
				status: 'running',
				domain: 'push.example.com',
				app_name: 'live',
				stream_name: 'camera-1',
			});
		}
		expect(isThere()).toBe(true);
	});

	test('Dry Run marks an item whose other options are invalid, too', async () => {
		for (const options of [{ dryRun: true, timeout: 0 }, '={{ { dryRun: true, region: "?" } }}']) {
			const { output, item } = await remove(options);
			expect([output, item]).toMatchObject(['Error', { deleted: false, dry_run: true, attempts: 0 }]);
		}
		const { output, item } = await remove({ dryRun: '={{ $json.missing }}' });
		expect([output, item]).toMatchObject(['Error', { deleted: false, attempts: 0 }]);
		expect(item).not.toHaveProperty('dry_run');
	});
});
