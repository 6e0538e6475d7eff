import { afterEach, beforeAll, beforeEach, jest } from '@jest/globals';

import type { EmulatorOptions } from '../../dev/emulator/emulator';
import { Engine } from '../../dev/n8n/engine';
import { runNode, startCloud, type Cloud, type NodeRun, type NodeRunOptions } from './nodeRun';

/** The engine of this file's tests. */
export let engine: Engine;
/** The cloud of the test that runs. */
export let cloud: Cloud;

/** Gives the tests of a file an engine, and each of them a cloud of its own. There are no waits between attempts. */
export function eachOnCloud(): void {
	beforeAll(async () => {
		engine = await Engine.load();
	});

	beforeEach(async () => {
		// Full jitter picks the shortest wait, which is none.
		jest.spyOn(Math, 'random').mockReturnValue(0);
		cloud = await startCloud();
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		await cloud.emulator.close();
	});
}

/** Gives the test that runs another cloud. */
export async function restartCloud(options: EmulatorOptions): Promise<void> {
	await cloud.emulator.close();
	cloud = await startCloud(options);
}

/** Runs our node with the cloud's credential. */
export async function runOnCloud(options: NodeRunOptions): Promise<NodeRun> {
	return await runNode(engine, { credentials: cloud.credentials, ...options });
}
