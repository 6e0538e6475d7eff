import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = resolve(__dirname, '../..');
const manifest: { [field: string]: unknown; n8n: { nodes: string[]; credentials: string[] } } = JSON.parse(
	readFileSync(join(root, 'package.json'), 'utf8'),
);

test('the package has one runtime dependency', () => {
	expect(Object.keys(Object(manifest.dependencies))).toEqual(['undici']);
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
});

test('the lock file names no registry', () => {
	expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});

describe('the tarball', () => {
	const folder = mkdtempSync(join(tmpdir(), 'tarball-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'ignore' });
	const [tarball = ''] = readdirSync(folder);
	const files = execFileSync('tar', ['tzf', join(folder, tarball)], { encoding: 'utf8' })
		.trim()
		.split('\n')
		.map((path) => path.replace(/^package\//, ''));

	test('holds what n8n loads', () => {
		expect(files).toEqual(
			expect.arrayContaining([
				'index.js',
				'LICENSE',
				'README.md',
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

	test('holds one README, in English', () => {
		expect(files.filter((file) => file.endsWith('.md'))).toEqual(['README.md']);
	});

	test('holds no tests, sources or maps', () => {
		expect(files.filter((file) => /(^|\/)test\/|\.map$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
	});
});
