import { join } from 'node:path';

import { runWithTestCa } from '../../test/testCa.mjs';

const root = join(import.meta.dirname, '../..');
const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
await runWithTestCa(stryker, [
	'run',
	join(import.meta.dirname, 'stryker.config.mjs'),
	...process.argv.slice(2),
]);
