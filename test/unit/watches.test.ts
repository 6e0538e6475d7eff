import { expect, test } from '@jest/globals';

import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { advance } from '../../nodes/HuaweiCloudLiveTrigger/changes';
import {
	findIn,
	isWatched,
	onlineStreams,
	taskEnds,
	tasks,
	toEntry,
} from '../../nodes/HuaweiCloudLiveTrigger/watches';
import { scriptedClient } from '../support/clients';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function liveWith(body: object): LiveApi {
	const { client, credential } = scriptedClient([{ status: 200, body }]);
	return new LiveApi(client, credential);
}

test.each<[object, 'notFound' | 'error']>([
	[{ task_infos: [], total: 0 }, 'notFound'],
	[{ task_infos: [], total: 3 }, 'error'],
	[{ task_infos: [{ task_id: 'b' }], total: 1 }, 'error'],
	[{ request_id: 'r' }, 'error'],
])('a look-up of a task that gets %j is %s', async (body, kind) => {
	const missing = { task_id: 'a' };
	expect(findIn(await tasks.find(liveWith(body), missing), tasks, missing)).toMatchObject({ kind });
});

test('a stream of another domain does not keep a missing one online', async () => {
	const missing = { domain: 'push.example.com', app_name: 'live', stream_name: 'one' };
	const other = { publish_domain: 'other.example.com', app: 'live', stream: 'one' };
	const page = await onlineStreams.find(liveWith({ streams: [other], total_num: 1 }), missing);
	expect(findIn(page, onlineStreams, missing)).toMatchObject({ kind: 'error' });
});

test('a task past its end stays so when the clock is set back, and is not reported again', () => {
	const entry = toEntry(taskEnds, { task_id: 'a', end_time: '2026-01-31T11:00:00Z' });
	const beforeItsEnd = NOW - 2 * 60 * 60_000;
	expect(isWatched(taskEnds, entry, NOW, undefined)).toBe(true);
	expect(isWatched(taskEnds, entry, beforeItsEnd, undefined)).toBe(false);
	const listed = { entries: [entry], isComplete: true, time: NOW };
	const { nextMemory } = advance(undefined, listed, new Map());
	expect(isWatched(taskEnds, entry, beforeItsEnd, nextMemory)).toBe(true);
});
