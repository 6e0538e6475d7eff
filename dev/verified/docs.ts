import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { projectFiles } from '../projectFiles';
import { readProject } from '../release/readProject';
import { repositoryOf } from '../release/project';

/** Sections that are only true in a clone of the main branch, which has the programs they run. */
const SECTIONS_LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
	'README.md': ['Try it without an account'],
	'docs/running.md': ['From the command line', 'Have an account? Help us check'],
};

/** Makes the staged pages true for this flavor: what they link to and is not here is on the main branch. */
export function stageDocs(source: string): void {
	const pages = projectFiles('*.md').filter((page) => existsSync(join(source, page)));
	for (const page of pages) {
		const path = join(source, page);
		const text = (SECTIONS_LEFT_OUT[page] ?? []).reduce(withoutSection, readFileSync(path, 'utf8'));
		writeFileSync(path, text.replace(/^.*\(docs\/README\.zh-CN\.md\).*\n\n/m, ''));
	}
	for (const page of pages) linkToMain(source, page);
}

function withoutSection(text: string, heading: string): string {
	const start = text.indexOf(`## ${heading}\n`);
	if (start < 0) throw new Error(`There is no section "${heading}".`);
	const end = text.indexOf('\n## ', start);
	return text.slice(0, start) + (end < 0 ? '' : text.slice(end + 1));
}

/** Makes links to what is not here lead to the main branch. */
function linkToMain(source: string, page: string): void {
	const main = `https://github.com/${repositoryOf(readProject().manifest)}/blob/main`;
	const path = join(source, page);
	const text = readFileSync(path, 'utf8');
	const linked = text.replace(
		/\]\((?!https?:)([^)#\s]*)(#[^)\s]+)?\)/g,
		(link, file: string, anchor = '') => {
			const target = file === '' ? page : posix.join(dirname(page), file);
			return isThere(source, target, anchor) ? link : `](${main}/${target}${anchor})`;
		},
	);
	writeFileSync(path, linked);
}

/** Of the anchors, only those of the sections that were left out are missing. */
function isThere(source: string, target: string, anchor: string): boolean {
	const leftOut = (SECTIONS_LEFT_OUT[target] ?? []).map(
		(heading) =>
			`#${heading
				.toLowerCase()
				.replace(/[^a-z ]/g, '')
				.replaceAll(' ', '-')}`,
	);
	return existsSync(join(source, target)) && !leftOut.includes(anchor);
}
