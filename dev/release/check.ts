import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { runCommand } from '../program';
import { faultsBeforeRelease, notesOf, readProject } from './project';

/** `npx tsx dev/release/check.ts [TAG]`: can the project be released? Writes the entries of the changelog to `release/notes.md`. */

function main(): void {
	const [tag] = process.argv.slice(2);
	const project = readProject();
	const faults = faultsBeforeRelease(project, { tag, runsIn: process.env.GITHUB_REPOSITORY });
	if (faults.length > 0) throw new Error(faults.join('\n'));
	const folder = join(projectRoot, 'release');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'notes.md'), `${notesOf(project.changelog, project.manifest.version)}\n`);
	console.log(`Version ${project.manifest.version} can be released.`);
}

void runCommand(main);
