import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { repositoryOf, readProject } from './project';

/** `npx tsx dev/release/repository.ts OWNER/NAME`: says where on GitHub the project is, in package.json and wherever it is linked. */

const [repository = '', ...others] = process.argv.slice(2);
const { manifest, texts } = readProject();
const before = repositoryOf(manifest);
if (others.length > 0 || !/^[\w.-]+\/[\w-]+$/.test(repository) || before === undefined) {
	console.error('Usage: npx tsx dev/release/repository.ts OWNER/NAME, as on GitHub; NAME without a dot');
	process.exitCode = 1;
} else {
	for (const path of ['package.json', ...Object.keys(texts)].map((each) => join(projectRoot, each))) {
		const text = readFileSync(path, 'utf8');
		writeFileSync(path, text.replaceAll(`https://github.com/${before}`, `https://github.com/${repository}`));
	}
	console.log(`The repository is https://github.com/${repository}. Review "git diff" and commit it.`);
}
