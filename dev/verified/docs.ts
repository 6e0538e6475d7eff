import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { projectFiles } from '../projectFiles';
import { repositoryOf, readProject } from '../release/project';

/** A section of the README that is only true in a clone of the main branch, which has the programs it runs. */
const LEFT_OUT = [/^## Try it without an account\n[^]*?(?=^## )/m, /\[Try it\]\(#[^)]*\) · /];
/** The flavor's documentation is in English only, as n8n asks. */
const TRANSLATION = /^.*\(docs\/README\.zh-CN\.md\).*\n\n/m;

/** Makes the staged pages true for this flavor: what they link to and is not here is on the main branch. */
export function stageDocs(source: string): void {
	const main = `https://github.com/${repositoryOf(readProject().manifest)}/blob/main`;
	for (const page of projectFiles('*.md').filter((each) => existsSync(join(source, each)))) {
		const path = join(source, page);
		const text = [...LEFT_OUT, TRANSLATION].reduce(
			(all, part) => all.replace(part, ''),
			readFileSync(path, 'utf8'),
		);
		const linked = text.replace(/\]\((?!https?:|#)([^)#\s]*)/g, (link, file: string) => {
			const target = posix.join(dirname(page), file);
			return existsSync(join(source, target)) ? link : `](${main}/${target}`;
		});
		writeFileSync(path, linked);
	}
}
