import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';

/** The files that a release depends on: their text, by path. */
export interface Project {
	manifest: Manifest;
	changelog: string;
	/** Every other text that may name the repository, or say that nothing is published. */
	texts: Readonly<Record<string, string>>;
}

export interface Manifest {
	version: string;
	author: { email: string };
	repository: { url: string };
	homepage: string;
	bugs: { url: string };
}

/** The repository's name until it has an owner. */
export const NO_REPOSITORY = 'n8n-nodes-huawei-cloud-live/n8n-nodes-huawei-cloud-live';
const NOT_PUBLISHED = [/not published yet/i, /once it is published/i, /尚未发布/, /发布之后/];
const UNRELEASED = '## [Unreleased]';

/** @returns `owner/name` on GitHub, from `repository` of package.json; undefined when it is not written like that */
export function repositoryOf({ repository }: Pick<Manifest, 'repository'>): string | undefined {
	return /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(repository.url)?.[1];
}

/** @returns what keeps a version from being released, a sentence each that says what to do */
export function faultsBeforeRelease(
	{ manifest, changelog, texts }: Project,
	{ tag, runsIn }: { tag?: string | undefined; runsIn?: string | undefined } = {},
): string[] {
	const { version, author } = manifest;
	const repository = repositoryOf(manifest);
	const faults: string[] = [];
	if (tag !== undefined && tag !== `v${version}`) {
		faults.push(
			`The tag is ${tag}, but the version in package.json is ${version}. The tag must be v${version}.`,
		);
	}
	if (notesOf(changelog, version) === undefined) {
		faults.push(`CHANGELOG.md has no entries under "## [${version}] - <date>".`);
	}
	if (sectionAfter(changelog, UNRELEASED) !== '') {
		faults.push(`CHANGELOG.md has entries under "${UNRELEASED}". They belong to ${version}.`);
	}
	if (repository === undefined || repository === NO_REPOSITORY) {
		faults.push('The repository is not set. Set it with: npx tsx dev/release/repository.ts OWNER/NAME');
	} else if (runsIn !== undefined && runsIn !== repository) {
		faults.push(`This runs in ${runsIn}, but package.json names ${repository}. npm rejects that.`);
	}
	if (author.email.endsWith('.example')) {
		faults.push('The author in package.json has no email address. Enter who publishes the package.');
	}
	for (const [path, text] of Object.entries(texts)) {
		if (NOT_PUBLISHED.some((words) => words.test(text))) {
			faults.push(`${path} says that nothing is published yet. Remove that.`);
		}
	}
	return [...faults, ...repositoryFaults({ manifest, changelog, texts })];
}

/** @returns where the project names another repository than `repository` of package.json does */
export function repositoryFaults({ manifest, texts }: Project): string[] {
	const repository = repositoryOf(manifest) ?? NO_REPOSITORY;
	const url = `https://github.com/${repository}`;
	const name = repository.split('/')[1] ?? '';
	const isOther = (found: string) =>
		found !== repository && (found === NO_REPOSITORY || found.endsWith(`/${name}`));
	return [
		...(manifest.homepage === `${url}#readme` ? [] : [`"homepage" in package.json is not ${url}#readme.`]),
		...(manifest.bugs.url === `${url}/issues` ? [] : [`"bugs" in package.json is not ${url}/issues.`]),
		...Object.entries(texts).flatMap(([path, text]) =>
			[...text.matchAll(/https:\/\/github\.com\/([\w.-]+\/[\w-]+)/g)]
				.map(([, found = '']) => found)
				.filter(isOther)
				.map((found) => `${path} names the repository ${found}, but package.json names ${repository}.`),
		),
	];
}

/** @returns the entries of a version; undefined when there are none */
export function notesOf(changelog: string, version: string): string | undefined {
	const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm');
	const found = heading.exec(changelog)?.[0];
	return (found && sectionAfter(changelog, found)) || undefined;
}

/** The changelog with the unreleased entries below a version and a day (`2026-01-31`), unless it has entries already. */
export function changelogOf(changelog: string, version: string, day: string): string {
	if (notesOf(changelog, version) !== undefined) return changelog;
	return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${day}`);
}

function sectionAfter(changelog: string, heading: string): string {
	const [, after = ''] = changelog.split(`${heading}\n`);
	return after.split(/^## /m)[0]?.trim() ?? '';
}

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
