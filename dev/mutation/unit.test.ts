import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';

import ROOMS from './rooms.json';

/**
 * The unit tests in one file, so that what they import is loaded once for each change and not once for each file of tests:
 * that is most of the time that a change takes.
 */

/** The other tests look at the project's files, which Stryker has rewritten, or at programs beside the package. */
const IMPORTS_SHIPPED =
	/from '\.\.\/(\.\.\/(huawei-cloud|n8n|nodes|credentials)\/|support\/(clients|simulatedGateway)')/;

const { MUTATION_ROOM: room } = process.env;
const folder = resolve(__dirname, '../../test/unit');
const load = createRequire(__filename);
const files = readdirSync(folder).filter(
	(name) => name.endsWith('.test.ts') && IMPORTS_SHIPPED.test(readFileSync(resolve(folder, name), 'utf8')),
);
const slow = Object.entries(ROOMS).flatMap(([of, { slow: names }]) =>
	names.map((name) => ({ file: `${name}.test.ts`, takesPart: room === undefined || room === of })),
);
// The first test that fails ends a run, so those that take long come last.
const quick = files.filter((file) => !slow.some((each) => each.file === file));
for (const name of [...quick, ...slow.filter(({ takesPart }) => takesPart).map(({ file }) => file)]) {
	describe(name, () => void load(resolve(folder, name)));
}
