import { expect, test } from '@jest/globals';

import { startDemo } from '../../dev/emulator/demo';
import { Engine, outputsOf } from '../../dev/n8n/engine';
import { example } from '../../dev/n8n/examples';
import { projectFiles } from '../../dev/projectFiles';
import { readMarkdown } from '../support/markdown';

test('items that are shown in the docs are what the first example gives', async () => {
	const engine = await Engine.load();
	const { emulator, credential } = await startDemo();
	const run = await engine.run(example('delete-relay-tasks'), {
		credentials: { 'Huawei Cloud API': credential },
	});
	await emulator.close();
	// As text: the order of the fields counts as well.
	const items = outputsOf(run, 'Delete relay task').flatMap((output) =>
		output.map(({ json }) => `${JSON.stringify(json, null, '\t')}\n`),
	);
	const shown = projectFiles('*.md').flatMap((page) =>
		readMarkdown(page)
			.blocks.filter((block) => block.includes('"outcome"'))
			.map((block) => [page, block] as const),
	);
	for (const [page, block] of shown)
		expect({ page, items }).toEqual({ page, items: expect.arrayContaining([block]) });
	expect(shown.map(([page]) => page)).toContain('README.md');
});
