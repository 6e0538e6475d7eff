import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageFolder } from '../../dev/projectFiles';

const manifest: { dependencies?: Record<string, string> } = JSON.parse(
	readFileSync(join(packageFolder, 'package.json'), 'utf8'),
);

/** True if the package under test uses connections again: the flavor without dependencies opens one for each call. */
export const reusesConnections = 'undici' in (manifest.dependencies ?? {});

/** The max connections that the package under test may open for a number of calls. */
export function mostConnections(calls: number, whenReused: number): number {
	return reusesConnections ? whenReused : calls;
}
