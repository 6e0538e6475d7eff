import { expect, test } from '@jest/globals';

import { Emulator } from '../../dev/emulator/emulator';
import type { Mishap } from '../../dev/emulator/faults';
import { cloud, eachOnCloud, engine, runOnCloud } from '../support/eachOnCloud';
import { searchList } from '../support/listSearch';

/** An endpoint that is not Huawei Cloud, or has been taken over. */

eachOnCloud();

const json = { 'content-type': 'application/json' };

async function run(taskIds: string[], options = {}, parameters = {}) {
	return await runOnCloud({
		items: taskIds.map((task_id) => ({ task_id })),
		parameters: { options: { maxRetries: 0, ...options }, ...parameters },
	});
}

test('a redirect is not followed, and the credential stays', async () => {
	const elsewhere = await Emulator.start();
	const headers = { location: `${elsewhere.url}/a` };
	for (const status of [301, 302, 303, 307, 308]) {
		cloud.emulator.faults.add({ mishap: { kind: 'answer', status, headers } });
		const { delivered } = await run(['a']);
		expect(delivered[2]).toMatchObject([{ outcome: 'error', category: 'endpoint', status_code: status }]);
	}
	expect(elsewhere.calls).toEqual([]);
	await elsewhere.close();
});

const GIANT = { ...json, 'x-giant': 'x'.repeat(1 << 20) };

test.each<[string, Mishap, string]>([
	['giant headers', { kind: 'answer', status: 200, headers: GIANT, body: '{"task_id":"a"}' }, 'headers'],
	['a body without end', { kind: 'flood' }, 'larger than any'],
])('%s: the exchange ends, and nothing else', async (_name, mishap, error) => {
	cloud.addTasks('a', 'b');
	cloud.emulator.faults.add({ taskId: 'a', mishap });
	const { delivered } = await run(['a', 'b'], { maxConcurrency: 1 });
	expect(delivered).toMatchObject([
		[{ task_id: 'b', deleted: true }],
		[],
		[
			{
				task_id: 'a',
				category: 'endpoint',
				deleted: null,
				status_code: null,
				error: expect.stringContaining(error),
			},
		],
		[],
	]);
});

test('keys that mean something to JavaScript or n8n change no object, neither ours nor that of others', async () => {
	const body = `{"total":1,"request_id":"r","__proto__":{"polluted":1},"task_infos":[{"task_id":"a",
		"__proto__":{"deleted":true,"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x",
		"status":{"toString":"x","valueOf":1},"source_urls":[{"toString":1}],
		"outcome":"notFound","$error":null,"$json":1}]}`;
	const mishap = { kind: 'answer', status: 200, headers: json, body } as const;
	cloud.emulator.faults.add({ times: Infinity, mishap });
	const all = { operation: 'getAll', returnAll: true, simplify: false };
	const { outputs, delivered } = await run(['any'], {}, all);
	expect(delivered[0]).toMatchObject([{ outcome: 'success', task_id: 'a' }]);
	expect(outputs[0]?.[0]?.json.deleted).toBeUndefined();
	const search = { method: 'searchRelayTasks', parameters: {}, credential: cloud.fields, filter: 'a' };
	expect((await searchList(engine, search)).results).toMatchObject([{ value: 'a' }]);
	expect(Reflect.has({}, 'polluted')).toBe(false);
	expect(`${String({})}`).toBe('[object Object]');
});

test('what acts on a terminal or a browser, or on memory, does nothing in messages, codes and hints', async () => {
	const evil = '\u001b]0;title\u0007\u001b[2J\u009b1A\r\n\u202e<img src=x onerror=alert(1)>\u0000';
	const detail = { error_detail: 'x'.repeat(500_000), request_id: evil };
	const body = { error_code: `LIVE.${evil}`, error_msg: evil, ...detail };
	cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 400, body } });
	const { delivered, hints } = await run(['a']);
	expect(delivered[2]).toMatchObject([{ error_msg: ']0;title[2J1A <img src=x onerror=alert(1)>' }]);
	const texts = [...Object.values(delivered[2]?.[0] ?? {}), ...hints].map(String);
	expect(texts.filter((text) => /[\p{Cc}\u202e]/u.test(text) || text.length > 5000)).toEqual([]);
	// n8n shows fields as text. Hints are HTML.
	expect(hints.join()).not.toContain('<img');
});

test('what a list says of a task fills no item of a deletion: an execution keeps thousands', async () => {
	const giant = 'x'.repeat(500_000);
	const task = { task_id: 'a', region: giant, status: giant, stream_name: [giant], source_type: giant };
	const body = { total: 1, request_id: 'r', task_infos: [task] };
	cloud.addTasks('a');
	cloud.emulator.faults.add({
		method: 'GET',
		times: Infinity,
		mishap: { kind: 'answer', status: 200, headers: json, body },
	});
	const region = 'cn-north-4';
	const deletion = await run(['a'], { dryRun: true, region });
	const update = await run(['a'], {}, { operation: 'update', updateFields: { status: 'pause' } });
	const wrongRegion = await run(['b'], { verify: true, region });
	const runs = [deletion, update, wrongRegion];
	expect(runs.map(({ delivered }) => delivered.flat().length)).toEqual([1, 1, 1]);
	for (const { delivered, hints } of runs)
		expect(JSON.stringify([delivered, hints]).length).toBeLessThan(20_000);
});

test.each(['success', 'notFound', 'error', 'kind', 'items', 'failure'])(
	'a token that is a word of our own, "%s", loses no item',
	async (word) => {
		const { faults } = cloud.emulator;
		const token = { expires_at: new Date(Date.now() + 3_600_000).toISOString() };
		const headers = { ...json, 'x-subject-token': word };
		faults.add({ path: '/v3/', mishap: { kind: 'answer', status: 201, headers, body: { token } } });
		const error = { error_code: 'LIVE.100011001' };
		const answers = { a: [200, { task_id: 'a' }], b: [404, error], c: [400, error] } as const;
		for (const [taskId, [status, body]] of Object.entries(answers))
			faults.add({ taskId, mishap: { kind: 'answer', status, body } });
		const { delivered } = await runOnCloud({
			credentials: { 'Huawei Cloud API': cloud.userFields },
			items: Object.keys(answers).map((task_id) => ({ task_id })),
		});
		expect(delivered).toMatchObject([[{ task_id: 'a' }], [{ task_id: 'b' }], [{ task_id: 'c' }], []]);
	},
);
