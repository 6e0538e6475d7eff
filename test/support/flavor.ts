import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageFolder } from '../../dev/n8n/packageFolder';

const manifest: { dependencies?: Record<string, string> } = JSON.parse(
	readFileSync(join(packageFolder, 'package.json'), 'utf8'),
);

/** Whether the package under test uses connections again: the flavor without dependencies opens one for each call. */
export const reusesConnections = 'undici' in (manifest.dependencies ?? {});

/** The most connections that the package under test may open for so many calls. */
export function mostConnections(calls: number, whenReused: number): number {
	return reusesConnections ? whenReused : calls;
}
