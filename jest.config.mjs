export default {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/test/{unit,engine,emulator,properties}/**/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/.cache/'],
	cacheDirectory: '<rootDir>/.cache/jest',
	clearMocks: true,
	maxWorkers: '100%',
	workerIdleMemoryLimit: '2GB',
	// What failed and the totals, where nobody watches.
	reporters: [
		process.env.CI === undefined ? 'default' : ['summary', { summaryThreshold: 0 }],
		'<rootDir>/test/reporter.mjs',
	],
	// Ends what hangs. Nothing else may depend on it: other work can make these machines ten times as slow.
	testTimeout: 120_000,
};
