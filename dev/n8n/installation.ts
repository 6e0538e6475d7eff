import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { packageFolder, projectRoot } from '../projectFiles';
import { pack } from '../release/tarball';
import { Process } from './process';

/** A release of n8n that the package is run in. `dev/n8n/releases/` has a package.json and a lock file for each. */
export type Release = (typeof RELEASE_NAMES)[number];

export const RELEASE_NAMES = ['oldest', 'between', 'newest'] as const;

/** A real n8n on this machine. */
export interface Installation {
	/** The version of n8n, such as `2.41.1`. */
	version: string;
	/** The Node.js that runs it, and the script to run. */
	node: string;
	script: string;
}

const RELEASES = resolve(__dirname, 'releases');
/** Outside of any clone: it takes minutes and gigabytes, so it is done once for a machine. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-huawei-cloud-live');
const REPORT_EVERY_MS = 15_000;

/** Installs a release of n8n from npm, unless this machine has it. Rejects with npm's output if that fails. */
export async function installN8n(release: Release): Promise<Installation> {
	// The two that need their install scripts: n8n's database driver, and what brings Node.js.
	const rebuild = ['rebuild', 'sqlite3', 'node', '--ignore-scripts=false', ...headers()];
	const source = join(RELEASES, release);
	const { version, folder } = await installOnce('n8n', source, '3 GB and 7 minutes', rebuild);
	return {
		version,
		node: join(folder, 'node_modules/.bin/node'),
		script: join(folder, 'node_modules/n8n/bin/n8n'),
	};
}

/**
 * Installs packages from npm into a folder outside of any clone, unless this machine has them.
 * @param packageName the package whose version counts, in the package.json and lock file of `source`
 * @param effort the size and duration to announce
 * @param rebuild npm's arguments, if some packages need their install scripts
 */
export async function installOnce(
	packageName: string,
	source: string,
	effort: string,
	rebuild?: string[],
): Promise<{ version: string; folder: string }> {
	const read = (name: string) => readFileSync(join(source, name), 'utf8');
	const version: string = JSON.parse(read('package.json')).dependencies[packageName];
	const lock = createHash('sha256').update(read('package-lock.json')).digest('hex');
	const folder = join(CACHE, packageName, `${version}-${lock.slice(0, 12)}`);
	if (existsSync(folder)) return { version, folder };

	console.error(`Installing ${packageName} ${version} into ${folder}, once for this machine (${effort}).`);
	// An installation that was interrupted begins anew.
	const partial = `${folder}-partial`;
	rmSync(partial, { recursive: true, force: true });
	for (const name of ['package.json', 'package-lock.json']) cpSync(join(source, name), join(partial, name));
	const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
	await npm(['ci', ...flags], partial, 'Installing packages');
	if (rebuild) await npm(rebuild, partial, 'Building the database driver');
	renameSync(partial, folder);
	return { version, folder };
}

/** Tells the compilation where this Node.js has its headers, which it would download otherwise. They serve all versions. */
function headers(): string[] {
	const prefix = resolve(process.execPath, '../..');
	return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** Runs npm, and says on standard error that it still runs. Rejects with its output if it fails. */
export async function npm(args: string[], cwd: string, what: string): Promise<void> {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	console.error(`${what} …`);
	const reporting = setInterval(() => console.error(`${what} … ${seconds()}`), REPORT_EVERY_MS);
	const running = new Process('npm', [...args, '--loglevel=error'], { cwd, env: process.env });
	const code = await running.end().finally(() => clearInterval(reporting));
	if (code !== 0) throw new Error(`npm ${args.join(' ')} failed with exit code ${code}:\n${running.output}`);
	console.error(`${what}: done in ${seconds()}.`);
}

/** Builds the package. For commands that have their arguments to look at before. */
export async function build(): Promise<void> {
	await npm(['run', 'build'], projectRoot, 'Building the package');
}

const PACKED = join(projectRoot, '.cache/packed');
/** The folder to copy to `$N8N_USER_FOLDER/.n8n/nodes`, after `installPacked`. */
export const PACKED_NODES = join(PACKED, 'nodes');

/** Packs the built package, or takes the tarball PACKED_TARBALL, and installs it as n8n installs a community package. */
export async function installPacked(): Promise<void> {
	rmSync(PACKED, { recursive: true, force: true });
	mkdirSync(PACKED_NODES, { recursive: true });
	// Without it, npm would install into this project.
	writeFileSync(join(PACKED_NODES, 'package.json'), JSON.stringify({ private: true }));
	const given = process.env.PACKED_TARBALL;
	const tarball = given === undefined ? pack(packageFolder, PACKED) : resolve(projectRoot, given);
	// n8n brings n8n-workflow, the peer dependency, itself.
	const flags = ['--legacy-peer-deps', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
	await npm(['install', tarball, ...flags], PACKED_NODES, 'Installing the package');
}
