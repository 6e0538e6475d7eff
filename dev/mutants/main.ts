import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

import { projectFiles, projectRoot } from '../projectFiles';
import { MUTANTS, type Mutant } from './list';

/**
 * `npx tsx dev/mutants/main.ts [TEXT]`: applies each change of `list.ts` (or those whose file or reason has TEXT in it) to
 * a copy of the project, and runs tests until one fails: those that import the file, then those in n8n's engine. Prints
 * what no test noticed. Needs a build.
 */

const COPY = join(projectRoot, '.cache/mutants');
const ROOTS = ['test', 'dev', 'nodes', 'n8n', 'credentials', 'huawei-cloud'].flatMap((name) => [
	'--roots',
	name,
]);
/** A run of all related tests takes two minutes; one that hangs proves nothing about the tests. */
const MAX_MINUTES = 10;

type Verdict = 'noticed' | 'survived' | 'timed out' | 'does not apply' | 'does not run' | 'fails anyway';

interface Judgment {
	verdict: Verdict;
	/** The tests that failed. */
	testFile?: string;
	test?: string;
}

async function main(): Promise<void> {
	const chosen = process.argv[2] ?? '';
	const mutants = MUTANTS.filter(({ file, why }) => `${file} ${why}`.includes(chosen));
	makeCopy();
	const counts = new Map<Verdict, number>();
	for (const mutant of mutants) {
		const { verdict, testFile, test } = await judge(mutant);
		counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
		console.log(`${verdict.padEnd(14)} ${mutant.file}: ${mutant.why}`);
		if (test !== undefined) console.log(`${' '.repeat(14)} ${testFile}: ${test}`);
	}
	console.log([...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', '));
	if ((counts.get('noticed') ?? 0) < mutants.length) process.exitCode = 1;
}

/** The files that git knows or would add, and the build. */
function makeCopy(): void {
	if (!existsSync(join(projectRoot, 'dist'))) throw new Error('There is no build: npm run build');
	rmSync(COPY, { recursive: true, force: true });
	for (const path of [...projectFiles(), 'dist']) {
		cpSync(join(projectRoot, path), join(COPY, path), { recursive: true });
	}
	symlinkSync(join(projectRoot, 'node_modules'), join(COPY, 'node_modules'));
	// Some tests ask git which files there are.
	execFileSync('git', ['init', '--quiet'], { cwd: COPY });
}

async function judge({ file, search, replace }: Mutant): Promise<Judgment> {
	const [source, built] = [file, `dist/${file.replace(/\.ts$/, '.js')}`].map((path) => join(COPY, path));
	if (source === undefined || built === undefined || !existsSync(source))
		return { verdict: 'does not apply' };
	const [before, builtBefore] = [readFileSync(source, 'utf8'), readFileSync(built, 'utf8')];
	if (before.split(search).length !== 2) return { verdict: 'does not apply' };
	const changed = before.replace(search, () => replace);
	writeFileSync(source, changed);
	writeFileSync(built, compile(changed));
	let judgment: Judgment;
	try {
		judgment = await runTests(['--findRelatedTests', file, ...ROOTS]);
		if (judgment.verdict === 'survived') judgment = await runTests(['test/engine']);
	} finally {
		writeFileSync(source, before);
		writeFileSync(built, builtBefore);
	}
	return judgment.verdict === 'noticed' ? await unlessItFailsAnyway(judgment) : judgment;
}

/** Files of tests that are known to pass without a change. */
const passing = new Set<string>();

async function unlessItFailsAnyway(judgment: Judgment): Promise<Judgment> {
	const { testFile = '' } = judgment;
	if (passing.has(testFile)) return judgment;
	const { verdict } = await runTests([testFile]);
	if (verdict !== 'survived') return { ...judgment, verdict: 'fails anyway' };
	passing.add(testFile);
	return judgment;
}

function compile(source: string): string {
	const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, esModuleInterop: true };
	return transpileModule(source, { compilerOptions }).outputText;
}

async function runTests(args: string[]): Promise<Judgment> {
	const running = spawn(process.execPath, ['test/runJest.mjs', ...args, '--bail', '--passWithNoTests'], {
		cwd: COPY,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let isLate = false;
	const timer = setTimeout(() => (isLate = running.kill('SIGTERM')), MAX_MINUTES * 60_000);
	const [output, [code]] = await Promise.all([text(running.stderr), once(running, 'exit')]);
	clearTimeout(timer);
	if (isLate) return { verdict: 'timed out' };
	if (code === 0) return { verdict: 'survived' };
	// jest does not write its results to a file when it bails.
	const [, test] = /^ +● (?!Test suite failed)(.+)$/m.exec(output) ?? [];
	const [, testFile = ''] = /^FAIL (\S+)/m.exec(output) ?? [];
	return test === undefined ? { verdict: 'does not run' } : { verdict: 'noticed', testFile, test };
}

void main();
