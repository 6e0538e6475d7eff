import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';

/**
 * `npx tsx dev/mutants/main.ts [--check] [TEXT …]`: makes each change of `mutants.txt` (or those whose file, reason or tests
 * have one of the TEXTs in them), one by one, and runs the tests named with it. Prints what no test noticed. With `--check`,
 * only says which changes no longer apply.
 *
 * One run of jest does it all: each change is a project whose files are compiled with it. Tests of `engine/` need a build.
 */

/** One change to the code that would hurt a user. */
interface Mutant {
	/** A shipped file. */
	file: string;
	/** The changed file; undefined if the text to replace is not there exactly once. */
	source: string | undefined;
	/** The damage that a user would see. */
	why: string;
	/** The tests that should notice, such as `unit/transport`. */
	tests: readonly string[];
}

/** The result of one test file in one project of jest, as reporter.mjs writes it. */
interface FileResult {
	project: string;
	/** Such as `unit/transport`. */
	test: string;
	/** The first test that failed. */
	failed?: string;
	/** The file could not be run at all. */
	isBroken: boolean;
}

const WORK = join(projectRoot, '.cache/mutants');
const RESULTS = join(WORK, 'results.jsonl');
const TRANSFORM = '<rootDir>/dev/mutants/transform.mjs';

function main(): void {
	const args = process.argv.slice(2);
	const texts = args.filter((arg) => !arg.startsWith('--'));
	const chosen = readMutants().filter(
		({ file, why, tests }) =>
			texts.length === 0 || texts.some((text) => `${file} ${why} ${tests.join(' ')}`.includes(text)),
	);
	const stale = chosen.filter(({ source }) => source === undefined);
	for (const { file, why } of stale) console.log(`does not apply ${file}: ${why}`);
	if (!args.includes('--check')) runTests(chosen.filter((mutant) => !stale.includes(mutant)));
	if (stale.length > 0) process.exitCode = 1;
	console.log(`${chosen.length} changes, ${stale.length} do not apply`);
}

/** The changes in `mutants.txt`, whose first lines explain its format. */
function readMutants(): Mutant[] {
	const text = readFileSync(join(__dirname, 'mutants.txt'), 'utf8');
	return text
		.split(/^## /m)
		.slice(1)
		.flatMap((section) => {
			const [heading = '', ...blocks] = section.split(/\n+(?![-+] )/).filter((block) => block.trim() !== '');
			const [file = '', tests = ''] = heading.split(': ');
			return blocks.map((block) => {
				const [first = '', ...lines] = block.split('\n');
				const [, why = first, own = tests] = /^(.+) \[(.+)\]$/.exec(first) ?? [];
				const marked = (mark: string) =>
					lines
						.filter((line) => line.startsWith(mark))
						.map((line) => line.slice(2))
						.join('\n');
				return { file, why, tests: own.split(' '), source: changed(file, marked('- '), marked('+ ')) };
			});
		});
}

function changed(file: string, search: string, replace: string): string | undefined {
	const path = join(projectRoot, file);
	const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
	return search !== '' && source.split(search).length === 2
		? source.replace(search, () => replace)
		: undefined;
}

function runTests(mutants: readonly Mutant[]): void {
	rmSync(WORK, { recursive: true, force: true });
	mkdirSync(WORK, { recursive: true });
	writeFileSync(RESULTS, '');
	const unchanged = project('unchanged', { tests: [...new Set(mutants.flatMap(({ tests }) => tests))] });
	const projects = [unchanged, ...mutants.map((mutant, index) => project(String(index), mutant))];
	const reporters = ['<rootDir>/dev/mutants/reporter.mjs', '<rootDir>/test/reporter.mjs'];
	const config = join(WORK, 'jest.config.json');
	writeFileSync(config, JSON.stringify({ rootDir: projectRoot, projects, reporters, testTimeout: 30_000 }));
	spawnSync(process.execPath, ['test/runJest.mjs', '-c', config, '--maxWorkers=1'], {
		cwd: projectRoot,
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, MUTANT_RESULTS: RESULTS },
	});
	const lines = readFileSync(RESULTS, 'utf8').trim().split('\n');
	const results = lines.filter((line) => line !== '').map((line): FileResult => JSON.parse(line));
	let noticed = 0;
	for (const [index, mutant] of mutants.entries()) {
		const verdict = judge(String(index), mutant.tests, results);
		if (verdict.startsWith('noticed')) noticed += 1;
		console.log(`${verdict.padEnd(14)} ${mutant.file}: ${mutant.why}`);
	}
	console.log(`${noticed} of ${mutants.length} noticed`);
	if (noticed < mutants.length) process.exitCode = 1;
}

/** The verdict on a change, by its tests and those of the unchanged code. */
function judge(project: string, tests: readonly string[], results: readonly FileResult[]): string {
	const isFailure = ({ failed, isBroken }: FileResult) => failed !== undefined || isBroken;
	const unchanged = results.filter((result) => result.project === 'unchanged' && isFailure(result));
	const broken = new Set(unchanged.map(({ test }) => test));
	const own = results.filter((result) => result.project === project);
	const failure = own.find((result) => isFailure(result) && !broken.has(result.test));
	if (failure?.failed !== undefined) return `noticed by ${failure.test}, ${failure.failed}:`;
	if (failure) return 'does not run';
	if (tests.some((test) => broken.has(test))) return 'fails anyway';
	return own.length === 0 ? 'not run' : 'survived';
}

/** @param mutant without a file: the code as it is */
function project(name: string, mutant: Pick<Mutant, 'tests'> & Partial<Mutant>) {
	return {
		rootDir: projectRoot,
		displayName: name,
		testEnvironment: 'node',
		roots: ['<rootDir>/test'],
		testMatch: mutant.tests.map((test) => `<rootDir>/test/${test}.test.ts`),
		transform: { '/(dist/.+\\.js|.+\\.ts)$': [TRANSFORM, { mutant }] },
		modulePathIgnorePatterns: ['<rootDir>/.cache/'],
		cacheDirectory: '<rootDir>/.cache/jest-mutants',
		clearMocks: true,
	};
}

main();
