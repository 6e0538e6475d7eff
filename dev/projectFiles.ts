import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const projectRoot = resolve(__dirname, '..');
/** The folder of the built package: this project, or that of an unpacked tarball. */
export const packageFolder = resolve(process.env.PACKAGE_UNDER_TEST ?? projectRoot);

/** Paths of the files that git knows, or would add, relative to the project. Without pathspecs, all of them. */
export function projectFiles(...pathspecs: string[]): string[] {
	const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...pathspecs];
	const paths = execFileSync('git', list, { cwd: projectRoot, encoding: 'utf8' }).split('\n');
	return paths.filter((path) => path !== '' && existsSync(join(projectRoot, path)));
}
