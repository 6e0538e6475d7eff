import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { runCommand } from '../program';
import { changelogOf, faultsBeforeRelease, readProject } from './project';

/** `npm run release -- VERSION`: sets the version and the changelog's heading, commits and tags. See docs/releasing.md. */

function git(...args: string[]): string {
	return execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();
}

function main(): void {
	const [version = '', ...others] = process.argv.slice(2);
	if (others.length > 0 || !/^\d+\.\d+\.\d+$/.test(version)) {
		throw new Error('Usage: npm run release -- VERSION, such as 1.2.3');
	}
	if (git('status', '--porcelain') !== '') throw new Error('There are uncommitted changes.');
	const { manifest, changelog, texts } = readProject();
	const released = changelogOf(changelog, version, new Date().toISOString().slice(0, 10));
	const faults = faultsBeforeRelease({ manifest: { ...manifest, version }, changelog: released, texts });
	if (faults.length > 0) throw new Error(faults.join('\n'));

	writeFileSync(join(projectRoot, 'CHANGELOG.md'), released);
	const flags = ['--no-git-tag-version', '--allow-same-version', '--ignore-scripts'];
	execFileSync('npm', ['version', version, ...flags], { cwd: projectRoot, stdio: 'ignore' });
	// Nothing has changed when a release that failed is made again.
	if (git('status', '--porcelain') !== '') {
		git('commit', '--quiet', '--all', '--message', `Release ${version}`);
	}
	git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
	console.log(`Committed and tagged as v${version}. To publish it:\n  git push --follow-tags`);
}

void runCommand(main);
