import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { projectFiles, projectRoot } from '../projectFiles';

/** Inside the project, so that an unpacked package finds its dependencies in node_modules above it. */
const CACHE = join(projectRoot, '.cache/tarballs');

const SHIPPED = ['credentials', 'nodes', 'n8n', 'huawei-cloud', 'icons'];
const MAX_BYTES = 300_000;

/**
 * Packs the built package of a folder, and returns the tarball's path. npm fixes order and times of the files, but keeps their
 * permissions, which depend on who checked them out: so they are packed from a copy that all can read.
 */
export function pack(projectFolder: string, destination: string): string {
	mkdirSync(destination, { recursive: true });
	const copy = mkdtempSync(join(tmpdir(), 'to-pack-'));
	try {
		for (const { path } of npmPack(projectFolder, '--dry-run').files) {
			cpSync(join(projectFolder, path), join(copy, path));
			chmodSync(join(copy, path), 0o644);
		}
		// Only building the package needs them.
		execFileSync('npm', ['pkg', 'delete', 'scripts', 'devDependencies'], { cwd: copy });
		return join(destination, npmPack(copy, '--pack-destination', destination).filename);
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

interface Packed {
	filename: string;
	files: Array<{ path: string }>;
}

function npmPack(folder: string, ...flags: string[]): Packed {
	const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', ...flags];
	const [packed]: Packed[] = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }));
	if (packed === undefined) throw new Error('npm packed nothing');
	return packed;
}

/** The files of a tarball, in its order. */
export function filesOf(tarball: string): string[] {
	return execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' })
		.trim()
		.split('\n')
		.map((path) => path.replace(/^package\//, ''));
}

/** Unpacks a tarball into a folder of its own. It stays until the program ends. */
export function unpack(tarball: string): string {
	mkdirSync(CACHE, { recursive: true });
	const folder = mkdtempSync(join(CACHE, 'unpacked-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	execFileSync('tar', ['xzf', resolve(tarball), '-C', folder, '--strip-components=1']);
	return folder;
}

export function sha256Of(file: string): string {
	return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The files a tarball has to hold: those built from the sources, and nothing else. */
export function expectedFiles(): string[] {
	// Files of the flavor without dependencies, and notes for developers.
	const own = projectFiles(...SHIPPED).filter((source) => !/\.(verified\.ts|md)$/.test(source));
	const built = own.map((source) => `dist/${source.replace(/\.ts$/, '.js')}`);
	return ['LICENSE', 'README.md', 'index.js', 'package.json', ...built].sort();
}

/** @returns what is wrong with the contents of a tarball, a sentence each */
export function faultsOf(tarball: string): string[] {
	const [files, expected] = [filesOf(tarball), expectedFiles()];
	const { size } = statSync(tarball);
	return [
		...files
			.filter((file) => !expected.includes(file))
			.map((file) => `It contains ${file}, which is not built from any source.`),
		...expected.filter((file) => !files.includes(file)).map((file) => `It does not contain ${file}.`),
		...(size < MAX_BYTES ? [] : [`It has ${size} bytes; the maximum is ${MAX_BYTES}.`]),
	];
}
