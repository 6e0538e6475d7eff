import { existsSync } from 'node:fs';

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
	if (path !== undefined) return path;
	throw new Error(`${name} is missing. Install it as root: apt-get install --no-install-recommends ${name}`);
}
