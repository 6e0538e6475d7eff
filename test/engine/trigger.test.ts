import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { NodeOperationError, type INodeParameters } from 'n8n-workflow';

import type { ListSettings } from '../../dev/emulator/lists';
import { PROJECT_ID, TOKEN } from '../support/clients';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';
import { answer } from '../support/mishaps';
import { Poller, TRIGGER_TYPE } from '../support/poller';
import { like } from '../support/steps';

eachOnCloud();

const DOMAIN = 'push.example.com';
const PAST = '2026-01-01T00:00:00Z';
const FUTURE = '2099-01-01T00:00:00Z';

const tasks = () => cloud.emulator.world.tasksOf(PROJECT_ID);
const addTask = (task_id: string, fields = {}) =>
	cloud.emulator.world.addTask(PROJECT_ID, { task_id, ...fields });
const push = (stream: string, domain = DOMAIN) =>
	cloud.emulator.world.pushStream(PROJECT_ID, domain, 'live', stream);
const endPush = (stream: string) => {
	const streams = cloud.emulator.world.streamsOf(PROJECT_ID);
	streams.online = streams.online.filter((one) => one.stream !== stream);
};
const locator = (value: unknown): INodeParameters => ({
	domain: { __rl: true, mode: 'name', value: `${value}` },
});

/** A trigger after its first poll, which must not trigger the workflow. */
async function triggerOn(event: string, parameters: INodeParameters = {}): Promise<Poller> {
	const poller = new Poller(engine, { event, ...parameters }, cloud.credentials);
	expect(await poller.poll()).toBeNull();
	return poller;
}

const ALL_EVENTS = ['Created', 'Gone', 'StatusChanged', 'PastEnd'];

/** Triggers on events of relay tasks. A poll of all of them gives the IDs of those that were reported. */
async function triggersOn(names = ALL_EVENTS): Promise<() => Promise<Record<string, unknown[]>>> {
	const pollers = new Map<string, Poller>();
	for (const name of names) {
		const event = `relayTask${name}`;
		pollers.set(event, await triggerOn(event));
	}
	return async () => {
		const reported: Record<string, unknown[]> = {};
		for (const [event, poller] of pollers) {
			const items = await poller.poll();
			if (items) reported[event] = items.map(({ task_id }) => task_id);
		}
		return reported;
	};
}

describe('relay tasks', () => {
	beforeEach(() => {
		addTask('old');
	});

	test('created: the whole task, or the fields that matter to most, once', async () => {
		const poller = await triggerOn('relayTaskCreated');
		const whole = await triggerOn('relayTaskCreated', { simplify: false });
		const task = addTask('new');
		const { create_time: _time, region: _region, ...simplified } = task;
		expect(await poller.poll()).toEqual([{ ...simplified, event: 'relayTaskCreated' }]);
		expect(await poller.poll()).toBeNull();
		expect(await whole.poll()).toEqual([{ ...task, event: 'relayTaskCreated' }]);
	});

	test('gone: what was remembered of it, once', async () => {
		const poller = await triggerOn('relayTaskGone');
		addTask('another');
		expect(await poller.poll()).toBeNull();
		tasks().delete('old');
		tasks().delete('another');
		const gone = {
			event: 'relayTaskGone',
			previous_status: 'running',
			source_type: 'PullLivePushLive',
			domain: DOMAIN,
			app_name: 'live',
			stream_name: 'camera-1',
		};
		expect(await poller.poll()).toEqual([
			{ task_id: 'old', ...gone },
			{ task_id: 'another', ...gone },
		]);
		expect(await poller.poll()).toBeNull();
	});

	test('what n8n stores of a task holds no secret that the service echoes', async () => {
		addTask('echo', { stream_name: `camera-${TOKEN}` });
		expect((await triggerOn('relayTaskGone')).stored).not.toContain(TOKEN);
	});

	test('status changed: the task with the status before', async () => {
		const poller = await triggerOn('relayTaskStatusChanged', { simplify: false });
		addTask('new');
		const task = addTask('old', { status: 'suspend' });
		expect(await poller.poll()).toEqual([
			{ ...task, event: 'relayTaskStatusChanged', previous_status: 'running' },
		]);
		expect(await poller.poll()).toBeNull();
	});

	test('a task whose status is not listed for a while has not changed', async () => {
		const poller = await triggerOn('relayTaskStatusChanged');
		for (const status of [undefined, null, '', {}, 'running']) {
			addTask('old', { status });
			expect(await poller.poll()).toBeNull();
		}
		addTask('old', { status: 2 });
		expect(await poller.poll()).toMatchObject([{ status: 2, previous_status: 'running' }]);
	});

	test('past its end: once for a task and an end time', async () => {
		addTask('ended long ago', { end_time: PAST });
		for (const end_time of [undefined, null, '', '0', '0001-01-01T00:00:00Z', 'soon', 5])
			addTask(`no end: ${end_time}`, { end_time });
		addTask('ends', { end_time: FUTURE });
		const poller = await triggerOn('relayTaskPastEnd', { simplify: false });

		const task = addTask('ends', { end_time: PAST });
		expect(await poller.poll()).toEqual([{ ...task, event: 'relayTaskPastEnd' }]);
		addTask('ends', { end_time: PAST.replace('Z', '.000Z') });
		expect(await poller.poll()).toBeNull();
		addTask('ends', { end_time: '2026-01-02T00:00:00Z' });
		expect(await poller.poll()).toMatchObject([{ task_id: 'ends' }]);
		addTask('ends', { end_time: FUTURE });
		expect(await poller.poll()).toBeNull();
		addTask('ends', { end_time: '2026-01-02T00:00:00Z' });
		expect(await poller.poll()).toMatchObject([{ task_id: 'ends' }]);
	});
});

