/**
 * Runs jest with a certificate authority of the tests' own.
 *
 * `--unit`: the unit tests, or those of them that the other arguments name.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { runWithTestCa } from './testCa.mjs';

const given = process.argv.slice(2);
const args = given.includes('--unit')
	? [...given.filter((arg) => arg !== '--unit'), '--roots', join(import.meta.dirname, 'unit')]
	: given;

await runWithTestCa(createRequire(import.meta.url).resolve('jest/bin/jest'), args);
