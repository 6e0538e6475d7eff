import { expect, test } from '@jest/globals';

import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { firstMemory } from '../../nodes/HuaweiCloudLiveTrigger/changes';
import { taskEnds, tasks } from '../../nodes/HuaweiCloudLiveTrigger/watches';
import { scriptedClient } from '../support/clients';

/** Lists and look-ups of the trigger. */

const NOW = Date.parse('2026-01-31T12:00:00Z');

function liveWith(body: object): LiveApi {
	const { client, credential } = scriptedClient([{ status: 200, body }]);
	return new LiveApi(client, credential);
}

test.each<[object, 'absent' | 'unknown']>([
	[{ task_infos: [], total: 0 }, 'absent'],
	[{ task_infos: [], total: 3 }, 'unknown'],
	[{ task_infos: [{ task_id: 'b' }], total: 1 }, 'unknown'],
	[{ request_id: 'r' }, 'unknown'],
])('a look-up that gets %j says that the task is %s', async (body, answer) => {
	expect(await tasks.lookUp(liveWith(body), 'a', { domain: '', now: NOW })).toBe(answer);
});

test('a task past its end stays so when the clock is set back, and is not reported again', async () => {
	const task_infos = [{ task_id: 'a', end_time: '2026-01-31T11:00:00Z' }];
	const listAt = async (now: number, before?: ReturnType<typeof firstMemory>) => {
		const live = liveWith({ task_infos, total: 1 });
		const listed = await taskEnds.list(live, { domain: '', now, before });
		return listed.kind === 'success' ? listed.entries : [];
	};
	const entries = await listAt(NOW);
	expect(entries).toHaveLength(1);
	const beforeIt = NOW - 2 * 60 * 60_000;
	expect(await listAt(beforeIt)).toEqual([]);
	const memory = firstMemory({ entries, isComplete: true, time: NOW });
	expect(await listAt(beforeIt, memory)).toEqual(entries);
});
