import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { ourNode, TOKEN } from '../../dev/bench/nodes';
import type { EmulatorOptions } from '../../dev/emulator/emulator';
import { CREDENTIAL_FIELDS, PROJECT_ID } from '../support/clients';
import { cloud, eachOnCloud, engine, restartCloud, runOnCloud } from '../support/eachOnCloud';
import { evaluationsPerItem } from '../support/evaluations';
import { mostConnections, reusesConnections } from '../support/flavor';
import { ScriptedNetwork } from '../support/scriptedService';
import { executeVirtually, loadVirtualEngine } from '../support/virtualNode';
import { nextDay } from '../support/world';

eachOnCloud();

async function startWith(options: EmulatorOptions, count: number): Promise<string[]> {
	await restartCloud(options);
	const taskIds = Array.from({ length: count }, (_, index) => `task-${index}`);
	cloud.addTasks(...taskIds);
	return taskIds;
}

const run = async (taskIds: readonly string[], options: Record<string, number>) =>
	await runOnCloud({
		items: taskIds.map((task_id) => ({ task_id })),
		parameters: { options },
	});

describe('a service that allows fewer calls than are to be made', () => {
	test('is waited for: no task is lost, and the run says so', async () => {
		// Few enough that a slow machine sends them within a second, too. In virtual time: `test/unit/paceTable.test.ts`.
		const taskIds = await startWith({ callsPerSecond: 2 }, 6);
		const { delivered, hints } = await run(taskIds, { maxConcurrency: 10, maxRetries: 0 });
		expect(delivered.map((items) => items.length)).toEqual([6, 0, 0, 0]);
		expect(cloud.tasksLeft()).toEqual([]);
		expect(hints).toEqual([
			expect.stringMatching(
				/^Huawei Cloud (allowed about \d+ requests per minute|throttled requests for a while); this run was slowed to match and waited \d+ seconds? in total\.$/,
			),
		]);
	});
});

describe('Max Requests per Minute', () => {
	let projects = 0;

	/** Deletes tasks in virtual time. @returns the items of each output, and the time between one request and the next */
	async function runVirtually(items: IDataObject[], options: INodeParameters) {
		const clock = nextDay(1);
		const end = { status: 200, headers: {}, body: '{"request_id":"r"}' };
		const network = new ScriptedNetwork(clock, () => ({ connecting: 0, lasting: 20, end }));
		const outputs = await executeVirtually(await loadVirtualEngine(), {
			clock,
			transport: network,
			items,
			parameters: {
				resource: 'relayTask',
				operation: 'delete',
				taskId: { __rl: true, mode: 'id', value: '={{ $json.task_id }}' },
				options,
			},
			onError: 'continueRegularOutput',
			credential: { ...CREDENTIAL_FIELDS, projectId: `project-${(projects += 1)}` },
			cancelAfter: undefined,
		});
		const times = network.seen.map(({ startedAt }) => startedAt);
		return {
			counts: outputs.map((output) => output.length),
			gaps: times.slice(1).map((at, index) => at - (times[index] ?? 0)),
		};
	}
	test('spaces the calls of the run', async () => {
		const items = ['a', 'b', 'c', 'd', 'e'].map((task_id) => ({ task_id }));
		const { counts, gaps } = await runVirtually(items, { maxRequestsPerMinute: 600 });
		expect(counts).toEqual([5, 0, 0]);
		for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(100);
	});

	test('of which the first item has none that can be read is that of the next', async () => {
		const items = [null, 5000, 5000, 5000].map((timeout, index) => ({ task_id: `task-${index}`, timeout }));
		const { counts, gaps } = await runVirtually(items, {
			maxRequestsPerMinute: 600,
			timeout: '={{ $json.timeout }}',
		});
		expect(counts).toEqual([3, 0, 1]);
		for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(100);
	});

	test.each([0, 0.5, 100_001])('of %d is an error of the items, and nothing is sent', async (most) => {
		const taskIds = await startWith({}, 2);
		const { delivered } = await run(taskIds, { maxRequestsPerMinute: most });
		expect(delivered[2]).toMatchObject([
			{ category: 'validation', error: expect.stringContaining('Max Requests per Minute') },
			{ category: 'validation' },
		]);
		expect(cloud.emulator.calls).toEqual([]);
	});
});

test('executions share at most 100 connections to a host, and reuse them', async () => {
	const taskIds = await startWith({ latencyMs: 20 }, 1200);
	const runs = [0, 1, 2, 3].map(
		async (index) => await run(taskIds.slice(300 * index, 300 * (index + 1)), { maxConcurrency: 50 }),
	);
	for (const { delivered } of await Promise.all(runs)) expect(delivered[0]).toHaveLength(300);
	expect(cloud.emulator.connections.mostOpen).toBeLessThanOrEqual(100);
	// Where each call opens a connection, opening them takes longer than the calls.
	if (reusesConnections) expect(cloud.emulator.connections.mostOpen).toBeGreaterThan(50);
	expect(cloud.emulator.connections.opened).toBeLessThanOrEqual(mostConnections(1200, 100));
});

test('200 executions of one item, 50 at once, use at most 50 connections', async () => {
	const taskIds = await startWith({}, 200);
	let next = 0;
	const caller = async () => {
		while (next < taskIds.length) {
			const { delivered } = await run(taskIds.slice(next, (next += 1)), {});
			expect(delivered[0]).toHaveLength(1);
		}
	};
	await Promise.all(Array.from({ length: 50 }, caller));
	expect(cloud.emulator.connections.opened).toBeLessThanOrEqual(mostConnections(200, 50));
	expect(cloud.tasksLeft()).toEqual([]);
});

/** The cost of a run for the service and for n8n, in numbers that do not depend on the machine. See docs/benchmarks.md. */
describe('economy', () => {
	test('a task takes one call, and a run no more connections than calls at once', async () => {
		await run(await startWith({}, 200), { maxConcurrency: 10 });
		expect(cloud.tasksLeft()).toEqual([]);
		expect(cloud.emulator.calls).toHaveLength(200);
		expect(cloud.emulator.connections.opened).toBeLessThanOrEqual(mostConnections(200, 10));
	});

	test('for an item, n8n evaluates the Task ID, the only parameter with an expression', async () => {
		cloud.emulator.world.tokens.set(TOKEN, { ...cloud.token, value: TOKEN });
		const target = { url: cloud.emulator.url, project: PROJECT_ID };
		expect(await evaluationsPerItem(engine, ourNode(10), target)).toBeLessThanOrEqual(1);
	});
});
