import { describe, expect, test } from '@jest/globals';

import {
	changelogOf,
	faultsBeforeRelease,
	notesOf,
	readProject,
	repositoryFaults,
	type Project,
} from '../../dev/release/project';
import { compareFindings } from '../../dev/scan/findings';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A second thing.

## [1.0.0] - 2026-01-31

- A thing.
`;

function project(changes: Partial<Project> = {}, manifest: Partial<Project['manifest']> = {}): Project {
	const url = 'https://github.com/someone/the-node';
	return {
		manifest: {
			version: '1.1.0',
			author: { email: 'someone@users.noreply.github.com' },
			repository: { url: `git+${url}.git` },
			homepage: `${url}#readme`,
			bugs: { url: `${url}/issues` },
			...manifest,
		},
		changelog: changelogOf(CHANGELOG, '1.1.0', '2026-02-28'),
		texts: { 'docs/running.md': `a [report](${url}/issues), and [n8n](https://github.com/n8n-io/n8n)` },
		...changes,
	};
}

describe('a release', () => {
	const RUN = { tag: 'v1.1.0', runsIn: 'someone/the-node' };

	test('takes what was not released yet', () => {
		expect(notesOf(project().changelog, '1.1.0')).toBe('### Added\n\n- A second thing.');
		expect(notesOf(project().changelog, '1.0.0')).toBe('- A thing.');
		expect(faultsBeforeRelease(project(), RUN)).toEqual([]);
	});

	test('that failed can be made again: the version keeps its entries', () => {
		const { changelog } = project();
		expect(changelogOf(changelog, '1.1.0', '2026-03-01')).toBe(changelog);
	});

	const GITHUB = 'https://github.com';
	const TEMPLATE = `${GITHUB}/n8n-nodes-huawei-cloud-live/n8n-nodes-huawei-cloud-live`;
	const at = (url: string) => ({ repository: { url: `git+${url}.git` } });
	const page = (text: string) => ({ texts: { 'a.md': text } });
	const refusals: Array<[why: string, Partial<Project>, Partial<Project['manifest']>, says: RegExp]> = [
		['the tag is of another version', {}, { version: '1.2.0' }, /The tag is v1\.1\.0, but the version/],
		['the changelog has no entries', { changelog: CHANGELOG }, {}, /no entries under "## \[1\.1\.0\]/],
		['entries are not released', { changelog: CHANGELOG }, {}, /has entries under/],
		['it runs in another repository', {}, at(`${GITHUB}/a/the-node`), /This runs in someone\/the-node/],
		['the repository is not set', {}, at(TEMPLATE), /repository\.ts OWNER\/NAME/],
		['the author has no address', {}, { author: { email: 'a@b.example' } }, /The author in package\.json/],
		['a page says that nothing is published', page('It is not published yet.'), {}, /^a\.md says/],
		['a page names another', page(`${GITHUB}/other/the-node#x`), {}, /^a\.md names .+ other\/the-node/],
		// As it was called before it had an owner.
		[
			'a page names the template',
			page(`${TEMPLATE}/issues`),
			{},
			/^a\.md names .+ n8n-nodes-huawei-cloud-live\//,
		],
	];
	test.each(refusals)('is rejected when %s', (_why, changes, manifest, says) => {
		const faults = faultsBeforeRelease(project(changes, manifest), RUN);
		expect(faults).toContainEqual(expect.stringMatching(says));
	});
});

test('the project names one repository everywhere. If not: npx tsx dev/release/repository.ts OWNER/NAME', () => {
	expect(repositoryFaults(readProject())).toEqual([]);
});

test("a finding of n8n's scanner is allowed by name, and as long as it is needed", () => {
	const allowed = { where: 'tarball', file: 'a.js', rule: 'r', why: 'because' } as const;
	const elsewhere = { ...allowed, where: 'source' } as const;
	const found = [
		{ where: 'tarball', file: 'a.js', rule: 'r' },
		{ where: 'tarball', file: 'a.js', rule: 'another' },
	] as const;
	expect(compareFindings(found, [allowed, elsewhere], ['tarball'])).toEqual({
		notAllowed: [found[1]],
		notNeeded: [],
	});
	expect(compareFindings([], [allowed, elsewhere], ['source', 'tarball'])).toEqual({
		notAllowed: [],
		notNeeded: [allowed, elsewhere],
	});
});
