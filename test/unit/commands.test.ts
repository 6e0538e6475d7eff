import { expect, test } from '@jest/globals';

import { projectFiles } from '../../dev/projectFiles';
import { readProjectFile } from '../support/markdown';
import { runProgram } from '../support/program';

/** The commands that docs and workflows name. Those that take long are run by `.ci/run`. */

const scripts: Record<string, string> = JSON.parse(readProjectFile('package.json')).scripts;
const files = projectFiles();
const pages = projectFiles('*.md', '.github', '.ci', 'package.json', 'dev/verified/release.yml');

test.each(pages)('%s names only scripts and programs that exist', (page) => {
	const text = readProjectFile(page);
	const named = [...text.matchAll(/npm run (?:--silent |-s )?([a-z][\w:]*)/g)].map(([, name = '']) => name);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
	const programs = [...text.matchAll(/(?:tsx|node|bash) ((?:dev|test|\.ci)\/[\w./]+)/g)].map(
		([, path = '']) => path,
	);
	expect(programs.filter((path) => !files.includes(path))).toEqual([]);
});

test('programs start, and say how they are used', async () => {
	const programs: ReadonlyArray<readonly [file: string, argument: string, says: RegExp]> = [
		['dev/conformance/main.ts', '--help', /npm run conformance -- \[options\]/],
		['dev/emulator/main.ts', '--help', /npm run emulator/],
		['dev/scan/main.ts', '--help', /npm run scan -- \[TARBALL\]/],
		['dev/release/packCheck.ts', '--help', /npm run pack:check -- \[TARBALL\]/],
		['dev/release/main.ts', '--help', /npm run release -- VERSION/],
		['dev/release/check.ts', 'v9.9.9', /The tag is v9\.9\.9/],
		['dev/release/repository.ts', '', /repository\.ts OWNER\/NAME/],
	];
	// All in one process, since each would take a second to start.
	const start = `for (const [file, argument] of ${JSON.stringify(programs)}) {
		process.argv = [process.execPath, file, ...(argument ? [argument] : [])];
		require('./' + file);
	}`;
	const { output } = await runProgram('-e', [start], {});
	for (const [, , says] of programs) expect(output).toMatch(says);
});
