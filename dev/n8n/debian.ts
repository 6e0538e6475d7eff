import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs a program from Debian's packages, unless it is there.
 * @param path where the package puts it
 * @returns the path
 * @throws Error that says what to install, where there is no `apt-get` or it may not be used
 */
export function debianProgram(path: string, packageName: string): string {
	if (existsSync(path)) return path;
	const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
	try {
		execFileSync('apt-get', ['update'], options);
		execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', packageName], options);
	} catch (error) {
		throw new Error(`These tests need ${path}. Install it: apt-get install ${packageName}`, { cause: error });
	}
	return path;
}
