import { describe, expect, test } from '@jest/globals';

import { numberedWindowAt } from '../../huawei-cloud/live/list';
import { PROJECT_ID, scriptedClient, SETTINGS } from '../support/clients';

const A = { domain: 'push.example.com', app_name: 'live', stream_name: 'camera 1/2+3' };
const NO_CONTENT = { status: 204 };

describe('the requests', () => {
	test('of a stream are those that are documented', async () => {
		const { streams, transport } = scriptedClient([
			{ status: 400, body: { error_code: 'LIVE.103011018', error_msg: 'exists' } },
			NO_CONTENT,
			NO_CONTENT,
		]);
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

test('a stream that the service lists without a usable name makes the list incomplete', async () => {
	const page = (streams: unknown[]) => ({ status: 200, body: { streams, total_num: 1, request_id: 'r' } });
	const { streams } = scriptedClient([page([{ app: 'live', stream: null }]), page([])]);
	const filter = { domain: A.domain, app_name: undefined, stream_name: undefined };
	expect(await streams.listOnline(filter, undefined, SETTINGS)).toMatchObject({
		kind: 'success',
		entries: [],
		isComplete: false,
	});
});

test.each([
	[
		{ streams: [], total_num: 0 },
		{ kind: 'success', isComplete: true },
	],
	[
		{ streams: null, total_num: '0', request_id: 'r' },
		{ kind: 'success', isComplete: true },
	],
	[
		{ streams: [], total_num: 0, total_page: 0, offset: 0, limit: 100 },
		{ kind: 'success', isComplete: true },
	],
	[
		{ streams: [], request_id: 'r' },
		{ kind: 'success', isComplete: false },
	],
	[
		{ streams: [], total_num: ' ', request_id: 'r' },
		{ kind: 'success', isComplete: false },
	],
	[
		{ streams: [], total_num: -1, request_id: 'r' },
		{ kind: 'success', isComplete: false },
	],
	[
		{ streams: [], total_num: 0, version: '1.2' },
		{ kind: 'success', isComplete: false },
	],
	[{ streams: [] }, { kind: 'error', category: 'endpoint' }],
	[
		{ streams: [], total_num: ' ' },
		{ kind: 'error', category: 'endpoint' },
	],
	[
		{ streams: [], version: '1.2' },
		{ kind: 'error', category: 'endpoint' },
	],
])('a list of none is believed only in the form that is documented: %j', async (body, expected) => {
	const { streams } = scriptedClient([{ status: 200, body }]);
	const filter = { domain: A.domain, app_name: undefined, stream_name: undefined };
	expect(await streams.listOnline(filter, undefined, SETTINGS)).toMatchObject(expected);
});

describe('a numbered page', () => {
	test.each([1, 25, 50])('reads on with an overlap of %i, and holds enough that is new', (overlap) => {
		const ends = Array.from({ length: 20_000 }, (_, index) => 100 + index);
		const wrong = ends.filter((end) => {
			const { start, size } = numberedWindowAt(end, overlap, 100);
			const isPage = Number.isInteger(start / size) && size <= 100;
			return !isPage || start > end - Math.min(overlap, 25) || start + size < end + 36;
		});
		expect(wrong).toEqual([]);
	});

	test('is the first one when nothing was read, and no larger than it may be', () => {
		expect(numberedWindowAt(0, 0, 100)).toEqual({ start: 0, size: 100 });
		expect(numberedWindowAt(0, 0, 3)).toEqual({ start: 0, size: 3 });
	});

	test('is the smallest of those that reach as far', () => {
		expect(numberedWindowAt(11, 1, 20)).toEqual({ start: 10, size: 10 });
	});
});
