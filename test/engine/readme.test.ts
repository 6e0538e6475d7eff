import { expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

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
	const items = outputsOf(run, 'Delete relay task').flatMap((output) => output.map(({ json }) => json));
	const shown = projectFiles('*.md').flatMap((page) =>
		readMarkdown(page)
			.blocks.filter((block) => block.includes('"outcome"'))
			.map((block): [string, IDataObject] => [page, JSON.parse(block)]),
	);
	for (const [page, item] of shown) {
		// As text: the order of the fields counts as well. An item may be shortened.
		const sameFields = items.map((given) =>
			JSON.stringify(Object.fromEntries(Object.entries(given).filter(([field]) => field in item))),
		);
		expect({ page, items: sameFields }).toEqual({
			page,
			items: expect.arrayContaining([JSON.stringify(item)]),
		});
	}
	expect(shown.map(([page]) => page)).toContain('README.md');
});
