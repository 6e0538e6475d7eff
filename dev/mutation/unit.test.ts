import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';

/**
 * The unit tests in one file, so that what they import is loaded once for each change and not once for each file of tests:
 * that is most of the time that a change takes.
 */

/** The other tests look at the project's files, which Stryker has rewritten, or at programs beside the package. */
const IMPORTS_SHIPPED =
	/from '\.\.\/(\.\.\/(huawei-cloud|n8n|nodes|credentials)\/|support\/(clients|simulatedGateway)')/;

const folder = resolve(__dirname, '../../test/unit');
const load = createRequire(__filename);
for (const name of readdirSync(folder)) {
	const file = resolve(folder, name);
	if (!name.endsWith('.test.ts') || !IMPORTS_SHIPPED.test(readFileSync(file, 'utf8'))) continue;
	describe(name, () => void load(file));
}
