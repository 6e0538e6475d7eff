import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { projectFiles } from '../../dev/projectFiles';
import { readProjectFile } from '../support/markdown';

/** The commands that docs and workflows name. Those that take long are run by `.ci/run`. */

const root = resolve(__dirname, '../..');
const scripts: Record<string, string> = JSON.parse(readProjectFile('package.json')).scripts;
const files = projectFiles();
const pages = projectFiles('*.md', '.github', '.ci', 'package.json');

test.each(pages)('%s names only scripts and programs that exist', (page) => {
	const text = readProjectFile(page);
	const named = [...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:]*)/g)].map(([, name = '']) => name);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
	const programs = [...text.matchAll(/(?:tsx|node|bash) ((?:dev|test|\.ci)\/[\w./]+)/g)].map(
		([, path = '']) => path,
	);
	expect(programs.filter((path) => !files.includes(path))).toEqual([]);
});

test('package.json has at most 16 scripts: the rest is called by path', () => {
	expect(Object.keys(scripts).length).toBeLessThanOrEqual(16);
});

describe('programs start, and say how they are used', () => {
	const run = promisify(execFile);
	const commands: Array<[command: string, says: RegExp]> = [
		['npm run --silent conformance -- --help', /npm run conformance -- \[options\]/],
		['npm run --silent emulator -- --help', /npm run emulator/],
		['npm run --silent scan -- --help', /npm run scan -- \[TARBALL\]/],
		['npm run --silent pack:check -- --help', /npm run pack:check -- \[TARBALL\]/],
		['npm run --silent release -- --help', /npm run release -- VERSION/],
		['npx tsx dev/release/check.ts v9.9.9', /The tag is v9\.9\.9/],
		['npx tsx dev/release/repository.ts', /repository\.ts OWNER\/NAME/],
	];
	test.each(commands)('%s', async (command, says) => {
		const [program = '', ...args] = command.split(' ');
		const { stdout, stderr } = await run(program, args, { cwd: root }).catch(
			(error: { stdout: string; stderr: string }) => error,
		);
		expect(stdout + stderr).toMatch(says);
	});
});
