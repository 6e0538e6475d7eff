const SLOWEST = 10;

/** Tells `runJest.mjs` how the tests ended; and people, where nobody watches, which of them took longest. */
export default class Reporter {
	constructor() {
		// When the runner was killed, nothing of its tests stays behind.
		process.once('disconnect', () => process.kill(0, 'SIGKILL'));
		process.channel?.unref();
	}

	onRunComplete(_contexts, { testResults, numFailedTests, numRuntimeErrorTestSuites, wasInterrupted }) {
		if (process.env.CI !== undefined) printSlowest(testResults);
		const failed = numFailedTests > 0 || numRuntimeErrorTestSuites > 0 || wasInterrupted;
		process.send?.({ failed });
	}
}

function printSlowest(files) {
	const tests = files.flatMap(({ testFilePath, testResults }) =>
		testResults.map(({ duration, fullName }) => ({
			seconds: (duration ?? 0) / 1000,
			name: `${testFilePath.replace(/^.*\/test\//, '')}: ${fullName}`,
		})),
	);
	tests.sort((one, other) => other.seconds - one.seconds);
	console.log('Slowest tests:');
	for (const { seconds, name } of tests.slice(0, SLOWEST)) {
		console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
	}
}
