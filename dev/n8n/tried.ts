import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { table, today, writeSection } from '../document';
import { projectRoot } from '../projectFiles';
import { build, installN8n, RELEASE_NAMES, type Release } from './installation';

/**
 * `npx tsx dev/n8n/tried.ts`: runs test/e2e/releases.test.ts in each release of n8n, on the Node.js of its time, and
 * writes what passed into docs/running.md.
 */

interface JestResults {
	testResults: Array<{ assertionResults: Array<{ title: string; status: string }> }>;
}

const folder = mkdtempSync(join(tmpdir(), 'tried-'));

/** Runs the tests in one release. @returns the versions of n8n and Node.js, and the status of each test by its title */
async function tryRelease(release: Release) {
	const { version, node } = await installN8n(release);
	const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
	const file = join(folder, `${release}.json`);
	const config = ['--config', 'test/e2e/jest.config.mjs', 'releases', '--json', `--outputFile=${file}`];
	const env = { ...process.env, N8N_RELEASE: release };
	spawnSync(process.execPath, ['test/runJest.mjs', ...config], { cwd: projectRoot, env, stdio: 'inherit' });
	const { testResults }: JestResults = JSON.parse(readFileSync(file, 'utf8'));
	const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
	return { versions: [version, nodeVersion], tests };
}

async function main(): Promise<void> {
	await build();
	const tried = [];
	for (const release of RELEASE_NAMES.toReversed()) tried.push(await tryRelease(release));
	const titles = tried[0]?.tests.map(({ title }) => title) ?? [];
	const rows = tried.map(({ versions, tests }) => [...versions, ...tests.map(({ status }) => status)]);
	const results = table(['n8n', 'Node.js', ...titles], rows, '---');
	await writeSection('docs/running.md', 'tried', results, `_${today()}, by \`npx tsx dev/n8n/tried.ts\`._`);
	if (tried.some(({ tests }) => tests.some(({ status }) => status !== 'passed'))) process.exitCode = 1;
}

void main().finally(() => rmSync(folder, { recursive: true }));
