import { appendFileSync } from 'node:fs';

/** Writes the result of each test file as it comes, with the project that it ran in: a line of JSON each. */
export default class Reporter {
	onTestResult({ path, context }, { testResults, testExecError }) {
		const failed = testResults.find(({ status }) => status === 'failed')?.fullName;
		const result = {
			project: context.config.displayName.name,
			test: path.replace(/^.*\/test\//, '').replace(/\.test\.ts$/, ''),
			failed,
			isBroken: testExecError !== undefined && testExecError !== null,
		};
		appendFileSync(process.env.MUTANT_RESULTS, `${JSON.stringify(result)}\n`);
	}
}
