/** The result of one test file in one project of jest. */
export interface FileResult {
	project: string;
	/** Such as `unit/transport`. */
	test: string;
	/** The first test that failed. */
	failed?: string;
	/** The file could not be run at all. */
	isBroken: boolean;
}

type Verdict = 'noticed' | 'survived' | 'does not run' | 'fails anyway' | 'not run';

/** The verdict on a change, by its tests and those of the unchanged code. */
export function judge(
	project: string,
	tests: readonly string[],
	results: readonly FileResult[],
): { verdict: Verdict; test?: string } {
	const own = results.filter((result) => result.project === project);
	const broken = new Set(
		results.filter((result) => result.project === 'unchanged' && isFailure(result)).map(({ test }) => test),
	);
	const noticed = own.find((result) => result.failed !== undefined && !broken.has(result.test));
	if (noticed) return { verdict: 'noticed', test: `${noticed.test}: ${noticed.failed}` };
	if (own.some(({ isBroken, test }) => isBroken && !broken.has(test))) return { verdict: 'does not run' };
	if (tests.some((test) => broken.has(test))) return { verdict: 'fails anyway' };
	return { verdict: own.length === 0 ? 'not run' : 'survived' };
}

function isFailure({ failed, isBroken }: FileResult): boolean {
	return failed !== undefined || isBroken;
}