describe('streams of a domain', () => {
	beforeEach(() => {
		push('old');
		push('elsewhere', 'other.example.com');
	});

	test('online, and offline', async () => {
		const online = await triggerOn('streamOnline', locator(` ${DOMAIN} `));
		const offline = await triggerOn('streamOffline', locator(DOMAIN));
		push('new');
		push('another', 'other.example.com');
		endPush('elsewhere');
		endPush('old');
		const stream = { domain: DOMAIN, app_name: 'live' };
		expect(await online.poll()).toMatchObject([
			{ event: 'streamOnline', ...stream, stream_name: 'new', resolution: '1920x1080' },
		]);
		expect(await offline.poll()).toEqual([{ event: 'streamOffline', ...stream, stream_name: 'old' }]);
		for (const poller of [online, offline]) expect(await poller.poll()).toBeNull();
	});

	test('the domain is picked from a list', async () => {
		const { results } = await searchList(engine, {
			nodeType: TRIGGER_TYPE,
			method: 'searchIngestDomains',
			parameters: { event: 'streamOnline' },
			credential: cloud.fields,
		});
		expect(results.map(({ value }) => value)).toEqual([DOMAIN, 'other.example.com']);
	});

	test('a domain that the project does not have is an error', async () => {
		const parameters = { event: 'streamOnline', ...locator(cloud.fields.iamToken) };
		const poller = new Poller(engine, parameters, cloud.credentials);
		await expect(poller.poll()).rejects.toMatchObject({
			message: 'The project has no such ingest domain.',
			// It doesn't quote the domain: it may be a key in the wrong field.
			description: "Check the Domain and the credential's Project ID.",
		});
	});
});

describe('filters', () => {
	const VOD = 'PullVodPushLive';

	test.each<[string, INodeParameters, string[]]>([
		['relayTaskCreated', { sourceType: VOD }, ['new-vod']],
		['relayTaskCreated', { target: 'CAMERA-1', status: 'Running' }, ['new-live']],
		['relayTaskStatusChanged', { status: 'suspend' }, ['vod']],
		['relayTaskGone', { status: 'paused' }, ['gone-live']],
		['relayTaskPastEnd', { sourceType: VOD, target: 'push' }, ['vod']],
	])('%s with %j', async (event, filters, expected) => {
		const destination_url = 'rtmp://file.example.com/live/1';
		addTask('vod', { source_type: VOD });
		addTask('live');
		addTask('gone-vod', { source_type: VOD, domain: undefined, stream_name: undefined, destination_url });
		addTask('gone-live', { status: 'paused' });
		const poller = await triggerOn(event, { filters });
		addTask('new-vod', { source_type: VOD, stream_name: 'file' });
		addTask('new-live');
		addTask('vod', { status: 'suspend', end_time: PAST, source_type: VOD });
		addTask('live', { status: 'failed', end_time: PAST });
		tasks().delete('gone-vod');
		tasks().delete('gone-live');
		expect(((await poller.poll()) ?? []).map(({ task_id }) => task_id)).toEqual(expected);
		expect(await poller.poll()).toBeNull();
	});

	test('apply to events, not to what is compared', async () => {
		addTask('task');
		const poller = await triggerOn('relayTaskCreated', { filters: { target: 'renamed' } });
		addTask('task', { stream_name: 'renamed' });
		expect(await poller.poll()).toBeNull();
		poller.node.parameters.filters = {};
		addTask('new');
		expect(await poller.poll()).toMatchObject([{ task_id: 'new' }]);
	});

	test('of streams', async () => {
		push('a');
		push('b');
		const filters = { appName: 'live', streamName: 'b' };
		const poller = await triggerOn('streamOffline', { ...locator(DOMAIN), filters });
		endPush('a');
		expect(await poller.poll()).toBeNull();
		endPush('b');
		expect(await poller.poll()).toMatchObject([{ stream_name: 'b' }]);
	});
});

