import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';
import { runCommand } from '../program';
import { faultsOf, pack, sha256Of } from './tarball';

/**
 * `npm run pack:check [-- TARBALL]`: checks the files and the size of a tarball. Without one, packs the built package into
 * `release/`, and once more from sources built elsewhere, which has to give the same bytes.
 */

const DESTINATION = join(projectRoot, 'release');

function main(): void {
	const [given, ...others] = process.argv.slice(2);
	if (others.length > 0 || given?.startsWith('-')) throw new Error('Usage: npm run pack:check -- [TARBALL]');
	const tarball = given ?? packTwice();
	console.log(`${tarball}\n  ${statSync(tarball).size} bytes, sha256 ${sha256Of(tarball)}`);
	const faults = faultsOf(tarball);
	if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** @returns the tarball of the built package, after a look whether another build gives the same */
function packTwice(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pack-check-'));
	try {
		execFileSync('npm', ['run', '--silent', 'build'], { cwd: projectRoot, stdio: 'inherit' });
		const tarball = pack(projectRoot, DESTINATION);
		removeAllBut(tarball);
		buildAnew(folder);
		if (sha256Of(tarball) !== sha256Of(pack(folder, join(folder, 'packed')))) {
			throw new Error('Building the same sources again gives a different package.');
		}
		return tarball;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Tarballs of other versions: commands are given `release/*.tgz`. */
function removeAllBut(tarball: string): void {
	const paths = readdirSync(DESTINATION).map((name) => join(DESTINATION, name));
	for (const path of paths) if (path.endsWith('.tgz') && path !== tarball) rmSync(path);
}

/** Builds a copy of the sources whose files are newer, and have the permissions of a careful person. */
function buildAnew(folder: string): void {
	for (const file of projectFiles()) {
		cpSync(join(projectRoot, file), join(folder, file));
		chmodSync(join(folder, file), 0o600);
	}
	symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
	execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: 'inherit' });
}

void runCommand(main);
