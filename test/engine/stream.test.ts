import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Mishap } from '../../dev/emulator/faults';
import type { ListSettings } from '../../dev/emulator/lists';
import { PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, engine, runOnCloud } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';
import { answer } from '../support/mishaps';
import type { NodeRunOptions } from '../support/nodeRun';

eachOnCloud();

const DOMAIN = 'push.example.com';
const A = { domain: DOMAIN, app_name: 'live', stream_name: 'a' };
const byName = (value: string) => ({ __rl: true, mode: 'name', value });
const MAPPED = {
	resource: 'stream',
	domain: byName('={{ $json.domain }}'),
	appName: '={{ $json.app_name }}',
	streamName: '={{ $json.stream_name }}',
};

/** Runs an operation for input items that name streams. */
async function run(
	operation: string,
	items: IDataObject[] = [A],
	parameters: IDataObject = {},
	options: Partial<NodeRunOptions> = {},
) {
	const all: INodeParameters = JSON.parse(JSON.stringify({ ...MAPPED, operation, ...parameters }));
	return await runOnCloud({ items, parameters: all, ...options });
}

/** Lists the streams of a domain, and returns the items on each output. */
async function list(operation: string, parameters: IDataObject = {}) {
	const filter = { domain: byName(DOMAIN), appName: '', streamName: '' };
	return (await run(operation, [{}], { ...filter, ...parameters })).delivered;
}

const push = (stream: string, app = 'live') =>
	cloud.emulator.world.pushStream(PROJECT_ID, DOMAIN, app, stream);
const streams = () => cloud.emulator.world.streamsOf(PROJECT_ID);
const calls = (method: string) => cloud.emulator.calls.filter((call) => call.method === method);
const bodies = (method: string) => calls(method).map(({ body }) => JSON.parse(body));
const namesOf = (items: IDataObject[] = []) => items.map(({ stream_name }) => stream_name);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `camera-${index}`);
const DAY_MS = 24 * 60 * 60 * 1000;

describe('a stream', () => {
	beforeEach(() => {
		push('a');
		push('b');
	});

	test.each(['fields', 'userFields', 'keyFields'] as const)(
		'goes off air, is listed as forbidden, and may come back when it is resumed, with %s',
		async (method) => {
			const fields: Record<string, string> = {
				fields: cloud.fields,
				userFields: cloud.userFields,
				keyFields: cloud.keyFields(),
			}[method];
			const options = { credentials: { 'Huawei Cloud API': fields } };
			const [online = []] = (await run('getAll', [A], { streamName: '' }, options)).delivered;
			expect(namesOf(online)).toEqual(['a', 'b']);

			// The items of a list are what the other operations need.
			const forbidden = await run('forbid', online.slice(0, 1), {}, options);
			expect(forbidden.delivered).toEqual([
				[
					{
						outcome: 'success',
						...A,
						resume_time: expect.any(String),
						request_id: expect.any(String),
						status_code: 204,
						attempts: 1,
					},
				],
				[],
				[],
				[],
			]);
			expect(namesOf((await list('getAll'))[0])).toEqual(['b']);
			const [listed = []] = await list('getAllForbidden');
			expect(listed).toEqual([{ outcome: 'success', ...A, resume_time: expect.any(String) }]);
			expect(push('a')).toBe(false);

			expect((await run('resume', listed, {}, options)).delivered[0]).toMatchObject([
				{ outcome: 'success', ...A, status_code: 204 },
			]);
			expect(push('a')).toBe(true);
			expect(await list('getAllForbidden')).toEqual([[], [], [], []]);
		},
	);

	test.each(['摄像机 1/🎥', "a+b %41 100% a&b=c a'b(c)"])('may be called %s', async (stream_name) => {
		push(stream_name, stream_name);
		const item = { ...A, app_name: stream_name, stream_name };
		const [found = []] = (await run('getAll', [item])).delivered;
		expect(found).toMatchObject([item]);
		expect((await run('disconnect', found)).delivered[0]).toMatchObject([item]);
		expect((await run('getAll', [item])).delivered[0]).toEqual([]);
		expect((await run('forbid', found)).delivered[0]).toMatchObject([item]);
		expect((await run('getAllForbidden', [item])).delivered[0]).toMatchObject([item]);
		expect((await run('resume', [item])).delivered[0]).toMatchObject([item]);
		expect(push(stream_name, stream_name)).toBe(true);
	});
});