describe('lists that lack entries', () => {
	/** Lists of one task only, but no look-ups. */
	const cutLists = () => {
		cloud.emulator.onCall = ({ url }) => {
			cloud.emulator.lists = url.includes('task_id') ? {} : { mostPerPage: 1, ignoresOffset: true };
		};
	};

	test('what is missing is looked up: it is gone only if that says so, and is not new when it is back', async () => {
		for (const id of ['a', 'b', 'c']) addTask(id);
		const all = await triggersOn();
		cutLists();
		expect(await all()).toEqual({});
		tasks().delete('c');
		addTask('b', { status: 'suspend' });
		expect(await all()).toEqual({ relayTaskGone: ['c'], relayTaskStatusChanged: ['b'] });
		cloud.emulator.onCall = () => undefined;
		cloud.emulator.lists = {};
		expect(await all()).toEqual({});
		addTask('c');
		expect(await all()).toEqual({ relayTaskCreated: ['c'] });
	});

	test('at most a hundred are looked up in a poll, and the others in the next ones', async () => {
		for (let index = 0; index < 250; index++) addTask(`${index}`);
		const gone = await triggerOn('relayTaskGone');
		for (let index = 0; index < 250; index += 2) tasks().delete(`${index}`);
		cutLists();
		const reported: number[] = [];
		for (let polls = 0; polls < 3; polls++) {
			const before = cloud.emulator.calls.length;
			reported.push((await gone.poll())?.length ?? 0);
			expect(cloud.emulator.calls.length - before).toBeLessThan(110);
		}
		expect(reported.reduce((sum, count) => sum + count)).toBe(125);
	});

	test('one empty list is no event', async () => {
		for (const id of ['a', 'b']) addTask(id);
		const all = await triggersOn();
		const body = { task_infos: [], total: 0, request_id: 'r' };
		cloud.emulator.onCall = ({ url }) => {
			if (url.includes('task_id')) return;
			cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 200, body } });
		};
		expect(await all()).toEqual({});
		cloud.emulator.onCall = () => undefined;
		expect(await all()).toEqual({});
	});
});

/** Puts a task in front of all others. */
function addInFront(id: string, fields = {}): void {
	const rest = [...tasks()];
	tasks().clear();
	addTask(id, fields);
	for (const [other, task] of rest) tasks().set(other, task);
}

describe('ten thousand tasks and more', () => {
	const MANY = 10_000;

	/** A service that lists no more than it documents. */
	function cutAt10000() {
		cloud.emulator.onCall = ({ url }) => {
			const offset = Number(/offset=(\d+)/.exec(url)?.[1] ?? 0);
			if (offset + 100 > MANY) cloud.emulator.faults.add({ mishap: answer(400, 'LIVE.100011001') });
		};
	}

	test('what only moved beyond the last page that can be read is no event', async () => {
		for (let index = 0; index < MANY + 5; index++) addTask(`${index}`, { create_time: PAST });
		cutAt10000();
		const both = await triggersOn(['Created', 'Gone']);
		tasks().delete('7');
		expect(await both()).toEqual({ relayTaskGone: ['7'] });
		addInFront('in front', { create_time: FUTURE });
		expect(await both()).toEqual({ relayTaskCreated: ['in front'] });
	});

	test('ten thousand are remembered in less than 2.5 MB', async () => {
		for (let index = 0; index < MANY; index++)
			addTask(`${index}`.padStart(64, 'x'), { status: 'PULL_SOURCE_INTERRUPT', end_time: PAST });
		const { stored } = await triggerOn('relayTaskPastEnd');
		expect(stored).toContain('9999');
		expect(Buffer.byteLength(stored)).toBeLessThan(2_500_000);
	});

	test('each creation among a thousand tasks is reported, with a dozen requests a poll', async () => {
		for (let index = 0; index < 1000; index++) addTask(`${index}`);
		let created = 0;
		// Once in a poll, while the pages are read, in front of what was read already.
		cloud.emulator.onCall = ({ url }) => {
			if (url.includes('offset=495')) addInFront(`new ${created++}`);
		};
		const poller = await triggerOn('relayTaskCreated');
		const reported: unknown[] = [];
		for (let polls = 0; polls < 3; polls++) {
			const before = cloud.emulator.calls.length;
			reported.push(...((await poller.poll()) ?? []).map(({ task_id }) => task_id));
			expect(cloud.emulator.calls.length - before).toBeLessThanOrEqual(13);
		}
		expect(reported).toEqual(['new 0', 'new 1', 'new 2']);
	});
});

