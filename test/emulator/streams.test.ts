import { beforeEach, describe, expect, test } from '@jest/globals';

import { call, eachOnEmulator, emulator, pass, PROJECT } from '../support/emulatedService';

/** The streams of the emulator by itself, called with fetch, as far as the conformance suite does not ask about them. */

const DOMAIN = 'push.example.com';

eachOnEmulator();

beforeEach(() => {
	push('a');
});

const push = (stream: string, app = 'live') => emulator.world.pushStream(PROJECT.id, DOMAIN, app, stream);

const A = { domain: DOMAIN, app_name: 'live', stream_name: 'a' };
const LIVE = `/v1/${PROJECT.id}`;
const ONCE = `${LIVE}/stream/block-once`;
const BANS = `${LIVE}/stream/blocks`;
const ONLINE = `${LIVE}/realtime/streams?publish_domain=${DOMAIN}`;
const bans = async () => (await call('GET', `${BANS}?domain=${DOMAIN}`)).json;
const illegal = { status: 400, json: { error_code: 'LIVE.100011001', error_msg: 'Request Illegal' } };
const notFound = { status: 400, json: { error_code: 'LIVE.103011019' } };

test('online streams are listed in pages, of a domain, of an app, or one of them', async () => {
	push('b');
	push('a', 'other');
	const page = await call('GET', `${ONLINE}&offset=1&limit=1`);
	expect(page.json).toMatchObject({
		total_num: 3,
		streams: [{ publish_domain: DOMAIN, app: 'live', stream: 'b' }],
	});
	expect((await call('GET', `${ONLINE}&app=live`)).json).toMatchObject({ total_num: 2 });
	expect((await call('GET', `${ONLINE}&app=other&stream=a`)).json).toMatchObject({ total_num: 1 });
});

test('a stream that is disconnected goes offline, and may come back at once; it need not be online', async () => {
	for (const _again of [1, 2]) {
		expect(await call('POST', ONCE, A)).toMatchObject({ status: 204, text: '' });
		expect((await call('GET', ONLINE)).json).toMatchObject({ total_num: 0 });
	}
	expect(push('a')).toBe(true);
	expect(await call('POST', ONCE, { ...A, domain: 'other.example.com' })).toMatchObject(notFound);
	expect(await call('POST', ONCE, { ...A, stream_name: '*' })).toMatchObject(illegal);
});

describe('a stream that is forbidden', () => {
	test('may come back after its resume time, which is in 7 days unless it is given or changed', async () => {
		await call('POST', BANS, A);
		expect(await bans()).toMatchObject({ blocks: [{ resume_time: '2026-01-08T00:00:00Z' }] });
		const changed = await call('PUT', BANS, { ...A, resume_time: '2026-01-01T00:00:01Z' });
		expect(changed).toMatchObject({ status: 204, text: '' });
		expect(push('a')).toBe(false);
		pass(1000);
		expect(await bans()).toMatchObject({ total: 0, blocks: [] });
		expect(push('a')).toBe(true);
	});

	test.each([
		{ resume_time: '2026-01-01T00:00:00Z' },
		{ resume_time: '2026-04-01T00:00:01Z' },
		{ resume_time: 'tomorrow' },
		{ stream_name: '*' },
		{ app_name: undefined },
		{ stream_name: 'x'.repeat(513) },
	])('is illegal with %j', async (fields) => {
		expect(await call('POST', BANS, { ...A, ...fields })).toMatchObject(illegal);
		expect(await call('PUT', BANS, { ...A, ...fields })).toMatchObject(illegal);
	});

	test('may be so for 90 days, and need not be online', async () => {
		const body = { ...A, stream_name: '摄像机/1', resume_time: '2026-04-01T00:00:00Z' };
		expect(await call('POST', BANS, body)).toMatchObject({ status: 204 });
	});

	test('is one of a list whose pages are numbered from 0', async () => {
		for (const stream_name of ['a', 'b', 'c']) await call('POST', BANS, { ...A, stream_name });
		const page = await call('GET', `${BANS}?domain=${DOMAIN}&page=1&size=2`);
		expect(page.json).toMatchObject({ total: 3, blocks: [{ stream_name: 'c' }] });
	});
});
