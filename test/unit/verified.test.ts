import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { stage } from '../../dev/verified/verified';

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
	const { name, n8n, files, peerDependencies, engines, license, repository } = manifestOf(root);
	expect(manifest).toMatchObject({ name, n8n, files, peerDependencies, engines, license, repository });
});

test('import no undici', () => {
	const sources = files().filter((file) => file.endsWith('.ts'));
	expect(sources.length).toBeGreaterThan(50);
	expect(sources.filter((file) => /from 'undici'|http\/transport'/.test(read(file)))).toEqual([]);
});

test('differ in one file, and in those that it leaves unused', () => {
	const isShipped = (file: string) => /^(credentials|nodes|n8n|huawei-cloud)\//.test(file);
	const differing = files().filter((file) => isShipped(file) && read(file) !== read(file, root));
	expect(differing).toEqual(['n8n/runTransport.ts']);
	for (const file of ['egress', 'proxy', 'transport'])
		expect(files()).not.toContain(`huawei-cloud/http/${file}.ts`);
	expect(files().filter((file) => file.includes('.verified.'))).toEqual([]);
});

test('are in English, as n8n asks of what it verifies', () => {
	const texts = files().filter((file) => file.endsWith('.md'));
	expect(texts).toContain('README.md');
	expect(texts.filter((file) => /\p{Script=Han}/u.test(read(file)))).toEqual([]);
});
