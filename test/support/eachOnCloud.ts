import { afterEach, beforeAll, beforeEach, jest } from '@jest/globals';

import { Engine } from '../../dev/n8n/engine';
import { startCloud, type Cloud } from './nodeRun';

/**
 * Gives the tests of a file an engine, and each of them a cloud of its own. Between attempts nothing is waited for.
 * @param use told of both before each test
 */
export function eachOnCloud(use: (engine: Engine, cloud: Cloud) => void): void {
	let engine: Engine;
	let cloud: Cloud;

	beforeAll(async () => {
		engine = await Engine.load();
	});

	beforeEach(async () => {
		// Full jitter picks the shortest wait, which is none.
		jest.spyOn(Math, 'random').mockReturnValue(0);
		cloud = await startCloud();
		use(engine, cloud);
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		await cloud.emulator.close();
	});
}
