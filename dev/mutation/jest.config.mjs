import common from '../../jest.config.mjs';

/** The unit tests that a changed line of the client, the seam or the routing can fail. */
export default {
	...common,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
	// They look at the project's files, which Stryker has rewritten, or at programs beside the package.
	testPathIgnorePatterns: ['/(rooms|readme|start|conformanceGuard)\\.test\\.ts$'],
};
