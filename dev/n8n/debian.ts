import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Programs that the tests in a real n8n need, with the Debian package of each, and where it puts them. Chrome does as well
 * as Chromium, which GitHub's machines do not have.
 */
const PROGRAMS = {
	editor: [{ packageName: 'chromium', paths: ['/usr/bin/chromium', '/usr/bin/google-chrome'] }],
	queue: [
		{ packageName: 'redis-server', paths: ['/usr/bin/redis-server'] },
		{ packageName: 'postgresql', paths: ['/usr/lib/postgresql'] },
	],
};

type Purpose = keyof typeof PROGRAMS;

/**
 * Where a program is that a test needs.
 * @throws Error that says which command installs it, when it is not there
 */
export function debianProgram(purpose: Purpose, packageName: string): string {
	const program = PROGRAMS[purpose].find((one) => one.packageName === packageName);
	const path = program?.paths.find((each) => existsSync(each));
	if (path !== undefined) return path;
	throw new Error(`${packageName} is missing. Install it with: npx tsx dev/n8n/debian.ts ${purpose}`);
}

/** `npx tsx dev/n8n/debian.ts [editor|queue]`: installs them with apt-get, as root, where they are missing. */
function main(): void {
	const chosen = process.argv.slice(2);
	const missing = Object.entries(PROGRAMS)
		.filter(([purpose]) => chosen.length === 0 || chosen.includes(purpose))
		.flatMap(([, programs]) => programs.filter(({ paths }) => !paths.some((path) => existsSync(path))))
		.map(({ packageName }) => packageName);
	if (missing.length === 0) return;
	console.log(`Installing ${missing.join(', ')} …`);
	const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
	try {
		execFileSync('apt-get', ['update'], options);
		execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], options);
	} catch {
		console.error(`The installation failed. Run as root: apt-get install ${missing.join(' ')}`);
		process.exitCode = 1;
	}
}

if (require.main === module) main();
