import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

import { faultsOf, filesOf, pack } from '../../dev/release/tarball';

const root = resolve(__dirname, '../..');
const manifest: { [field: string]: unknown; n8n: { nodes: string[]; credentials: string[] } } = JSON.parse(
	readFileSync(join(root, 'package.json'), 'utf8'),
);

test('the package has one runtime dependency', () => {
	expect(Object.keys(Object(manifest.dependencies))).toEqual(['undici']);
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
});

test('loading it does not load undici, which the first connection loads', () => {
	const { nodes, credentials } = manifest.n8n;
	const program = `
		for (const file of ${JSON.stringify([...nodes, ...credentials])}) require('./' + file);
		console.log(Object.keys(require.cache).filter((path) => path.includes('/undici/')).length);
	`;
	expect(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })).toBe('0\n');
});

test('the lock file names no registry', () => {
	expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});

describe('the tarball', () => {
	const folder = mkdtempSync(join(tmpdir(), 'tarball-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	const tarball = pack(root, folder);
	const files = filesOf(tarball);

	test('holds what n8n loads', () => {
		expect(files).toEqual(
			expect.arrayContaining([
				...manifest.n8n.nodes,
				...manifest.n8n.credentials,
				'dist/nodes/HuaweiCloudLive/HuaweiCloudLive.node.json',
				'dist/nodes/HuaweiCloudLiveTrigger/HuaweiCloudLiveTrigger.node.json',
				'dist/nodes/HuaweiCloudLive/__schema__/v1.0.0/relayTask/delete.json',
				'dist/icons/huaweiCloudLive.svg',
				'dist/icons/huaweiCloudLive.dark.svg',
			]),
		);
	});

	test('holds what the sources become and nothing else, within 300 kB', () => {
		expect(faultsOf(tarball)).toEqual([]);
	});
});
