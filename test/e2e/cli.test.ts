import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { startDemo } from '../emulator/demo';
import { outputsOf } from '../n8n/engine';
import { N8n } from '../n8n/server';
import { example, exampleCredential, installedN8n } from './prepare';

/** What an operator does with n8n's command line: import a credential and a workflow, and run it. */

let n8n: N8n;
let demo: Awaited<ReturnType<typeof startDemo>>;

beforeAll(async () => {
	demo = await startDemo();
	n8n = await N8n.create(await installedN8n());
});

afterAll(async () => {
	await n8n.remove();
	await demo.emulator.close();
});

test('n8n imports the credential and the example, loads the package, and routes every task right', async () => {
	await n8n.importCredentials(exampleCredential(demo.credential));
	await n8n.importWorkflows(example('delete-relay-tasks'));
	const run = await n8n.execute('deleteRelayTasks');
	const outputs = outputsOf(run, 'Delete relay task').map((items) => items.map(({ json }) => json.task_id));
	expect(outputs).toEqual([
		['relay-camera-1', 'relay-camera-2', 'relay-lost-answer'],
		['relay-ended-yesterday'],
		['relay-locked', 'relay-wrong-address', 'relay-busy', '  '],
	]);
	expect(run.data.resultData.error?.message).toMatch(
		/^4 relay tasks could not be deleted\. The first, relay-locked: /,
	);
	expect(JSON.stringify(run)).not.toContain(demo.credential.iamToken);
	expect(n8n.log).not.toContain(demo.credential.iamToken);
	expect([...demo.emulator.world.tasksOf(demo.credential.projectId).keys()]).toEqual([
		'relay-locked',
		'relay-wrong-address',
		'relay-busy',
	]);
});