describe('what is not known', () => {
	const PAGE = { kind: 'answer', status: 200, body: '<p>' } as const;

	test.each<[string, () => unknown, ListSettings]>([
		['one task has no ID', () => tasks().set('odd', { ...addTask('c'), task_id: '' }), {}],
		[
			'one task is on two pages',
			() => {
				const others = [...tasks()];
				tasks().clear();
				tasks().set('twice', addTask('c'));
				tasks().delete('c');
				for (const [id, task] of others) tasks().set(id, task);
			},
			{ mostPerPage: 2 },
		],
		['the total is one too high on small pages', () => undefined, { total: 'oneMore', mostPerPage: 2 }],
	])('all events work when %s, from the first poll on', async (_name, stray, lists) => {
		for (const id of ['a', 'b', 'c']) addTask(id, { end_time: FUTURE });
		stray();
		cloud.emulator.lists = lists;
		const all = await triggersOn();
		addTask('a', { status: 'suspend', end_time: new Date().toISOString().replace(/\.\d+/, '') });
		tasks().delete('b');
		addTask('d', { end_time: FUTURE });
		expect(await all()).toEqual({
			relayTaskCreated: ['d'],
			relayTaskGone: ['b'],
			relayTaskStatusChanged: ['a'],
			relayTaskPastEnd: ['a'],
		});
		tasks().delete('a');
		expect(await all()).toEqual({ relayTaskGone: ['a'] });
		expect(await all()).toEqual({});
	});

	test.each([
		['rejects', () => cloud.user.actions.clear(), /^The credential is valid but/],
		['answers with a page', () => cloud.emulator.faults.add({ mishap: PAGE, times: Infinity }), /./],
	])('a poll that Huawei Cloud %s is an error, and changes nothing', async (_name, breakIt, message) => {
		addTask('old');
		const poller = await triggerOn('relayTaskGone');
		const { stored } = poller;
		const actions = [...cloud.user.actions];
		tasks().delete('old');
		breakIt();
		const error: unknown = await poller.poll().catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: like(message), description: like(/\w+\. .*status_code: \d/) });
		expect(JSON.stringify(error)).not.toContain(TOKEN);
		expect(poller.stored).toBe(stored);

		cloud.emulator.faults.clear();
		for (const action of actions) cloud.user.actions.add(action);
		expect(await poller.poll()).toMatchObject([{ task_id: 'old' }]);
	});

	test('a list that a later poll has overtaken is not believed', async () => {
		const old = addTask('old');
		const poller = await triggerOn('relayTaskGone');
		const later = new Poller(engine, { event: 'relayTaskGone' }, cloud.credentials);
		addTask('new');
		await later.poll();

		const workflow = poller.load();
		jest.spyOn(cloud.emulator.world, 'tasksOf').mockImplementation(() => {
			Object.assign(
				workflow.getStaticData('node', poller.node),
				later.load().getStaticData('node', later.node),
			);
			return new Map([['old', old]]);
		});
		expect(await poller.poll('trigger', workflow)).toBeNull();
		expect(poller.stored).toBe(later.stored);
	});
});

test('what is remembered and cannot be read is as if nothing were: the next poll remembers, and reports nothing', async () => {
	push('a');
	const poller = await triggerOn('streamOnline', locator(DOMAIN));
	const stored: Record<string, Record<string, unknown>> = JSON.parse(poller.stored);
	const [key = ''] = Object.keys(stored);
	for (const corrupt of [{ format: 2 }, { remembered: ['live'] }, { since: null }]) {
		poller.stored = JSON.stringify({ [key]: { ...stored[key], ...corrupt } });
		push('b');
		expect(await poller.poll()).toBeNull();
		push('c');
		expect(await poller.poll()).toMatchObject([{ stream_name: 'c' }]);
		for (const stream of ['b', 'c']) endPush(stream);
	}
});

