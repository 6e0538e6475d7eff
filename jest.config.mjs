export default {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/test/{unit,engine,emulator,properties}/**/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/.cache/'],
	clearMocks: true,
	// What failed and the totals, where nobody watches; and all cores, where nobody works beside it.
	...(process.env.CI === undefined
		? {}
		: { reporters: [['summary', { summaryThreshold: 0 }]], maxWorkers: '100%' }),
	// Some make hundreds of executions, which takes its time where others work, too.
	testTimeout: 30_000,
};
