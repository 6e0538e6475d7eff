/**
 * `npm run scan:verified`: what n8n's scanner, `@n8n/scan-community-package`, finds. It lints a
 * published tarball, and the sources at the commit that its provenance names; it takes the names of published packages
 * alone, so its rules are applied here. Its arguments are tarballs, and folders of sources. Ends with 1 when there are findings.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const n8nNodesBase = createRequire(import.meta.url)('eslint-plugin-n8n-nodes-base');
const { community, credentials, nodes } = n8nNodesBase.configs;

/** What it looks at. */
const OF_TARBALL = ['**/*.js', 'package.json'];
const OF_SOURCES = ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'];

/** As the scanner's `buildScanConfig` has it. */
const config = tseslint.config(
	n8nCommunityNodesPlugin.configs.recommended,
	{ rules: { 'no-console': 'error' } },
	{ plugins: { 'n8n-nodes-base': n8nNodesBase } },
	{ files: ['package.json'], rules: community.rules },
	{
		files: ['**/credentials/**/*.ts'],
		rules: {
			...credentials.rules,
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['**/nodes/**/*.ts'],
		rules: {
			...nodes.rules,
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		},
	},
	{ files: ['**/*.json', '**/*.ts'], languageOptions: { parser: tseslint.parser } },
);

async function lint(folder, patterns) {
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: config,
	});
	const results = await eslint.lintFiles(patterns);
	if (results.length === 0) throw new Error(`There is nothing to lint in ${folder}`);
	return results.flatMap(({ filePath, messages }) =>
		messages
			.filter(({ severity }) => severity === 2)
			.map(({ line, ruleId, message }) => `${relative(folder, filePath)}:${line} ${ruleId}: ${message}`),
	);
}

async function scan(path) {
	if (statSync(path).isDirectory()) return await lint(path, OF_SOURCES);
	const folder = mkdtempSync(join(tmpdir(), 'scan-'));
	try {
		execFileSync('tar', ['xzf', path, '-C', folder, '--strip-components=1']);
		return await lint(folder, OF_TARBALL);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const paths = process.argv.slice(2).map((path) => resolve(path));
if (paths.length === 0) throw new Error('Name a tarball, or a folder of sources');
for (const path of paths) {
	const findings = await scan(path);
	console.log([`${path}: ${findings.length} findings`, ...findings].join('\n  '));
	if (findings.length > 0) process.exitCode = 1;
}
