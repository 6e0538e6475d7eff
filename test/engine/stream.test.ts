import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { Mishap } from '../../dev/emulator/faults';
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

const push = (stream: string) => cloud.emulator.world.pushStream(PROJECT_ID, DOMAIN, 'live', stream);
const streams = () => cloud.emulator.world.streamsOf(PROJECT_ID);
const calls = (method: string) => cloud.emulator.calls.filter((call) => call.method === method);
const namesOf = (items: IDataObject[] = []) => items.map(({ stream_name }) => stream_name);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `camera-${index}`);
const DAY_MS = 24 * 60 * 60 * 1000;

test.each([
	['fields', 'a'],
	['userFields', '摄像机 1/🎥'],
	['keyFields', "a+b %41 100% a&b=c a'b(c)"],
] as const)(
	'with %s, the stream %s goes off air, is listed as forbidden, and may come back when it is resumed',
	async (method, stream_name) => {
		const fields: Record<string, string> = {
			fields: cloud.fields,
			userFields: cloud.userFields,
			keyFields: cloud.keyFields(),
		}[method];
		const options = { credentials: { 'Huawei Cloud API': fields } };
		const stream = { ...A, app_name: stream_name, stream_name };
		const push = (name: string) => cloud.emulator.world.pushStream(PROJECT_ID, DOMAIN, name, name);
		push(stream_name);
		push('other');
		const [online = []] = (await run('getAll', [stream], {}, options)).delivered;
		expect(online).toMatchObject([stream]);

		// The items of a list are what the other operations need.
		expect((await run('disconnect', online, {}, options)).delivered[0]).toMatchObject([
			{ outcome: 'success', ...stream, status_code: 204, attempts: 1 },
		]);
		expect(streams()).toMatchObject({ online: [{ stream: 'other' }], bans: [] });
		expect(push(stream_name)).toBe(true);
		const forbidden = await run('forbid', online, {}, options);
		const summary = { outcome: 'success', request_id: expect.any(String), status_code: 204, attempts: 1 };
		const item = { ...stream, resume_time: expect.any(String) };
		expect(forbidden.delivered).toEqual([[{ ...item, ...summary }], [], [], []]);
		expect(namesOf((await list('getAll'))[0])).toEqual(['other']);
		const [listed = []] = (await run('getAllForbidden', [stream], {}, options)).delivered;
		expect(listed).toEqual([{ outcome: 'success', ...item }]);
		expect(push(stream_name)).toBe(false);

		const resume = async () => (await run('resume', [stream], {}, options)).delivered;
		expect(await resume()).toMatchObject([[{ outcome: 'success', ...stream, status_code: 204 }], [], [], []]);
		expect(push(stream_name)).toBe(true);
		expect(await list('getAllForbidden')).toEqual([[], [], [], []]);
		expect(await resume()).toMatchObject([[], [{ outcome: 'notFound', ...stream }], [], []]);
	},
);

test.each<[string, number, Mishap, RegExp]>([
	['lost', 2, { kind: 'reset' }, /may have been disconnected anyway: check with Get Many/],
	['"not found"', 1, answer(400, 'LIVE.103011019'), /the domain, or the stream/],
])('Disconnect is sent once when its response is %s', async (_name, output, mishap, hint) => {
	push('a');
	cloud.emulator.faults.add({ method: 'POST', carriedOut: output === 2, mishap });
	expect((await run('disconnect')).delivered[output]).toMatchObject([
		{ ...A, attempts: 1, hint: expect.stringMatching(hint) },
	]);
	expect(calls('POST')).toHaveLength(1);
});

describe('Forbid', () => {
	beforeEach(() => {
		push('a');
	});

	test.each([
		['={{ $now.plus({ hours: 2 }).toISO() }}', 2 / 24],
		['={{ $now.plus({ days: 90 }) }}', 90],
		['={{ $now.plus({ days: 90, seconds: 50 }) }}', 90],
		[{ after: { amount: '={{ 90 }}', unit: 'days' } }, 90],
		[undefined, 7],
	])('is until %j, and its item says when that is', async (given, days) => {
		const before = Date.now();
		const options = typeof given === 'string' ? { resumeTime: given } : given && { resumeAfter: given };
		const [success] = (await run('forbid', [A], { options: { ...options } })).delivered;
		const { resume_time = '', ...names } = JSON.parse(calls('POST')[0]?.body ?? '');
		expect(names).toEqual(A);
		expect(success).toMatchObject([{ outcome: 'success', ...A, resume_time }]);
		expect(resume_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		// In whole seconds.
		const setAt = Date.parse(resume_time) - days * DAY_MS;
		expect(setAt).toBeGreaterThan(before - 1000);
		expect(setAt).toBeLessThanOrEqual(Date.now() + 1000);
	});

	test.each<[INodeParameters, string]>([
		[{ resumeTime: '={{ $now.minus(1, "minute") }}' }, 'not in the future'],
		[{ resumeTime: '={{ $now.plus({ days: 90, minutes: 2 }) }}' }, 'more than 90 days'],
		[{ resumeTime: '={{ $json.typo }}' }, 'Resume Time in Options is empty'],
		[{ resumeTime: '={{ 3600 }}' }, 'not a date and time'],
		// n8n doesn't evaluate an expression there.
		[{ resumeAfter: { after: '={{ { amount: 2, unit: "hours" } }}' } }, 'amount in Resume After must be'],
		[{ resumeAfter: { after: '={{ $json.typo }}' } }, 'amount in Resume After must be'],
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
});

test.each(['disconnect', 'forbid', 'resume'])('%s rejects names that are none', async (operation) => {
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

test.each([
	['disconnect', 'createStreamForbiddenOnce.'],
	['forbid', 'createStreamForbidden.'],
	['resume', 'deleteStreamForbidden.'],
	['getAll', 'listLiveStreamsOnline'],
	['getAllForbidden', 'listStreamForbidden'],
])('%s names the permission that is missing', async (operation, action) => {
	cloud.user.actions.clear();
	expect((await run(operation)).delivered[2]).toMatchObject([
		{ domain: DOMAIN, category: 'permission', hint: expect.stringContaining(`live:stream:${action}`) },
	]);
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
		test('returns 50 unless told otherwise', async () => {
			many(250);
			for (const [parameters, count] of [
				[{}, 50],
				[{ limit: 3 }, 3],
				[{ returnAll: true }, 250],
			] as const) {
				expect(namesOf((await list(operation, parameters))[0])).toEqual(numbered(count));
			}
		});

		test('says beside the output that it may not be whole', async () => {
			many(250);
			cloud.emulator.lists = { ignoresOffset: true };
			const { hints } = await run(operation, [A], { returnAll: true, appName: '', streamName: '' });
			expect(hints).toEqual([expect.stringContaining('may be incomplete')]);
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
	});

	test('simplify what is online, or not, and begin with what names it', async () => {
		push('a');
		const [[simple = {}] = []] = await list('getAll');
		expect(Object.keys(simple).slice(0, 4)).toEqual(['outcome', ...Object.keys(A)]);
		expect(simple).toEqual({
			outcome: 'success',
			...A,
			start_time: expect.any(String),
			resolution: '1920x1080',
			video_bitrate: 2500,
			audio_bitrate: 128,
			client_ip: '192.0.2.7',
		});
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