/** Times are sent in whole seconds. */
function expectSetSince(before: number, time: number): void {
	expect(time).toBeGreaterThan(before - 1000);
	expect(time).toBeLessThanOrEqual(Date.now() + 1000);
}

describe('Disconnect', () => {
	test.each<[name: string, output: number, attempts: number, item: object, mishap: Mishap | undefined]>([
		['is done when Huawei Cloud says so', 0, 1, { ...A, outcome: 'success', status_code: 204 }, undefined],
		[
			'is in doubt, and not sent again, when a response was lost',
			2,
			1,
			{
				outcome: 'error',
				hint: expect.stringMatching(/may have been disconnected anyway: check with Get Many/),
			},
			{ kind: 'reset' },
		],
		[
			'is Not Found when Huawei Cloud says that there is no such thing',
			1,
			1,
			{ ...A, outcome: 'notFound', hint: expect.stringMatching(/the domain, or the stream/) },
			answer(400, 'LIVE.103011019'),
		],
	])('%s', async (_name, output, attempts, item, mishap) => {
		push('a');
		push('b');
		if (mishap) cloud.emulator.faults.add({ method: 'POST', carriedOut: output === 2, mishap });
		expect((await run('disconnect')).delivered[output]).toMatchObject([{ ...item, attempts }]);
		expect(calls('POST')).toHaveLength(attempts);
		if (output === 0) expect(streams()).toMatchObject({ online: [{ stream: 'b' }], bans: [] });
		expect(push('a')).toBe(true);
	});
});

