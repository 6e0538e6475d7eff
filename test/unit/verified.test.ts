import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { stage } from '../../dev/verified/verified';
import { parseMarkdown } from '../support/markdown';

/** The sources of the flavor without dependencies. That they build is seen by building them. */

const folder = mkdtempSync(join(tmpdir(), 'verified-'));
const root = resolve(__dirname, '../..');
const read = (file: string, from = folder) => readFileSync(join(from, file), 'utf8');
const manifestOf = (from: string): Record<string, unknown> => JSON.parse(read('package.json', from));
const files = () =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
		statSync(join(folder, path)).isFile(),
	);

beforeAll(() => void stage(folder));
afterAll(() => rmSync(folder, { recursive: true }));

test('have no dependency, and a version of their own', () => {
	const { dependencies, version, ...manifest } = manifestOf(folder);
	expect(dependencies).toBeUndefined();
	expect(version).toBe(`${String(manifestOf(root).version)}-verified`);
	const { name, n8n, ...ours } = manifestOf(root);
	expect(manifest).toMatchObject({ name, n8n: { ...Object(n8n), strict: true } });
	for (const field of ['files', 'peerDependencies', 'engines', 'license', 'repository'])
		expect(manifest[field]).toEqual(ours[field]);
});

test('import no undici', () => {
	const sources = files().filter((file) => file.endsWith('.ts'));
	expect(sources.length).toBeGreaterThan(50);
	expect(sources.filter((file) => /from 'undici'|http\/transport'/.test(read(file)))).toEqual([]);
});

test('differ in one file, and in those that it leaves unused', () => {
	// Pages differ in their links to other pages, which the flavor lacks.
	const isShipped = (file: string) => /^(credentials|nodes|n8n|huawei-cloud)\/.*(?<!\.md)$/.test(file);
	const differing = files().filter((file) => isShipped(file) && read(file) !== read(file, root));
	expect(differing).toEqual(['n8n/runTransport.ts']);
	for (const file of ['egress', 'proxy', 'transport'])
		expect(files()).not.toContain(`huawei-cloud/http/${file}.ts`);
	expect(files().filter((file) => file.includes('.verified.'))).toEqual([]);
});

test('have documentation that is true for them: no dead link, no script they lack', () => {
	const scripts = Object.keys(Object(manifestOf(folder).scripts));
	const pages = files().filter((file) => file.endsWith('.md'));
	for (const page of pages) {
		const main = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/blob\/main\//;
		const { links, blocks } = parseMarkdown(read(page));
		const dead = links.filter((link) => {
			const from = main.test(link) ? root : folder;
			if (from === folder && /^https?:/.test(link)) return false;
			const [path = '', anchor] = link.replace(main, '').split('#');
			const target = path === '' ? page : main.test(link) ? path : join(dirname(page), path);
			if (!existsSync(join(from, target))) return true;
			return anchor !== undefined && !parseMarkdown(read(target, from)).anchors.includes(anchor);
		});
		expect({ page, dead }).toEqual({ page, dead: [] });
		const run = [...blocks.join('\n').matchAll(/npm (?:run (\S+)|(start|test)\b)/g)].map(
			([, script, alias]) => script ?? alias,
		);
		expect({ page, missing: run.filter((script = '') => !scripts.includes(script)) }).toEqual({
			page,
			missing: [],
		});
	}
});

test('are in English, as n8n asks of what it verifies', () => {
	const texts = files().filter((file) => file.endsWith('.md'));
	expect(texts).toContain('README.md');
	expect(texts.filter((file) => /\p{Script=Han}/u.test(read(file)))).toEqual([]);
});
