import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { projectFiles } from '../../dev/projectFiles';
import { readProjectFile } from '../support/markdown';

/** The commands that the docs name. What takes long is run by `.ci/run`. */

const root = resolve(__dirname, '../..');
const scripts: Record<string, string> = JSON.parse(readProjectFile('package.json')).scripts;
const pages = projectFiles('*.md', '.github');

test.each(pages)('%s names only scripts that there are', (page) => {
	const named = [...readProjectFile(page).matchAll(/npm run (?:--silent |-s )?([a-z][\w:]*)/g)].map(
		([, name = '']) => name,
	);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

describe('programs start, and say how they are used', () => {
	const run = promisify(execFile);
	const commands: Array<[args: string[], says: RegExp]> = [
		[['conformance', '--', '--help'], /npm run conformance -- \[options\]/],
		[['emulator', '--', '--help'], /npm run emulator/],
		[['scan', '--', '--help'], /npm run scan -- \[TARBALL\]/],
		[['repository'], /npm run repository -- OWNER\/NAME/],
		[['release', '--', '--help'], /npm run release -- VERSION/],
		[['unpack'], /npm run unpack -- TARBALL/],
	];
	test.each(commands)('npm run %j', async (args, says) => {
		const { stdout, stderr } = await run('npm', ['run', '--silent', ...args], { cwd: root }).catch(
			(error: { stdout: string; stderr: string }) => error,
		);
		expect(stdout + stderr).toMatch(says);
	});
});
