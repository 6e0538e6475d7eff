import { readFileSync } from 'node:fs';

/**
 * What is changed, room by room. Named with a room are the unit tests that take longest: they take part for that room alone,
 * since they see little of the others.
 */
export const ROOMS = JSON.parse(readFileSync(new URL('rooms.json', import.meta.url), 'utf8'));

const room = process.env.MUTATION_ROOM;

export default {
	mutate: room === undefined ? Object.values(ROOMS).flatMap(({ files }) => files) : ROOMS[room].files,
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
	jsonReporter: { fileName: `test-output/mutation/${room ?? 'changed'}.json` },
	htmlReporter: { fileName: `test-output/mutation/${room ?? 'changed'}.html` },
	clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
	allowConsoleColors: false,
};
