import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startDemo } from '../emulator/demo';
import { Engine, outputsOf } from '../n8n/engine';
import { readFileSync } from 'node:fs';

test('x', async () => {
	const engine = await Engine.load();
	const { emulator, credential } = await startDemo();
	const run = await engine.run(JSON.parse(readFileSync('examples/delete-relay-tasks.json', 'utf8')), { credentials: { 'Huawei Cloud API': credential } });
	expect(outputsOf(run, 'Delete relay task').map((o) => o.length)).toEqual([3, 1, 4]);
	await emulator.close();
}, 60000);
