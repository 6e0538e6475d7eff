import { expect, test } from '@jest/globals';

import { ourNode, runNode, tasks } from '../../dev/bench/nodes';
import type { EmulatorOptions } from '../../dev/emulator/emulator';
import { cloud, eachOnCloud, engine, restartCloud, runOnCloud } from '../support/eachOnCloud';
import { mostConnections, reusesConnections } from '../support/flavor';

eachOnCloud();

async function startWith(options: EmulatorOptions, count: number): Promise<string[]> {
	await restartCloud(options);
	const taskIds = Array.from({ length: count }, (_, index) => `task-${index}`);
	cloud.addTasks(...taskIds);
	return taskIds;
}

const run = async (taskIds: readonly string[], options: Record<string, number>) =>
	await runOnCloud({ items: taskIds.map((task_id) => ({ task_id })), parameters: { options } });

test('a service that allows fewer calls is waited for: no task is lost, and the run says so', async () => {
	// Few enough that a slow machine sends them within a second, too. In virtual time: `test/unit/paceTable.test.ts`.
	const taskIds = await startWith({ callsPerSecond: 2 }, 6);
	const { delivered, hints } = await run(taskIds, { maxConcurrency: 10, maxRetries: 0 });
	expect(delivered.map((items) => items.length)).toEqual([6, 0, 0, 0]);
	expect(cloud.tasksLeft()).toEqual([]);
	expect(hints).toEqual([
		expect.stringMatching(
			/^Huawei Cloud .+; this run was slowed to match and waited \d+ seconds? in total\.$/,
		),
	]);
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

/** The cost of a run for n8n, in a number that does not depend on the machine. See docs/benchmarks.md. */
test('for an item, n8n evaluates the Task ID, the only parameter with an expression', async () => {
	const ours = ourNode(10);
	const type = engine.getByNameAndVersion(ours.type);
	let evaluations = 0;
	engine.extraTypes.set('test.counted', {
		description: type.description,
		async execute() {
			const counting = new Proxy(this, {
				get(target, key) {
					if (key === 'getNodeParameter' || key === 'evaluateExpression') evaluations += 1;
					const value: unknown = Reflect.get(target, key);
					return typeof value === 'function' ? value.bind(target) : value;
				},
			});
			return (await type.execute?.call(counting)) ?? [];
		},
	});
	const run = async (count: number) =>
		await runNode(engine, { ...ours, type: 'test.counted' }, cloud.fields, tasks(count));
	await run(10);
	const ofTen = evaluations;
	await run(110);
	expect((evaluations - 2 * ofTen) / 100).toBeLessThanOrEqual(1);
});
