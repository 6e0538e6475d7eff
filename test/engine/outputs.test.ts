import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { Fault, Mishap } from '../../dev/emulator/faults';
import { TOKEN } from '../support/clients';
import { controlTime } from '../support/controlledTime';
import { cloud, eachOnCloud, runOnCloud } from '../support/eachOnCloud';
import { mostConnections } from '../support/flavor';
import { answer } from '../support/mishaps';
import type { NodeRunOptions } from '../support/nodeRun';
import { until } from '../support/until';

eachOnCloud();

const run = async (taskIds: unknown[], options: Partial<NodeRunOptions> = {}) =>
	await runOnCloud({
		items: taskIds.map((task_id): IDataObject => JSON.parse(JSON.stringify({ task_id }))),
		...options,
	});

/** Runs one existing task with this fault, and returns the only item, with its output. */
async function runOne(fault: Mishap | Partial<Fault>, options: Partial<NodeRunOptions> = {}) {
	cloud.addTasks('task-1');
	cloud.emulator.faults.add(
		'kind' in fault ? { mishap: fault, times: Infinity } : { mishap: { kind: 'reset' }, ...fault },
	);
	const { outputs } = await run(['task-1'], options);
	const [one, ...more] = outputs.flatMap((items, output) => items.map(({ json }) => ({ output, json })));
	if (!one || more.length > 0) throw new Error(`${more.length} items more than one`);
	return one;
}

describe('the items', () => {
	test('of a mixed run go to three outputs, in input order, linked to their input items', async () => {
		cloud.addTasks('a', 'b', 'c');
		cloud.emulator.faults.add({ taskId: 'c', times: Infinity, mishap: answer(401, 'LIVE.100011003') });
		const { outputs, delivered, run: execution } = await run(['c', 'b', 'gone-1', 'a', '', 'gone-2']);

		expect(execution.status).toBe('success');
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 1 }, { item: 3 }],
			[{ item: 2 }, { item: 5 }],
			[{ item: 0 }, { item: 4 }],
		]);
		expect(delivered.map((items) => items.map(({ task_id }) => task_id))).toEqual([
			['b', 'a'],
			['gone-1', 'gone-2'],
			['c', ''],
			[],
		]);
		const summary = { request_id: expect.any(String), status_code: 200, attempts: 1 };
		expect(delivered[0]?.[0]).toEqual({ outcome: 'success', deleted: true, task_id: 'b', ...summary });
		expect(cloud.tasksLeft()).toEqual(['c']);
	});

	test('on Error say what happened and what to do', async () => {
		const one = await runOne(answer(401, 'LIVE.100011003'));
		expect(one).toEqual({
			output: 2,
			json: {
				outcome: 'error',
				deleted: false,
				task_id: 'task-1',
				request_id: 'r-1',
				status_code: 401,
				attempts: 1,
				error_code: 'LIVE.100011003',
				error_msg: 'as it says',
				error: 'The credential is valid but lacks the required permission.',
				hint: expect.stringContaining('live:stream:deletePullTask'),
				category: 'permission',
				retryable: false,
			},
		});
		// In a table, what comes late is off the screen.
		expect(Object.keys(one.json).slice(0, 5)).toEqual(['outcome', 'deleted', 'task_id', 'error', 'hint']);
	});
});

test('the task ID may be given by an expression instead of the whole locator', async () => {
	cloud.addTasks('a');
	const { delivered } = await run(['a'], { parameters: { taskId: '={{ $json.task_id }}' } });
	expect(delivered[0]).toMatchObject([{ task_id: 'a' }]);
});

