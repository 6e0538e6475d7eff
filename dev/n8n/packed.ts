import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { packageFolder, projectRoot } from '../projectFiles';
import { pack } from '../release/tarball';
import { npm } from './installation';

const FOLDER = join(projectRoot, '.cache/packed');
/** The folder to copy to `$N8N_USER_FOLDER/.n8n/nodes`, after `installPacked`. */
export const PACKED_NODES = join(FOLDER, 'nodes');

/**
 * Packs the built package as for publishing, and installs the tarball as n8n installs a community package. `PACKED_TARBALL`
 * names one to take in its place, such as the one that is about to be published.
 */
export async function installPacked(report: (line: string) => void): Promise<void> {
	rmSync(FOLDER, { recursive: true, force: true });
	mkdirSync(PACKED_NODES, { recursive: true });
	// Without it, npm would install into this project.
	writeFileSync(join(PACKED_NODES, 'package.json'), JSON.stringify({ private: true }));
	const given = process.env.PACKED_TARBALL;
	const tarball = given === undefined ? pack(packageFolder, FOLDER) : resolve(projectRoot, given);
	// n8n brings n8n-workflow, the peer dependency, itself.
	const flags = ['--legacy-peer-deps', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
	await npm(['install', tarball, ...flags], PACKED_NODES, 'Installing the package', report);
}
