import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A release of n8n that the package is run in. `test/n8n/releases/` has a package.json and a lock file for each. */
export type Release = 'newest' | 'oldest';

/** A real n8n on this machine. */
export interface Installation {
	release: Release;
	/** The version of n8n, such as `2.41.1`. */
	version: string;
	/** The Node.js that runs it, and the script to run. */
	node: string;
	script: string;
	folder: string;
}

interface PackageFile {
	version?: string;
	dependencies?: Record<string, string>;
}

const RELEASES = resolve(__dirname, 'releases');
/** Outside of any clone: it takes minutes and gigabytes, so it is done once for a machine. */
const CACHE = join(
	process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
	'n8n-nodes-huawei-cloud-live',
	'n8n',
);
const REPORT_EVERY_MS = 15_000;

/**
 * Installs a release of n8n from npm, unless this machine has it.
 * @param report told what goes on, a line at a time
 * @throws Error when npm fails; its last lines are in the message
 */
export async function installN8n(release: Release, report: (line: string) => void): Promise<Installation> {
	const source = join(RELEASES, release);
	const { dependencies = {} } = readPackage(source);
	const version = dependencies.n8n ?? '';
	const lock = createHash('sha256')
		.update(readFileSync(join(source, 'package-lock.json')))
		.digest('hex');
	const folder = join(CACHE, `${version}-${lock.slice(0, 12)}`);
	if (!existsSync(folder)) {
		const partial = `${folder}.partial`;
		rmSync(partial, { recursive: true, force: true });
		mkdirSync(partial, { recursive: true });
		for (const name of ['package.json', 'package-lock.json']) cpSync(join(source, name), join(partial, name));
		report(`Installing n8n ${version} into ${folder}, once for this machine (some 3 GB and 5 minutes).`);
		await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], partial, 'Installing packages', report);
		// The two that need their install scripts: n8n's database, and the binary that the package "node" brings.
		const needed = ['sqlite3', 'node'].filter((name) => existsSync(join(partial, 'node_modules', name)));
		await npm(['rebuild', ...needed, '--ignore-scripts=false'], partial, 'Building sqlite3', report);
		renameSync(partial, folder);
	}
	return {
		release,
		version,
		node: 'node' in dependencies ? join(folder, 'node_modules/.bin/node') : process.execPath,
		script: join(folder, 'node_modules/n8n/bin/n8n'),
		folder,
	};
}

function readPackage(folder: string): PackageFile {
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Runs npm, and tells every now and then that it still runs. */
export async function npm(
	args: string[],
	cwd: string,
	what: string,
	report: (line: string) => void,
): Promise<void> {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	report(`${what} …`);
	const reporting = setInterval(() => report(`${what} … ${seconds()}`), REPORT_EVERY_MS);
	let output = '';
	const child = spawn('npm', [...args, '--loglevel=error'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (data: Buffer) => (output = `${output}${data.toString()}`.slice(-4000)));
	try {
		const code = await new Promise<number | null>((done, fail) => {
			child.once('close', done).once('error', fail);
		});
		if (code !== 0) throw new Error(`npm ${args.join(' ')} failed with ${code}:\n${output}`);
	} finally {
		clearInterval(reporting);
	}
	report(`${what}: done in ${seconds()}.`);
}
