import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { runCommand } from '../program';

/**
 * Debian's packages that the tests in a real n8n need, and where each puts its program. Chrome does as well as Chromium,
 * which GitHub's machines do not have.
 */
const PROGRAMS = {
	chromium: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
	'redis-server': ['/usr/bin/redis-server'],
	postgresql: ['/usr/lib/postgresql'],
};

/**
 * Where the program of a package is.
 * @throws Error that says which command installs it, when it is not there
 */
export function debianProgram(name: keyof typeof PROGRAMS): string {
	const path = PROGRAMS[name].find((each) => existsSync(each));
	if (path === undefined)
		throw new Error(`${name} is missing. Install it with: npx tsx dev/n8n/debian.ts ${name}`);
	return path;
}

/** `npx tsx dev/n8n/debian.ts [PACKAGE …]`: installs these, or all, with apt-get, as root, where they are missing. */
function main(): void {
	const chosen = process.argv.slice(2);
	const programs = new Map(Object.entries(PROGRAMS));
	const unknown = chosen.find((name) => !programs.has(name));
	if (unknown !== undefined)
		throw new Error(`Unknown package: ${unknown}. Known: ${[...programs.keys()].join(', ')}`);
	const missing = (chosen.length > 0 ? chosen : [...programs.keys()]).filter(
		(name) => !programs.get(name)?.some((path) => existsSync(path)),
	);
	if (missing.length === 0) return;
	console.log(`Installing ${missing.join(', ')} …`);
	const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
	try {
		execFileSync('apt-get', ['update'], options);
		execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], options);
	} catch {
		throw new Error(`The installation failed. Run as root: apt-get install ${missing.join(' ')}`);
	}
}

if (require.main === module) void runCommand(main);
