/** What is changed: the client, the seam, and what decides by which output an item leaves. */
export default {
	mutate: ['{huawei-cloud,n8n}/**/*.ts', 'nodes/HuaweiCloudLive/{runItems,items,operations}.ts'],
	testRunner: 'jest',
	plugins: ['@stryker-mutator/jest-runner'],
	jest: { configFile: 'dev/mutation/jest.config.mjs', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	// What is evaluated when a module is loaded, such as the error table, would take all tests for each change.
	ignoreStatic: true,
	ignorePatterns: [
		'/dist',
		'/docs',
		'/examples',
		'/icons',
		'/.cache',
		'/test-output',
		'/test/{e2e,engine,emulator}',
	],
	tempDirName: '.cache/stryker',
	concurrency: 2,
	timeoutFactor: 3,
	reporters: ['clear-text', 'json', 'html'],
	jsonReporter: { fileName: 'test-output/mutation/mutation.json' },
	htmlReporter: { fileName: 'test-output/mutation/mutation.html' },
	clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
	allowConsoleColors: false,
};
