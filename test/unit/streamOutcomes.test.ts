import { describe, expect, test } from '@jest/globals';

import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { StreamFilter, Streams } from '../../huawei-cloud/live/streams';
import { PROJECT_ID, scriptedClient, SETTINGS } from '../support/clients';
import type { Step } from '../support/scriptedTransport';
import { FORBIDDEN, GONE, INVALID, like, LOST, NO_CONTENT, ok, rejected } from '../support/steps';

/** The outcome of each call about streams, response by response. */

const A = { domain: 'push.example.com', app_name: 'live', stream_name: 'one' };
const EXISTS = rejected(400, 'LIVE.103011018');
const ONCE = { ...SETTINGS, maxRetries: 0 };

const MAY_BE_FORBIDDEN = /^The stream may be forbidden anyway: check with Get Many Forbidden\. ./;

describe('to forbid a stream', () => {
	const forbid = async (script: readonly Step[], settings = ONCE) => {
		const { streams, transport } = scriptedClient(script);
		const outcome = await streams.forbid({ ...A }, '2026-01-31T18:00:00Z', settings);
		return { outcome, methods: transport.requests.map(({ method }) => method).join(' ') };
	};

	test('takes one call', async () => {
		const { outcome, methods } = await forbid([NO_CONTENT]);
		expect(outcome).toMatchObject({ kind: 'success', attempts: 1, statusCode: 204 });
		expect(outcome).not.toHaveProperty('hint');
		expect(methods).toBe('POST');
	});

	test.each<[string, Step]>([
		['another status', { status: 200 }],
		['a body', { status: 204, body: {} }],
		['a page', { status: 204, body: '<html>' }],
	])('has not worked, as far as is known, when the response has %s', async (_name, step) => {
		const { outcome } = await forbid([step]);
		expect(outcome).toMatchObject({ kind: 'error', mayHaveHappened: true, hint: like(MAY_BE_FORBIDDEN) });
	});

	test('of a domain that does not exist is "not found"', async () => {
		const outcome = { kind: 'notFound', hint: like(/Check the domain/) };
		expect(await forbid([GONE])).toMatchObject({ outcome, methods: 'POST' });
	});

	test('that is forbidden already changes its resume time, and counts both calls', async () => {
		const { outcome, methods } = await forbid([EXISTS, NO_CONTENT]);
		expect(outcome).toMatchObject({ kind: 'success', attempts: 2, statusCode: 204 });
		expect(outcome).not.toHaveProperty('hint');
		expect(methods).toBe('POST PUT');
	});

	test('that is forbidden already says so when the resume time cannot be changed', async () => {
		const { outcome } = await forbid([EXISTS, FORBIDDEN]);
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'permission',
			attempts: 2,
			hint: like(/^The stream is already forbidden, but its resume time.+updateStreamForbidden/),
		});
		expect((await forbid([EXISTS, INVALID])).outcome).toMatchObject({
			hint: like(/already.+Check the domain/),
		});
	});

	test('that is forbidden already and then is not says what was said first', async () => {
		const { outcome } = await forbid([EXISTS, GONE]);
		expect(outcome).toMatchObject({
			kind: 'error',
			errorCode: 'LIVE.103011018',
			mayHaveHappened: false,
			attempts: 2,
			hint: like(/^The stream is already forbidden.+check with Get Many Forbidden/),
		});
	});

	test('is repeated after a lost response', async () => {
		const { outcome, methods } = await forbid([LOST, EXISTS, LOST, NO_CONTENT], SETTINGS);
		expect(outcome).toMatchObject({ kind: 'success', attempts: 4 });
		expect(methods).toBe('POST POST PUT PUT');
	});
});

