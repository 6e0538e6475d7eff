import common from '../../jest.config.mjs';

/** What Stryker runs against each change. */
export default {
	...common,
	rootDir: '../..',
	roots: ['<rootDir>/dev/mutation', '<rootDir>/test/support'],
	testMatch: ['<rootDir>/dev/mutation/unit.test.ts'],
	// A change may make a test slower; Stryker has a limit of its own for that.
	testTimeout: 10_000,
};