describe('a change of what is watched starts anew', () => {
	test.each<[string, (poller: Poller) => void]>([
		['the event', ({ node }) => (node.parameters.event = 'relayTaskCreated')],
		['the domain', ({ node }) => Object.assign(node.parameters, locator('other.example.com'))],
		[
			'the project',
			(poller) => {
				const project = { id: 'another', name: 'cn-north-4' };
				cloud.user.projects.push(project);
				cloud.emulator.world.addDomain(project.id, DOMAIN);
				cloud.emulator.world.pushStream(project.id, DOMAIN, 'live', 'c');
				const { value } = cloud.emulator.world.addToken(cloud.user, project.id);
				poller.credentials = {
					'Huawei Cloud API': { ...cloud.fields, projectId: project.id, iamToken: value },
				};
			},
		],
	])('%s', async (_name, change) => {
		addTask('task');
		push('a');
		push('b', 'other.example.com');
		const poller = await triggerOn('streamOnline', locator(DOMAIN));
		change(poller);
		expect(await poller.poll()).toBeNull();
	});
});

describe('by hand', () => {
	test.each<[string, INodeParameters, object]>([
		['relayTaskCreated', {}, { task_id: 'running', source_type: 'PullLivePushLive' }],
		['relayTaskGone', {}, { task_id: 'running', previous_status: 'running' }],
		['relayTaskStatusChanged', {}, { task_id: 'running', status: 'running', previous_status: 'running' }],
		// A workflow that deletes these items must not get a task that still runs.
		['relayTaskPastEnd', {}, { task_id: 'ended' }],
		['streamOnline', {}, { stream_name: 'a', resolution: '1920x1080' }],
		['streamOffline', {}, { domain: DOMAIN, app_name: 'live', stream_name: 'a' }],
		['relayTaskCreated', { sourceType: 'PullVodPushLive' }, { task_id: 'files' }],
		['relayTaskGone', { target: 'camera-7' }, { task_id: 'files', stream_name: 'Camera-7' }],
		['streamOnline', { streamName: 'b' }, { stream_name: 'b' }],
	])('%s with %j: a sample that says so, and nothing is remembered', async (event, filters, sample) => {
		addTask('running', { end_time: FUTURE });
		addTask('ended', { end_time: PAST });
		addTask('files', { source_type: 'PullVodPushLive', stream_name: 'Camera-7' });
		push('a');
		push('b');
		const poller = new Poller(engine, { event, filters, ...locator(DOMAIN) }, cloud.credentials);
		expect(await poller.poll('manual')).toMatchObject([{ event, is_sample: true, ...sample }]);
		expect(poller.stored).toBe('{}');
	});

	test('nothing to make a sample of is an error that says so', async () => {
		addTask('running', { end_time: FUTURE });
		const poller = new Poller(engine, { event: 'relayTaskPastEnd' }, cloud.credentials);
		await expect(poller.poll('manual')).rejects.toThrow(/^No relay tasks past their end time match/);
	});
});

describe('what cannot be polled', () => {
	test.each([
		['an event that does not exist', { event: 'relayTaskStarted' }, 'The node does not have this event.'],
		[
			'a domain of an expression that returns nothing',
			{ event: 'streamOnline', domain: { __rl: true, mode: 'name', value: '={{ undefined }}' } },
			'The Domain is empty.',
		],
		[
			'a filter whose expression returns nothing',
			{ event: 'relayTaskGone', filters: { target: '={{ undefined }}' } },
			'Target Contains in Filters is empty, or its expression returns nothing.',
		],
		[
			'a filter for several streams',
			{ event: 'streamOnline', ...locator(DOMAIN), filters: { streamName: 'camera-*' } },
			'The Stream Name contains *, and Huawei Cloud has no wildcards.',
		],
	])('%s', async (_name, parameters: INodeParameters, message) => {
		const poller = new Poller(engine, parameters, cloud.credentials);
		await expect(poller.poll()).rejects.toMatchObject({ name: 'NodeOperationError', message });
		expect(poller.stored).toBe('{}');
	});

	test('a poll that takes too long ends, and loses nothing', async () => {
		const poller = await triggerOn('relayTaskCreated');
		const { stored } = poller;
		addTask('new');
		const limit = new AbortController();
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
		cloud.emulator.onCall = () => limit.abort();
		await expect(poller.poll()).rejects.toMatchObject({
			message: 'The poll was stopped because reading the list of relay tasks took too long.',
		});
		expect(timeout).toHaveBeenCalledWith(240_000);
		expect(poller.stored).toBe(stored);
		jest.restoreAllMocks();
		cloud.emulator.onCall = () => undefined;
		expect(await poller.poll()).toMatchObject([{ task_id: 'new' }]);
	});
});
