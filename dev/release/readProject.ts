import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';
import { repositoryOf, type Project } from './project';

/** Where the repository is named, beside package.json. */
const PLACES = ['*.md', 'nodes/**/*.node.json', 'credentials/*.ts', '.github'];

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

export function readProject(): Project {
	return {
		manifest: JSON.parse(read('package.json')),
		changelog: read('CHANGELOG.md'),
		texts: Object.fromEntries(projectFiles(...PLACES).map((path) => [path, read(path)])),
	};
}

/** Writes another repository wherever the project names its own. @param repository `owner/name` on GitHub */
export function writeRepository(repository: string): void {
	const before = repositoryOf(readProject().manifest);
	if (before === undefined) throw new Error('"repository" in package.json is not a GitHub repository.');
	for (const path of ['package.json', ...projectFiles(...PLACES)]) {
		const text = read(path);
		const changed = text.replaceAll(`https://github.com/${before}`, `https://github.com/${repository}`);
		if (changed !== text) writeFileSync(join(projectRoot, path), changed);
	}
}
