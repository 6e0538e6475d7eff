import { describe, expect, test } from '@jest/globals';

import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { StreamFilter, Streams } from '../../huawei-cloud/live/streams';
import { PROJECT_ID, scriptedClient, SETTINGS } from '../support/clients';
import type { Step } from '../support/scriptedTransport';
import { FORBIDDEN, GONE, INVALID, like, LOST, NO_CONTENT, ok, rejected } from '../support/steps';

const A = { domain: 'push.example.com', app_name: 'live', stream_name: 'one' };
const EXISTS = rejected(400, 'LIVE.103011018');
const ONCE = { ...SETTINGS, maxRetries: 0 };

const MAY_BE_FORBIDDEN = /^The stream may have been blocked anyway: check with Get Many Forbidden\. ./;

describe('to forbid a stream', () => {
	const forbid = async (script: readonly Step[], settings = ONCE) => {
		const { streams, transport } = scriptedClient(script);
		const outcome = await streams.forbid({ ...A }, '2026-01-31T18:00:00Z', settings);
		const { requests } = transport;
		// Each of them names the stream and the time.
		expect(new Set(requests.map(({ path, body }) => `${path} ${body}`))).toEqual(
			new Set([
				`/v1/${PROJECT_ID}/stream/blocks ${JSON.stringify({ ...A, resume_time: '2026-01-31T18:00:00Z' })}`,
			]),
		);
		return { outcome, methods: requests.map(({ method }) => method).join(' ') };
	};

	const DONE = { kind: 'success', statusCode: 204 };
	const MAYBE = { kind: 'error', mayHaveHappened: true, hint: like(MAY_BE_FORBIDDEN) };
	const NO = { kind: 'error', mayHaveHappened: false, attempts: 2 };
	const IS_FORBIDDEN = /^The stream is already forbidden, but its resume time.+updateStreamForbidden/;
	const IS_INVALID = like(/already.+Check the domain/);
	const RUN_AGAIN = /^The stream is already forbidden.+ If it is not listed there, run this again\.$/;
	test.each<[string, Step[], object, string]>([
		['works', [NO_CONTENT], { ...DONE, attempts: 1 }, 'POST'],
		['finds no domain', [GONE], { kind: 'notFound', hint: like(/Check the domain/) }, 'POST'],
		['is not the first', [EXISTS, NO_CONTENT], { ...DONE, attempts: 2 }, 'POST PUT'],
		['gets another status', [{ status: 200 }], MAYBE, 'POST'],
		['gets a body', [{ status: 204, body: {} }], MAYBE, 'POST'],
		['gets a page', [{ status: 204, body: '<html>' }], MAYBE, 'POST'],
		[
			'is not the first, and may not change the time',
			[EXISTS, FORBIDDEN],
			{ ...NO, category: 'permission', hint: like(IS_FORBIDDEN) },
			'POST PUT',
		],
		['is not the first, and invalid', [EXISTS, INVALID], { hint: IS_INVALID }, 'POST PUT'],
		[
			'is the first after all',
			[EXISTS, GONE],
			{ ...NO, statusCode: 404, retryable: true, hint: like(RUN_AGAIN) },
			'POST PUT',
		],
	])('that %s takes as few calls as it needs', async (_name, script, outcome, methods) => {
		expect(await forbid(script)).toMatchObject({ outcome, methods });
	});

	test('is repeated after a lost response', async () => {
		const { outcome, methods } = await forbid([LOST, EXISTS, LOST, NO_CONTENT], SETTINGS);
		expect(outcome).toMatchObject({ kind: 'success', attempts: 4 });
		expect(methods).toBe('POST POST PUT PUT');
	});
});

