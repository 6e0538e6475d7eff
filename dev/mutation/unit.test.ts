import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';

/**
 * The unit tests in one file, so that what they import is loaded once for each change and not once for each file of tests:
 * that is most of the time that a change takes.
 */

/** They look at the project's files, which Stryker has rewritten, or at programs beside the package. */
const LEFT_OUT = /^(rooms|readme|start|conformanceGuard)\./;

const folder = resolve(__dirname, '../../test/unit');
const load = createRequire(__filename);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.ts') && !LEFT_OUT.test(name))) {
	describe(file, () => void load(resolve(folder, file)));
}
