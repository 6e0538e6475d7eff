import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { unpack } from './tarball';

/** `npx tsx dev/release/unpack.ts TARBALL`: puts what a tarball holds in place of `dist/`, so that the tests run what was packed. */

const [tarball, ...others] = process.argv.slice(2);
if (tarball === undefined || others.length > 0) {
	console.error('npx tsx dev/release/unpack.ts TARBALL');
	process.exitCode = 1;
} else {
	const dist = join(projectRoot, 'dist');
	rmSync(dist, { recursive: true, force: true });
	cpSync(join(unpack(tarball), 'dist'), dist, { recursive: true });
}
