import { createRequire } from 'node:module';

import eslint from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const n8nNodesBase = createRequire(import.meta.url)('eslint-plugin-n8n-nodes-base');
const communityNodes = n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport;

/** Rejects imports that would let data flow the wrong way between the layers of the project: all but these. */
const allowImports = (message, ...allowed) => ({
	'no-restricted-imports': ['error', { patterns: [{ regex: `^(?!${allowed.join('|')})`, message }] }],
});

const CLIENT_LAYERS = ['http', 'call', 'pace', 'policies', 'identity', 'live'];
/**
 * A layer of the client may import those before it, but not n8n. Only identity may use Node's crypto, and only the
 * transport may use undici.
 */
const clientLayers = CLIENT_LAYERS.map((layer, index) => ({
	files: [`huawei-cloud/${layer}/**/*.ts`],
	rules: allowImports(
		`In huawei-cloud/, a layer imports only from those before it: ${CLIENT_LAYERS.join(', ')}.`,
		'\\./',
		...CLIENT_LAYERS.slice(0, index).map((before) => `\\.\\./${before}/`),
		...(layer === 'identity' ? ['node:crypto$'] : []),
	),
}));

/** Loops whose body only waits: when what they wait for never comes, they never end, and neither does jest. */
const unboundedWaits = ['', 'BlockStatement > '].map((block) => ({
	selector:
		`:matches(WhileStatement, DoWhileStatement, ForStatement[test=null]) > ${block}ExpressionStatement > AwaitExpression > ` +
		':matches(NewExpression[callee.name="Promise"], CallExpression[callee.name=/^(setImmediate|setTimeout|sleep|pause|wait|nextTurn|settle)$/])',
	message: 'This may wait forever: use until() of test/support/until.ts, which does not.',
}));

const NODE_IMPORTS = ['(\\.\\./)+n8n/', '(\\.\\./)+huawei-cloud/(call|identity|live)/', 'n8n-workflow$'];
/** A node may import its own files and the shared ones. */
const nodeFolders = [
	['shared', '\\./'],
	[
		'HuaweiCloudLive',
		'\\./',
		'(\\.\\./)+shared/',
		'(\\.\\./){1,2}(description|input|operations|output|editor|[A-Za-z]+$)',
	],
	['HuaweiCloudLiveTrigger', '\\./', '\\.\\./shared/'],
].map(([folder, ...own]) => ({
	files: [`nodes/${folder}/**/*.ts`],
	rules: allowImports(
		'A node may import n8n-workflow, n8n/, its own files, those in nodes/shared, and what the client offers, but no HTTP.',
		...own,
		...NODE_IMPORTS,
	),
}));

export default tseslint.config(
	{ ignores: ['dist/', 'coverage/', '.cache/', 'test-output/', 'release/'] },
	{
		files: ['**/*.ts'],
		extends: [eslint.configs.recommended, tseslint.configs.strict, communityNodes],
		rules: {
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
		},
	},
	{
		// What ships: n8n's scanner forbids these globals everywhere, and "as const" is the one assertion that hides nothing.
		files: ['{nodes,credentials,n8n,huawei-cloud}/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-globals': 'error',
			// With n8n's own options, which a name with an underscore does not get around.
			'@typescript-eslint/no-unused-vars': ['error', {}],
			'no-console': 'error',
		},
	},
	{
		files: ['{nodes,credentials,n8n,huawei-cloud}/**/*.ts'],
		rules: { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 40] },
	},
	{
		// What comes from outside may be megabytes long. `new RegExp` of a text would not be checked.
		files: ['{nodes,credentials,n8n,huawei-cloud}/**/*.ts'],
		plugins: { regexp },
		rules: {
			'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
			'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
			'no-restricted-syntax': [
				'error',
				{
					selector: ':matches(NewExpression, CallExpression)[callee.name="RegExp"]',
					message: 'Write a regular expression as a literal: lint checks those for the time they take.',
				},
			],
		},
	},
	{
		files: ['huawei-cloud/**/*.ts'],
		rules: { ...allowImports('Every file of the client is in one of its layers.', '$') },
	},
	...clientLayers,
	{
		// The one file that reads the environment, for the proxy variables.
		files: ['huawei-cloud/http/proxy.ts'],
		rules: { '@n8n/community-nodes/no-restricted-globals': 'off' },
	},
	{
		files: ['huawei-cloud/http/transport.ts'],
		rules: allowImports('The transport imports undici, and nothing above it.', '\\./', 'undici$'),
	},
	{
		// Not part of the flavor that n8n verifies; and the client can't throw n8n's errors, since it doesn't import n8n.
		files: ['huawei-cloud/http/{egress,proxy,transport}.ts'],
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		files: ['n8n/**/*.ts'],
		rules: allowImports(
			'n8n/ imports n8n-workflow and the client.',
			'\\./',
			'\\.\\./(clock|transports|messages|runtime)$',
			'(\\.\\./)+huawei-cloud/',
			'n8n-workflow$',
		),
	},
	...nodeFolders,
	{
		files: ['credentials/**/*.ts'],
		rules: allowImports('A credential imports n8n-workflow and n8n/.', '\\.\\./n8n/', 'n8n-workflow$'),
	},
	{
		files: ['dev/emulator/**/*.ts'],
		rules: allowImports(
			'The emulator shares nothing with the client, so that the two can disagree.',
			'\\./',
			'\\.\\./program$',
			'node:',
			'fastify$',
		),
	},
	{
		// It judges the service, so it may not read responses as our client does.
		files: ['dev/conformance/**/*.ts'],
		rules: allowImports(
			'The conformance suite may import what sends a request, authenticates it and masks secrets, but not what reads the response.',
			'\\.{1,2}/[A-Za-z]+$',
			'\\./questions/',
			'\\.\\./program$',
			'(\\.\\./)+(emulator|start)/',
			'(\\.\\./)+huawei-cloud/http/(abort|clock|http|transport)$',
			'(\\.\\./)+huawei-cloud/identity/(authentication|credential|credentialState|secret)$',
			'(\\.\\./)+huawei-cloud/call/redaction$',
			'\\.\\./\\.\\./n8n/clock$',
			'node:',
			'cli-table3$',
		),
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...n8nNodesBase.configs.nodes.rules,
			// Written for the old string literals; NodeConnectionTypes is what n8n asks for today.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...n8nNodesBase.configs.credentials.rules,
			// For nodes inside n8n, whose documentation URL is a camel-cased name rather than a URL.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: ['package.json'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		extends: [communityNodes],
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: {
			...n8nNodesBase.configs.community.rules,
			// undici, and undici alone: n8n's own helpers open a new TCP and TLS connection for every request, follow
			// redirects with the token, and can't tell whether a request was sent before it failed. The test
			// test/engine/package.test.ts keeps the list from growing.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
		},
	},
	{
		files: ['{dev,test}/**/*.ts'],
		ignores: ['test/support/until.ts', 'dev/n8n/process.ts'],
		rules: { 'no-restricted-syntax': ['error', ...unboundedWaits] },
	},
	{
		// Tests and tools run on a developer's machine, not inside n8n.
		files: ['{dev,test}/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
			'@n8n/community-nodes/no-http-request-with-manual-auth': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
		},
	},
);
