import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { repositoryOf, type Project } from './project';

export const projectRoot = resolve(__dirname, '../..');
/** Where the repository is named, beside package.json. */
const PLACES = ['*.md', 'nodes/**/*.node.json', 'credentials/*.ts', '.github'];

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

function placesOfNames(): string[] {
	const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...PLACES];
	return execFileSync('git', list, { cwd: projectRoot, encoding: 'utf8' }).trim().split('\n');
}

export function readProject(): Project {
	return {
		manifest: JSON.parse(read('package.json')),
		changelog: read('CHANGELOG.md'),
		texts: Object.fromEntries(placesOfNames().map((path) => [path, read(path)])),
	};
}

/** Writes another repository wherever the project names its own. @param repository `owner/name` on GitHub */
export function writeRepository(repository: string): void {
	const before = repositoryOf(readProject().manifest);
	if (before === undefined) throw new Error('"repository" in package.json is no repository on GitHub.');
	for (const path of ['package.json', ...placesOfNames()]) {
		const text = read(path);
		const changed = text.replaceAll(`https://github.com/${before}`, `https://github.com/${repository}`);
		if (changed !== text) writeFileSync(join(projectRoot, path), changed);
	}
}