describe('to resume a stream', () => {
	const resume = async (...script: Step[]) => await scriptedClient(script).streams.resume(A, ONCE);

	test('takes one call', async () => {
		expect(await resume(NO_CONTENT)).toMatchObject({ kind: 'success', statusCode: 204 });
	});

	test('may have worked when the response was lost, or is not the service’s', async () => {
		for (const step of [LOST, { status: 200, body: {} }]) {
			expect(await resume(step)).toMatchObject({
				mayHaveHappened: true,
				hint: like(/^The stream may be resumed anyway: check with Get Many Forbidden\. ./),
			});
		}
	});

	const NONE = ok({ blocks: [], total: 0 });

	test.each<[string, Step, object]>([
		['is not listed', NONE, { kind: 'success', confirmedBy: 'not_found_after_retry', attempts: 2 }],
		['is of no domain', GONE, { kind: 'success', confirmedBy: 'not_found_after_retry' }],
		['may not be looked up', FORBIDDEN, { kind: 'success', confirmedBy: 'not_found_after_retry' }],
		[
			'is still listed',
			ok({ blocks: [{ app_name: 'live', stream_name: 'one' }], total: 1 }),
			{ kind: 'error', mayHaveHappened: true, message: like(/still lists/), hint: like(/resumed anyway/) },
		],
		[
			'cannot be looked up',
			INVALID,
			{ kind: 'error', mayHaveHappened: true, message: like(/be confirmed/), hint: like(/resumed anyway/) },
		],
		[
			'may be in a list that is not complete',
			ok({ blocks: [], request_id: 'r' }),
			{ kind: 'error', mayHaveHappened: true, message: like(/forbidden streams could not be read/) },
		],
	])('that is "not found" after a lost response, and %s', async (_name, look, expected) => {
		const { streams, transport } = scriptedClient([LOST, GONE, look]);
		expect(await streams.resume(A, { ...SETTINGS, maxRetries: 1 })).toMatchObject(expected);
		expect(transport.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
	});
});

const ONLINE = [
	{ app: 'live', stream: 'one', publish_domain: 'other.example.com', bitrate: 1 },
	{ app: 'live', stream: 'two' },
	{ app: 'vod', stream: 'one', domain: 'not.this', app_name: 'not this' },
];
const BANS = [
	{ app_name: 'live', stream_name: 'one', resume_time: 't' },
	{ app_name: 'live', stream_name: 'two', domain: 'other.example.com' },
	{ app_name: 'vod', stream_name: 7 },
];

describe.each([
	['online', { streams: ONLINE, total_num: 3, total_page: 1, offset: 0, limit: 100 }],
	['forbidden', { blocks: BANS, total: 3 }],
] as const)('the list of streams that are %s', (which, body) => {
	const list = async (script: readonly Step[], filter: Partial<StreamFilter> = {}, limit?: number) => {
		const { streams, transport } = scriptedClient(script);
		const all = { domain: A.domain, app_name: undefined, stream_name: undefined, ...filter };
		const outcome =
			which === 'online'
				? await streams.listOnline(all, limit, ONCE)
				: await streams.listForbidden(all, limit, ONCE);
		const names =
			outcome.kind === 'success' ? outcome.entries.map((s) => `${s.app_name}/${s.stream_name}`) : [];
		return { outcome, names: names.join(' '), requests: transport.requests };
	};
	const PAGE: Step = { status: 200, body: { ...body, request_id: 'r' } };

	test('has all of the domain', async () => {
		const { names, outcome } = await list([PAGE]);
		expect(names).toBe(which === 'online' ? 'live/one live/two vod/one' : 'live/one live/two vod/7');
		expect(outcome).toMatchObject({ kind: 'success', isComplete: true });
	});

	test('has those of an app, or with a name, whatever the service returns', async () => {
		expect((await list([PAGE], { app_name: 'live' })).names).toBe('live/one live/two');
		expect((await list([PAGE], { app_name: 'live', stream_name: 'two' })).names).toBe('live/two');
		expect((await list([PAGE], { stream_name: 'two' })).names).toBe('live/two');
	});

	test('has no more than the limit', async () => {
		const { names, requests } = await list([PAGE], {}, 2);
		expect(names).toBe('live/one live/two');
		expect(requests).toHaveLength(1);
	});

	test('of a domain that does not exist is "not found"', async () => {
		expect((await list([GONE])).outcome).toMatchObject({ kind: 'notFound' });
	});

	test('counts a stream without one of its names', async () => {
		const [name, named] =
			which === 'online' ? ['streams', ['app', 'stream']] : ['blocks', ['app_name', 'stream_name']];
		for (const only of named) {
			const nameless: Step = { status: 200, body: { [name]: [{ [only]: 'a' }], request_id: 'r' } };
			const end: Step = { status: 200, body: { [name]: [], request_id: 'r' } };
			expect((await list([nameless, end])).outcome).toMatchObject({
				kind: 'success',
				entries: [],
				isComplete: false,
			});
		}
	});
});

test('a list of none is complete with the fields that are documented', async () => {
	const body = { streams: [], total_num: 0, total_page: 0, offset: 0, limit: 100 };
	const { streams } = scriptedClient([{ status: 200, body }]);
	const filter = { ...A, app_name: undefined, stream_name: undefined };
	expect(await streams.listOnline(filter, undefined, ONCE)).toMatchObject({ entries: [], isComplete: true });
});

test('a stream has its own names first, and all other fields of the service', async () => {
	const { streams } = scriptedClient([{ status: 200, body: { streams: ONLINE, total_num: 3 } }]);
	const outcome = await streams.listOnline({ ...A, app_name: undefined }, undefined, ONCE);
	const [first, second] = outcome.kind === 'success' ? outcome.entries : [];
	expect(JSON.stringify(first)).toMatch(
		/^\{"domain":"other.example.com","app_name":"live","stream_name":"one",/,
	);
	expect(first).toEqual({
		domain: 'other.example.com',
		app_name: 'live',
		stream_name: 'one',
		...ONLINE[0],
	});
	expect(second).toEqual({
		domain: A.domain,
		app_name: 'vod',
		stream_name: 'one',
		app: 'vod',
		stream: 'one',
	});
});

test.each<[string, (streams: Streams) => Promise<Outcome>, RegExp]>([
	['disconnect', async (streams) => await streams.disconnect(A, ONCE), /a stream that is not online/],
	['forbid', async (streams) => await streams.forbid(A, '2026-01-31T18:00:00Z', ONCE), /the resume time/],
	['resume', async (streams) => await streams.resume(A, ONCE), /a stream that is not forbidden/],
	['list those online', async (streams) => await streams.listOnline(A, 1, ONCE), /if they were given/],
	['list those forbidden', async (streams) => await streams.listForbidden(A, 1, ONCE), /if they were given/],
])('to %s says what to check when it is rejected as invalid', async (_name, call, hint) => {
	const outcome = await call(scriptedClient([INVALID]).streams);
	expect(outcome).toMatchObject({ kind: 'error', category: 'validation', hint: like(hint) });
	expect(outcome).toMatchObject({ hint: like(/^Check the domain, .+ Huawei Cloud says: "bad"\.$/) });
});

describe('the requests', () => {
	const A = { domain: 'push.example.com', app_name: 'live', stream_name: 'camera 1/2+3' };

	test('of a stream are those that are documented', async () => {
		const { streams, transport } = scriptedClient([EXISTS, NO_CONTENT, NO_CONTENT]);
		await streams.forbid({ ...A }, '2026-01-31T18:00:00Z', SETTINGS);
		await streams.resume(A, SETTINGS);
		const path = `/v1/${PROJECT_ID}/stream/blocks`;
		const later = JSON.stringify({ ...A, resume_time: '2026-01-31T18:00:00Z' });
		expect(transport.requests).toMatchObject([
			{ method: 'POST', path, body: later },
			{ method: 'PUT', path, body: later },
			{
				method: 'DELETE',
				path: `${path}?domain=push.example.com&app_name=live&stream_name=camera%201%2F2%2B3`,
			},
		]);
		expect(transport.requests.at(-1)?.body).toBeUndefined();
	});

	test('of lists name a stream only beside its app, where the API wants it so', async () => {
		const { streams, transport } = scriptedClient([
			{ status: 200, body: { streams: [], total_num: 0, request_id: 'r' } },
			{ status: 200, body: { streams: [], total_num: 0, request_id: 'r' } },
			{ status: 200, body: { blocks: [], total: 0 } },
		]);
		await streams.listOnline({ ...A, app_name: undefined }, undefined, SETTINGS);
		await streams.listOnline(A, undefined, SETTINGS);
		await streams.listForbidden({ ...A, app_name: undefined }, undefined, SETTINGS);
		const domain = 'push.example.com';
		const stream = 'camera%201%2F2%2B3';
		expect(transport.requests.map(({ path }) => path.replace(`/v1/${PROJECT_ID}/`, ''))).toEqual([
			`realtime/streams?publish_domain=${domain}&offset=0&limit=100`,
			`realtime/streams?publish_domain=${domain}&app=live&stream=${stream}&offset=0&limit=100`,
			`stream/blocks?domain=${domain}&stream_name=${stream}&page=0&size=100`,
		]);
	});
});
