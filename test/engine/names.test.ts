import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { Engine } from '../../dev/n8n/engine';
import { readSchemas } from '../../dev/schemas/outputSchemas';
import { describeChanges, savedNames } from '../support/savedNames';

const FROZEN = join(__dirname, 'names.txt');
const ON_PURPOSE = `On purpose? UPDATE_NAMES=1 npm test -- test/engine/names.test.ts writes test/engine/names.txt anew. For
what is gone or changed, say in the changelog what breaks, and consider a new version of the node instead.`;

test('names that saved workflows hold have not changed', async () => {
	const now = savedNames(await Engine.load(), readSchemas());
	if (process.env.UPDATE_NAMES) writeFileSync(FROZEN, `${now.join('\n')}\n`);
	const changes = describeChanges(readFileSync(FROZEN, 'utf8').trim().split('\n'), now);
	if (changes !== '') throw new Error(`${changes}\n\n${ON_PURPOSE}`);
	expect(now.length).toBeGreaterThan(200);
});

test('a change says what it breaks', () => {
	const before = ['node: taskId: string', 'node: output 0 = Success', 'node: output 1 = Error'];
	expect(describeChanges(before, before)).toBe('');
	expect(describeChanges(before, ['node: id: string', ...before.slice(1)])).toBe(
		'Saved workflows hold these, and break or do something else without them:\n  - node: taskId: string\nThese are new:\n  + node: id: string',
	);
});
