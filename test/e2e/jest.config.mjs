/** The package in a real n8n: `npm run e2e`. */
export default {
	testEnvironment: 'node',
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	// Queue mode is run with: npm run e2e -- --testMatch '**/e2e/queue/*.test.ts'
	testMatch: ['<rootDir>/test/e2e/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/.cache/'],
	cacheDirectory: '<rootDir>/.cache/jest',
	reporters: [
		process.env.CI === undefined ? 'default' : ['summary', { summaryThreshold: 0 }],
		'<rootDir>/test/reporter.mjs',
	],
	globalSetup: '<rootDir>/test/e2e/prepare.ts',
	// Above the times that starting n8n and its answers may take.
	testTimeout: 300_000,
	// Each file starts an n8n of its own.
	maxWorkers: 1,
};
