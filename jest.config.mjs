export default {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/test/{unit,engine,emulator,properties}/**/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] },
	modulePathIgnorePatterns: ['<rootDir>/.cache/'],
	clearMocks: true,
	// Some make hundreds of executions, which takes its time where others work, too.
	testTimeout: 30_000,
};
