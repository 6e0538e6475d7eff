import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';
import { findPhrases } from './words';

/** `npm run lint` runs this: lists phrases that read as if translated, in code and documentation. */
const CHECKED = /\.(?:ts|mjs|js|md|json|sh)$/;
/** The list itself, files that tools write, and documentation that is not in English. */
const EXCLUDED = /^dev\/words\/|^package-lock\.json$|^CHANGELOG\.md$|zh-CN/;

let count = 0;
for (const path of projectFiles()) {
	if (!CHECKED.test(path) || EXCLUDED.test(path)) continue;
	for (const { line, text, instead } of findPhrases(path, readFileSync(join(projectRoot, path), 'utf8'))) {
		count += 1;
		console.error(`${path}:${line}: ${text.slice(0, 120)}\n    write: ${instead}`);
	}
}
if (count > 0) {
	console.error(`${count} ${count === 1 ? 'phrase' : 'phrases'} to rewrite`);
	process.exitCode = 1;
}
