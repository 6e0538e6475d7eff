import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { faultsBeforeRelease, notesOf, readProject } from './project';

/**
 * `npx tsx dev/release/check.ts [TAG]`: checks whether the project can be released. Writes the version's changelog
 * entries to `release/notes.md`.
 */

const [tag] = process.argv.slice(2);
const project = readProject();
const faults = faultsBeforeRelease(project, { tag, runsIn: process.env.GITHUB_REPOSITORY });
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
	process.exitCode = 1;
} else {
	const folder = join(projectRoot, 'release');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'notes.md'), `${notesOf(project.changelog, project.manifest.version)}\n`);
	console.log(`Version ${project.manifest.version} can be released.`);
}