describe('Forbid', () => {
	beforeEach(() => {
		push('a');
	});

	test.each([
		['={{ $now.plus({ hours: 2 }).toISO() }}', 2 / 24],
		['={{ $now.plus({ days: 90 }) }}', 90],
		[{ after: { amount: '={{ 90 }}', unit: 'days' } }, 90],
		[undefined, 7],
	])('is until %j, and its item says when that is', async (given, days) => {
		const before = Date.now();
		const options = typeof given === 'string' ? { resumeTime: given } : given && { resumeAfter: given };
		const [success] = (await run('forbid', [A], { options: { ...options } })).delivered;
		const [{ resume_time = '', ...names }] = bodies('POST');
		expect(names).toEqual(A);
		expect(success).toMatchObject([{ outcome: 'success', ...A, resume_time }]);
		expect(resume_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		expectSetSince(before, Date.parse(resume_time) - days * DAY_MS);
	});

	test.each<[INodeParameters, string]>([
		[{ resumeTime: '={{ $now.minus(1, "minute") }}' }, 'not in the future'],
		[{ resumeTime: '={{ $now.plus({ days: 90, minutes: 1 }) }}' }, 'more than 90 days'],
		[{ resumeTime: '={{ $json.typo }}' }, 'Resume Time in Options is empty'],
		[{ resumeTime: '={{ 3600 }}' }, 'not a date and time'],
		[{ resumeAfter: { after: { amount: 91, unit: 'days' } } }, 'The Resume After is more than 90 days'],
		[
			{ resumeTime: '={{ $now.plus(1, "hour") }}', resumeAfter: { after: { amount: 1, unit: 'hours' } } },
			'Both Resume Time and Resume After are set.',
		],
	])('until %j is rejected', async (options, message) => {
		const [, , error] = (await run('forbid', [A], { options })).delivered;
		expect(error).toMatchObject([
			{ ...A, category: 'validation', attempts: 0, error: expect.stringContaining(message) },
		]);
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('of a stream that is forbidden already changes its resume time', async () => {
		await run('forbid');
		const resumeTime = '={{ $now.plus(1, "hour") }}';
		const [success] = (await run('forbid', [A], { options: { resumeTime } })).delivered;
		expect(success).toMatchObject([{ ...A, outcome: 'success', status_code: 204, attempts: 2 }]);
		expect(bodies('PUT')).toEqual([bodies('POST')[1]]);
		expect(streams().bans).toMatchObject([bodies('PUT')[0]]);
	});

	test('of a domain that does not exist is Not Found', async () => {
		const item = { ...A, domain: 'other.example.com' };
		expect((await run('forbid', [item])).delivered[1]).toMatchObject([
			{ outcome: 'notFound', ...item, error_code: 'LIVE.103011019' },
		]);
	});
});

describe('Resume', () => {
	test('of what is not forbidden is Not Found when the service says so', async () => {
		push('a');
		expect((await run('resume')).delivered[1]).toMatchObject([{ outcome: 'notFound', ...A }]);
	});
});

describe.each(['disconnect', 'forbid', 'resume'])('%s', (operation) => {
	test('rejects names that are none', async () => {
		const wrong: Array<[field: string, value: unknown, message: string]> = [
			['domain', undefined, 'Domain is empty'],
			['app_name', '', 'App Name is empty'],
			['app_name', ['live'], 'App Name is not text'],
			['stream_name', '\ud83c', 'invalid character'],
			['stream_name', 'x'.repeat(513), 'longer than 512'],
			['stream_name', 'a*', 'no wildcards'],
			['app_name', '*', 'no wildcards'],
			['domain', '*.example.com', 'no wildcards'],
		];
		const items = wrong.map(([field, value]) => JSON.parse(JSON.stringify({ ...A, [field]: value })));
		const [, , errors] = (await run(operation, items)).delivered;
		expect(errors).toMatchObject(
			wrong.map(([field, value, message]) => ({
				...{ ...A, [field]: value ?? null, category: 'validation', attempts: 0 },
				error: expect.stringContaining(message),
			})),
		);
		expect(cloud.emulator.calls).toEqual([]);
	});

	test('names the permission that is missing', async () => {
		cloud.user.actions.clear();
		const action = {
			disconnect: 'createStreamForbiddenOnce',
			forbid: 'createStreamForbidden',
			resume: 'deleteStreamForbidden',
		}[operation];
		expect((await run(operation)).delivered[2]).toMatchObject([
			{ category: 'permission', hint: expect.stringContaining(`live:stream:${action}.`) },
		]);
	});
});

describe('the lists', () => {
	const many = (count: number) => {
		cloud.emulator.world.addDomain(PROJECT_ID, DOMAIN);
		for (const name of numbered(count)) {
			push(name);
			streams().bans.push({ ...A, stream_name: name, resume_time: '2999-01-01T00:00:00Z' });
		}
	};

	describe.each(['getAll', 'getAllForbidden'])('%s', (operation) => {
		test.each<[ListSettings, number]>([
			[{}, 250],
			[{ total: 'page' }, 101],
			[{ empty: 'absent' }, 0],
		])('returns all streams once, by a service with %j, when there are %i', async (lists, count) => {
			many(count);
			cloud.emulator.lists = lists;
			const [success, ...others] = await list(operation, { returnAll: true });
			expect(others).toEqual([[], [], []]);
			expect(namesOf(success)).toEqual(numbered(count));
		});

		test('returns 50 unless told otherwise', async () => {
			many(60);
			expect(namesOf((await list(operation))[0])).toEqual(numbered(50));
			expect(namesOf((await list(operation, { limit: 3 }))[0])).toEqual(numbered(3));
		});

		test('says beside the output that it may not be whole', async () => {
			many(250);
			cloud.emulator.lists = { ignoresOffset: true };
			const { hints } = await run(operation, [A], { returnAll: true, appName: '', streamName: '' });
			expect(hints).toEqual([expect.stringContaining('may be incomplete')]);
		});

		test('narrows by app and stream, alone or together', async () => {
			for (const app of ['live', 'event']) {
				for (const name of ['a', 'b']) {
					push(name, app);
					streams().bans.push({
						domain: DOMAIN,
						app_name: app,
						stream_name: name,
						resume_time: '2999-01-01T00:00:00Z',
					});
				}
			}
			const found = async (names: IDataObject) =>
				(await list(operation, names))[0]?.map(({ app_name, stream_name }) => `${app_name}/${stream_name}`);
			expect(await found({ appName: 'event' })).toEqual(['event/a', 'event/b']);
			expect(await found({ streamName: 'a' })).toEqual(['live/a', 'event/a']);
			expect(await found({ appName: 'live', streamName: 'b' })).toEqual(['live/b']);
		});

		test('of a domain that does not exist is Not Found, not a list without streams', async () => {
			expect((await run(operation)).delivered[1]).toMatchObject([{ outcome: 'notFound', ...A }]);
		});

		test('rejects an app from an expression that gives nothing', async () => {
			for (const app_name of [null, ' ']) {
				expect((await run(operation, [{ ...A, app_name }], { streamName: '' })).delivered[2]).toMatchObject([
					{ category: 'validation', error: expect.stringContaining('App Name') },
				]);
			}
			expect(cloud.emulator.calls).toEqual([]);
		});

		test('names the permission that is missing', async () => {
			cloud.user.actions.clear();
			const action = operation === 'getAll' ? 'listLiveStreamsOnline' : 'listStreamForbidden';
			expect((await list(operation))[2]).toMatchObject([
				{ domain: DOMAIN, category: 'permission', hint: expect.stringContaining(`live:stream:${action}`) },
			]);
		});
	});

	test('simplify what is online, or not, and begin with what names it', async () => {
		push('a');
		expect(Object.keys((await list('getAll'))[0]?.[0] ?? {}).slice(0, 4)).toEqual([
			'outcome',
			...Object.keys(A),
		]);
		expect((await list('getAll'))[0]).toEqual([
			{
				outcome: 'success',
				...A,
				start_time: expect.any(String),
				resolution: '1920x1080',
				video_bitrate: 2500,
				audio_bitrate: 128,
				client_ip: '192.0.2.7',
			},
		]);
		expect((await list('getAll', { simplify: false }))[0]).toMatchObject([{ ...A, ...streams().online[0] }]);
	});
});

describe('the domain picker', () => {
	const search = async (filter?: string) =>
		await searchList(engine, {
			method: 'searchIngestDomains',
			parameters: { resource: 'stream', operation: 'forbid' },
			credential: cloud.fields,
			filter,
		});

	test('shows ingest domains, and finds them by a part of their name', async () => {
		const { world } = cloud.emulator;
		world.addDomain(PROJECT_ID, 'push.example.com');
		world.addDomain(PROJECT_ID, 'off.example.org', { status: 'off' });
		world.addDomain(PROJECT_ID, 'play.example.com', { domain_type: 'pull' });
		expect(await search()).toEqual({
			results: [
				{ name: 'push.example.com', value: 'push.example.com' },
				{ name: 'off.example.org, off', value: 'off.example.org' },
			],
		});
		expect((await search(' EXAMPLE.COM')).results).toMatchObject([{ value: 'push.example.com' }]);
	});

	test('throws what n8n shows in full when listing is not allowed', async () => {
		cloud.user.actions.clear();
		await expect(search()).rejects.toMatchObject({
			name: 'NodeApiError',
			httpCode: '401',
			description: expect.stringContaining('live:domain:getDomains'),
		});
	});
});
