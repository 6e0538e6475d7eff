import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { evaluationsPerItem } from '../support/evaluations';
import { ourNode, runNode, tasks, TOKEN, type Target } from '../../dev/bench/nodes';
import { Engine } from '../../dev/n8n/engine';
import { PROJECT_ID } from '../support/clients';
import { mostConnections } from '../support/flavor';
import { startCloud, type Cloud } from '../support/nodeRun';

/** The cost of a run for the service and for n8n, in numbers that do not depend on the machine. See docs/benchmarks.md. */

/** The Task ID: the only parameter with an expression. */
const MAX_EVALUATIONS_PER_ITEM = 1;
const CONCURRENCY = 10;

let engine: Engine;
let cloud: Cloud;
let target: Target;

beforeAll(async () => {
	engine = await Engine.load();
});

beforeEach(async () => {
	cloud = await startCloud();
	cloud.emulator.world.tokens.set(TOKEN, { ...cloud.token, value: TOKEN });
	target = { url: cloud.emulator.url, project: PROJECT_ID };
});

afterEach(async () => {
	await cloud.emulator.close();
});

function addTasks(count: number) {
	const items = tasks(count);
	cloud.addTasks(...items.map(({ task_id }) => task_id));
	return items;
}

test('a task takes one call, and a run no more connections than calls at once', async () => {
	await runNode(engine, ourNode(CONCURRENCY), target, addTasks(200));
	expect(cloud.tasksLeft()).toEqual([]);
	expect(cloud.emulator.calls).toHaveLength(200);
	expect(cloud.emulator.connections.opened).toBeLessThanOrEqual(mostConnections(200, CONCURRENCY));
});

test('for an item, n8n evaluates no more than it must', async () => {
	expect(await evaluationsPerItem(engine, ourNode(CONCURRENCY), target)).toBeLessThanOrEqual(
		MAX_EVALUATIONS_PER_ITEM,
	);
});
