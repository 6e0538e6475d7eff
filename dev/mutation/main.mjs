/**
 * `npm run mutation`: Stryker changes the code here and there, and the unit tests have to notice.
 * `npm run mutation -- http`: one room of `rooms.json`. Takes Stryker's arguments as well, such as `--mutate FILE`.
 * `npm run mutation:changed`: only the lines that differ from the commit before, or from the one in MUTATION_BASE, for
 * four minutes at most. It tells what nobody noticed, and fails for nothing else than that it could not run.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { runWithTestCa } from '../../test/testCa.mjs';
import config, { ROOMS } from './stryker.config.mjs';

const root = join(import.meta.dirname, '../..');
const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const LONGEST_MS = 4 * 60_000;
/** How long Stryker may take to tidy up. */
const FAREWELL_MS = 15_000;

/** The lines of shipped code that are new or other than at a commit, as Stryker wants them: `file.ts:3-7`. */
function changedLines(base) {
	const pathspecs = config.mutate.flatMap(expandBraces).map(pathspecOf);
	const common = spawnSync('git', ['merge-base', base, 'HEAD'], { cwd: root, encoding: 'utf8' });
	if (common.status !== 0) return { problem: common.stderr.trim() || `no commit in common with ${base}` };
	const options = ['--unified=0', '--no-color', '--no-ext-diff', '--diff-filter=d'];
	const args = ['diff', ...options, common.stdout.trim(), '--', ...pathspecs];
	const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
	if (status !== 0) return { problem: stderr.trim() };
	let file = '';
	const ranges = [];
	for (const line of stdout.split('\n')) {
		file = /^\+\+\+ b\/(.+)$/.exec(line)?.[1] ?? file;
		const [, first, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
		if (first !== undefined && count !== '0') {
			ranges.push(`${file}:${first}-${Number(first) + Number(count) - 1}`);
		}
	}
	return { ranges };
}

/** For git; what Stryker shall leave out begins with `!`. */
function pathspecOf(pattern) {
	return pattern.startsWith('!') ? `:(glob,exclude)${pattern.slice(1)}` : `:(glob)${pattern}`;
}

/** Git has no `{a,b}` in its patterns. */
function expandBraces(pattern) {
	const [, before, choices, after] = /^(.*?)\{(.+?)\}(.*)$/.exec(pattern) ?? [];
	return choices === undefined
		? [pattern]
		: choices.split(',').flatMap((choice) => expandBraces(before + choice + after));
}

const given = process.argv.slice(2);
const run = async (args) =>
	await runWithTestCa(stryker, ['run', join(import.meta.dirname, 'stryker.config.mjs'), ...args]);

if (given[0] === '--changed') {
	const base = process.env.MUTATION_BASE || 'HEAD~1';
	const { ranges = [], problem } = changedLines(base);
	if (problem !== undefined) console.log(`Nothing to compare with: ${problem}`);
	else if (ranges.length === 0)
		console.log(`No line of the client, the seam or the routing differs from ${base}.`);
	else {
		const running = await run(['--mutate', ranges.join(','), '--reporters', 'clear-text', ...given.slice(1)]);
		let isStopped = false;
		const timer = setTimeout(() => {
			isStopped = running.kill('SIGTERM');
			setTimeout(() => running.kill('SIGKILL'), FAREWELL_MS).unref();
			console.log(`Stopped after ${LONGEST_MS / 60_000} minutes, with what was seen so far lost.`);
		}, LONGEST_MS);
		running.on('exit', () => {
			clearTimeout(timer);
			if (isStopped) process.exitCode = 0;
		});
	}
} else {
	const rooms = given[0] in ROOMS ? [given.shift()] : Object.keys(ROOMS);
	for (const room of rooms) {
		process.env.MUTATION_ROOM = room;
		const running = await run(given);
		await once(running, 'exit');
	}
}
