import { expect, test } from '@jest/globals';

import { startDemo } from '../../dev/emulator/demo';
import { Engine, outputsOf } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { readMarkdown } from '../support/markdown';

test('the item in the README is what the first example gives', async () => {
	const engine = await Engine.load();
	const { emulator, credential } = await startDemo();
	const run = await engine.run(example('delete-relay-tasks'), {
		credentials: { 'Huawei Cloud API': credential },
	});
	await emulator.close();
	const locked = outputsOf(run, 'Delete relay task')[2]?.find(({ json }) => json.task_id === 'relay-locked');
	const shown = readMarkdown('README.md').blocks.filter((block) => block.includes('"outcome"'));
	// As text: the order of the fields counts as well.
	expect(shown).toEqual([`${JSON.stringify(locked?.json, null, '\t')}\n`]);
});