describe('to resume a stream', () => {
	const resume = async (...script: Step[]) => await scriptedClient(script).streams.resume(A, ONCE);

	test('may have worked when the response was lost, or is not the service’s', async () => {
		for (const step of [LOST, { status: 200, body: {} }]) {
			expect(await resume(step)).toMatchObject({
				mayHaveHappened: true,
				hint: like(/^The stream may have been unblocked anyway: check with Get Many Forbidden\. ./),
			});
		}
	});

	const NONE = ok({ blocks: [], total: 0 });
	const CONFIRMED = { kind: 'success', confirmedBy: 'not_found_after_retry', attempts: 2 };
	const LISTED = ok({ blocks: [{ app_name: 'live', stream_name: 'one' }], total: 1 });
	const elsewhere = { app_name: 'live', stream_name: 'one', domain: 'other.example.com' };
	const OTHER = ok({ blocks: [elsewhere], total: 1 });
	const UNCLEAR = like(/doesn't clearly say whether its list of forbidden streams contains/);
	const maybe = (message: unknown) => ({ kind: 'error', mayHaveHappened: true, message });
	const HINT = { hint: like(/unblocked anyway/) };

	test.each<[string, Step, object]>([
		['is not listed', NONE, CONFIRMED],
		['is of no domain', GONE, CONFIRMED],
		['may not be looked up', FORBIDDEN, CONFIRMED],
		['is still listed', LISTED, { ...maybe(like(/still lists/)), ...HINT }],
		['cannot be looked up', INVALID, { ...maybe(like(/be confirmed/)), ...HINT }],
		['may be listed, though no total says so', ok({ blocks: [], request_id: 'r' }), maybe(UNCLEAR)],
		['may be among those that a service lists instead', OTHER, maybe(UNCLEAR)],
	])('that is "not found" after a lost response, and %s', async (_name, look, expected) => {
		const { streams, transport } = scriptedClient([LOST, GONE, look]);
		expect(await streams.resume(A, { ...SETTINGS, maxRetries: 1 })).toMatchObject(expected);
		expect(transport.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
	});
});

const ONLINE = [
	{ app: 'live', stream: 'one', publish_domain: 'PUSH.example.com', bitrate: 1 },
	{ app: 'live', stream: 'two', publish_domain: 'other.example.com' },
	{ app: 'live', stream: 'two' },
	{ app: 'vod', stream: 'two', domain: 'not.this', app_name: 'not this' },
];
const BANS = [
	{ app_name: 'live', stream_name: 'one', resume_time: 't' },
	{ app_name: 'live', stream_name: 'two', domain: 'push.example.com' },
	{ app_name: 'live', stream_name: 'one', domain: 'other.example.com' },
	{ app_name: 'vod', stream_name: 'two' },
];
const ALL = { domain: A.domain, app_name: undefined, stream_name: undefined };

describe.each([
	['online', { streams: ONLINE, total_num: 4, total_page: 1, offset: 0, limit: 100 }],
	['forbidden', { blocks: BANS, total: 4 }],
] as const)('the list of streams that are %s', (which, body) => {
	const list = async (script: readonly Step[], filter: Partial<StreamFilter> = {}) => {
		const { streams } = scriptedClient(script);
		const all = { ...ALL, ...filter };
		return which === 'online'
			? await streams.listOnline(all, undefined, ONCE)
			: await streams.listForbidden(all, undefined, ONCE);
	};

	test.each<[Partial<StreamFilter>, string[]]>([
		[{}, ['live/one', 'live/two', 'vod/two']],
		[{ app_name: 'live' }, ['live/one', 'live/two']],
		[{ stream_name: 'two' }, ['live/two', 'vod/two']],
		[{ app_name: 'live', stream_name: 'two' }, ['live/two']],
	])('has those with %j, whatever the service returns', async (filter, names) => {
		const outcome = await list([ok({ ...body, request_id: 'r' })], filter);
		expect(outcome).toMatchObject({ kind: 'success', isComplete: true });
		const entries = outcome.kind === 'success' ? outcome.entries : [];
		expect(entries.map(({ app_name, stream_name }) => `${app_name}/${stream_name}`)).toEqual(names);
	});

	test('counts a stream without one of its names', async () => {
		const [name, named] =
			which === 'online' ? ['streams', ['app', 'stream']] : ['blocks', ['app_name', 'stream_name']];
		for (const only of named) {
			const script = [[{ [only]: 'a' }], []].map((entries) => ok({ [name]: entries, request_id: 'r' }));
			expect(await list(script)).toMatchObject({ kind: 'success', entries: [], isComplete: false });
		}
	});
});

test('a stream has its own names first, and all other fields of the service', async () => {
	const { streams } = scriptedClient([ok({ streams: ONLINE, total_num: 3 })]);
	const outcome = await streams.listOnline(ALL, undefined, ONCE);
	const [first, , third] = outcome.kind === 'success' ? outcome.entries : [];
	expect(JSON.stringify(first)).toMatch(
		/^\{"domain":"PUSH.example.com","app_name":"live","stream_name":"one",/,
	);
	expect(first).toMatchObject(ONLINE[0] ?? {});
	expect(third).toEqual({ domain: A.domain, app_name: 'vod', stream_name: 'two', app: 'vod', stream: 'two' });
});

test.each<[string, (streams: Streams) => Promise<Outcome>, RegExp]>([
	['disconnect', async (streams) => await streams.disconnect(A, ONCE), /a stream that is not online/],
	['forbid', async (streams) => await streams.forbid(A, '2026-01-31T18:00:00Z', ONCE), /the resume time/],
	['resume', async (streams) => await streams.resume(A, ONCE), /a stream that is not forbidden/],
	['list those online', async (streams) => await streams.listOnline(A, 1, ONCE), /if you set them/],
	['list those forbidden', async (streams) => await streams.listForbidden(A, 1, ONCE), /if you set them/],
])('to %s says what to check when it is rejected as invalid', async (_name, call, hint) => {
	const outcome = await call(scriptedClient([INVALID]).streams);
	expect(outcome).toMatchObject({ kind: 'error', category: 'validation', hint: like(hint) });
	expect(outcome).toMatchObject({ hint: like(/^Check the domain, .+ Huawei Cloud says: "bad"\.$/) });
});

test('lists name a stream only beside its app, where the API wants it so', async () => {
	const { streams, transport } = scriptedClient([ok({ total: 0, total_num: 0, request_id: 'r' })]);
	const only = { ...ALL, stream_name: 'camera 1/2+3' };
	await streams.listOnline(only, undefined, SETTINGS);
	await streams.listOnline({ ...only, app_name: 'live' }, undefined, SETTINGS);
	await streams.listForbidden(only, undefined, SETTINGS);
	const [domain, stream] = ['push.example.com', 'camera%201%2F2%2B3'];
	expect(transport.requests.map(({ path }) => path.replace(`/v1/${PROJECT_ID}/`, ''))).toEqual([
		`realtime/streams?publish_domain=${domain}&offset=0&limit=100`,
		`realtime/streams?publish_domain=${domain}&app=live&stream=${stream}&offset=0&limit=100`,
		`stream/blocks?domain=${domain}&stream_name=${stream}&page=0&size=100`,
	]);
});
