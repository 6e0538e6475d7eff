import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';
import type { Project } from './project';

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