describe('what comes back', () => {
	const maybe = { deleted: null, retryable: true, attempts: 4 };
	const portal: Mishap = { kind: 'answer', status: 200, body: '<html>Log in</html>' };
	test.each<[string, Mishap, string, object]>([
		['a 404 of the gateway', answer(404, 'APIGW.0101'), 'endpoint', {}],
		['a 404 with HTML', { kind: 'answer', status: 404, body: '<html>Not Found</html>' }, 'endpoint', {}],
		['401, account frozen', answer(401, 'LIVE.100011014'), 'account', {}],
		['503', answer(503), 'server', maybe],
		['resets', { kind: 'reset' }, 'network', maybe],
		['the page of a portal', portal, 'endpoint', maybe],
	])('%s is an Error', async (_name, mishap, category, expected) => {
		expect(await runOne(mishap)).toMatchObject({
			output: 2,
			json: { category, deleted: false, retryable: false, attempts: 1, ...expected },
		});
		expect(cloud.tasksLeft()).toEqual(['task-1']);
	});

	test.each<[string, Mishap]>([
		['a reset', { kind: 'reset' }],
		['the page of a portal', portal],
	])('%s instead of the answer to a call that was carried out is Success', async (_name, mishap) => {
		expect(await runOne({ mishap, carriedOut: true })).toMatchObject({
			output: 0,
			json: { deleted: true, confirmed_by: 'not_found_after_retry', attempts: 2, status_code: 404 },
		});
		expect(cloud.tasksLeft()).toEqual([]);
	});

	test.each([{ kind: 'stall' } as const, { kind: 'drip' } as const])(
		'an answer that does not end (%j) is a timeout, and may have happened',
		async (mishap) => {
			const time = controlTime();
			cloud.emulator.onCall = () => setImmediate(() => time.pass(2000));
			const one = await runOne(mishap, { parameters: { options: { timeout: 1000, maxRetries: 1 } } });
			expect(one).toMatchObject({
				output: 2,
				json: { category: 'timeout', deleted: null, retryable: true, attempts: 2, status_code: null },
			});
		},
	);
});

test('the options may differ from item to item', async () => {
	cloud.emulator.faults.add({ mishap: answer(503), times: Infinity });
	const { delivered } = await runOnCloud({
		items: [0, 1, 2].map((retries) => ({ task_id: `t-${retries}`, retries })),
		parameters: { options: { maxRetries: '={{ $json.retries }}' } },
	});
	expect(delivered[2]?.map(({ attempts }) => attempts)).toEqual([1, 2, 3]);
});

test('two executions do not wait for each other', async () => {
	cloud.emulator.faults.add({ taskId: 'stalled', mishap: { kind: 'stall' }, times: Infinity });
	const one = { parameters: { options: { maxConcurrency: 1, timeout: 2000, maxRetries: 0 } } };
	const time = controlTime();
	const stalled = run(['stalled'], one);
	await until(() => cloud.emulator.calls.length > 0);
	expect((await run(['gone'], one)).delivered[1]).toMatchObject([{ attempts: 1 }]);
	time.pass(3000);
	expect((await stalled).delivered[2]).toMatchObject([{ category: 'timeout' }]);
});

test('1,000 items: none is lost, each takes one call, and no more connections are opened than allowed', async () => {
	const taskIds = Array.from({ length: 1000 }, (_, index) => `task-${index}`);
	const isBlank = (index: number) => index % 100 === 50;
	const exists = (index: number) => index % 3 !== 0;
	cloud.addTasks(...taskIds.filter((_, index) => exists(index)));

	const { delivered, run: execution } = await run(
		taskIds.map((taskId, index) => (isBlank(index) ? ' ' : taskId)),
		{ parameters: { options: { maxConcurrency: 20 } } },
	);

	const idsOf = (output: number) => delivered[output]?.map(({ task_id }) => task_id);
	expect(idsOf(0)).toEqual(taskIds.filter((_, index) => exists(index) && !isBlank(index)));
	expect(idsOf(1)).toEqual(taskIds.filter((_, index) => !exists(index) && !isBlank(index)));
	expect(idsOf(2)).toEqual(new Array(10).fill(' '));
	expect(cloud.tasksLeft().length).toBe(taskIds.filter((_, index) => exists(index) && isBlank(index)).length);
	expect(cloud.emulator.calls).toHaveLength(990);
	expect(cloud.emulator.connections.opened).toBeLessThanOrEqual(mostConnections(990, 20));
	expect(JSON.stringify(execution).includes(TOKEN)).toBe(false);
}, 600_000);
