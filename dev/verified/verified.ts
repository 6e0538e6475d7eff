import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { npm } from '../n8n/installation';
import { projectFiles, projectRoot } from '../projectFiles';
import { repositoryOf, readProject } from '../release/project';
import { pack } from '../release/tarball';

/** The flavor without dependencies: the same sources, some replaced by their `….verified.ts`. See docs/flavors.md. */

const FOLDER = join(projectRoot, '.cache/verified');

/** The files of the repository that belong to the flavor: its sources, and the files it is published with. */
const KEPT = [
	'credentials',
	'nodes',
	'n8n',
	'huawei-cloud',
	'icons',
	'examples',
	'docs/*.png',
	'.gitignore',
	'.npmrc',
	'CHANGELOG.md',
	'LICENSE',
	'README.md',
	'SECURITY.md',
	'gulpfile.js',
	'index.js',
	'package-lock.json',
	'package.json',
	'tsconfig.json',
];

/** Files that only undici needs. */
const LEFT_OUT = ['egress', 'proxy', 'transport'].map((name) => `huawei-cloud/http/${name}.ts`);

/** The dependencies of the build. */
const BUILD_TOOLS = ['@types/node', 'gulp', 'n8n-workflow', 'typescript'];

/** Parts of pages that are left out. */
const LEFT_OUT_TEXTS = [
	// Only true in a clone of the main branch, which has the programs that this section of the README runs.
	/^## Try it without an account\n[^]*?(?=^## )/m,
	/\[Try it\]\(#[^)]*\) · /,
	// The flavor's documentation is in English only, as n8n asks.
	/^.*\(docs\/README\.zh-CN\.md\).*\n\n/m,
];

interface Manifest {
	version: string;
	n8n: { strict: boolean };
	scripts: Record<string, string>;
	dependencies?: Record<string, string>;
	devDependencies: Record<string, string>;
}

/**
 * Stages the sources of the flavor as they are in this folder, builds them and packs them.
 * @returns its sources, which build by themselves, and the tarball, whose files are beside it in `package`
 */
export async function packVerified(): Promise<{ source: string; tarball: string }> {
	const source = join(FOLDER, 'source');
	rmSync(FOLDER, { recursive: true, force: true });
	stage(source);
	const lock = ['install', '--package-lock-only', '--offline', '--omit-lockfile-registry-resolved'];
	await npm([...lock, '--no-audit', '--no-fund'], source, 'Reducing the lock file');
	await npm(['run', 'build'], source, 'Building the flavor without dependencies');
	const tarball = pack(source, FOLDER);
	execFileSync('tar', ['xzf', tarball, '-C', FOLDER]);
	// As release.yml does, which so sees that it has built the files that were tested.
	const checksums = 'find package -type f -exec sha256sum {} + | LC_ALL=C sort';
	writeFileSync(join(source, 'package.sha256'), execFileSync('sh', ['-c', checksums], { cwd: FOLDER }));
	return { source, tarball };
}

/** Writes the sources of the flavor, as they are in this folder, into another. */
export function stage(source: string): void {
	stageFiles(source);
	stageDocs(source);
	stageManifest(source);
}

/** Copies the files that git knows, or would add, each with what takes its place. */
function stageFiles(source: string): void {
	const files = projectFiles(...KEPT);
	for (const file of files.filter((each) => !LEFT_OUT.includes(each) && !each.endsWith('.verified.ts'))) {
		const replacement = file.replace(/\.ts$/, '.verified.ts');
		cpSync(join(projectRoot, files.includes(replacement) ? replacement : file), join(source, file));
	}
	cpSync(join(__dirname, 'release.yml'), join(source, '.github/workflows/release.yml'));
	// n8n's own, unchanged: `n8n-node` compares.
	cpSync(join(__dirname, 'eslint.config.mjs'), join(source, 'eslint.config.mjs'));
}

/** Makes the staged pages true for this flavor: what they link to and is not here is on the main branch. */
function stageDocs(source: string): void {
	const main = `https://github.com/${repositoryOf(readProject().manifest)}/blob/main`;
	for (const page of projectFiles('*.md').filter((each) => existsSync(join(source, each)))) {
		const path = join(source, page);
		const text = LEFT_OUT_TEXTS.reduce((all, part) => all.replace(part, ''), readFileSync(path, 'utf8'));
		const linked = text.replace(/\]\((?!https?:|#)([^)#\s]*)/g, (link, file: string) => {
			const target = posix.join(dirname(page), file);
			return existsSync(join(source, target)) ? link : `](${main}/${target}`;
		});
		writeFileSync(path, linked);
	}
}

/** Reduces package.json to what building needs, without dependencies; marks the version, and n8n's strict mode. */
function stageManifest(source: string): void {
	const path = join(source, 'package.json');
	const { dependencies: _left, ...manifest }: Manifest = JSON.parse(readFileSync(path, 'utf8'));
	const { build = '' } = manifest.scripts;
	const staged: Manifest = {
		...manifest,
		version: `${manifest.version}-verified`,
		n8n: { ...manifest.n8n, strict: true },
		devDependencies: Object.fromEntries(
			Object.entries(manifest.devDependencies).filter(([name]) => BUILD_TOOLS.includes(name)),
		),
		scripts: { build },
	};
	writeFileSync(path, `${JSON.stringify(staged, null, '\t')}\n`);
}
