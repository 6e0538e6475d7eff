import { resolve } from 'node:path';

import { npm } from './installation';

/** Builds the package. For commands that have their arguments to look at before. */
export async function build(report: (line: string) => void): Promise<void> {
	await npm(['run', 'build'], resolve(__dirname, '../..'), 'Building the package', report);
}
