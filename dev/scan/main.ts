import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { ESLint } from 'eslint';

import { projectRoot } from '../projectFiles';
import { runCommand } from '../program';
import { unpack } from '../release/tarball';
import { compareFindings, type AllowedFinding, type Finding } from './findings';

/**
 * `npm run scan [-- TARBALL]`: what the rules of n8n's scanner find in the sources, and in a packed package. The scanner's own
 * command takes only published packages. It fails for a finding that `allowed.json` does not have, and for an entry there that
 * nothing matches. `--none-allowed` looks only at the tarballs and folders that are named, which have to pass as they are.
 */

const NONE_ALLOWED = '--none-allowed';
/** The files that n8n's scanner checks in a published package (its `analyzePackageByName`). */
const TARBALL_FILE_PATTERNS = ['**/*.js', 'package.json'];

type Found = Finding & { message: string };

async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const noneAllowed = args.includes(NONE_ALLOWED);
	const named = args.filter((arg) => arg !== NONE_ALLOWED);
	if (named.some((path) => path.startsWith('-')) || (noneAllowed && named.length === 0)) {
		throw new Error(`Usage: npm run scan -- [TARBALL], or npm run scan -- ${NONE_ALLOWED} TARBALL FOLDER`);
	}
	const paths = noneAllowed ? named : [projectRoot, ...named];
	const found: Found[] = [];
	for (const path of paths) found.push(...(await scan(path)));

	const looked = paths.map(placeOf);
	const allowed: AllowedFinding[] = noneAllowed
		? []
		: JSON.parse(readFileSync(join(__dirname, 'allowed.json'), 'utf8'));
	const { notAllowed, notNeeded } = compareFindings(found, allowed, looked);
	for (const { where, file, rule, message } of notAllowed) {
		console.error(`Not allowed, in the ${where}: ${file}: ${rule}\n  ${message}`);
	}
	for (const { where, file, rule } of notNeeded) {
		console.error(
			`No longer found, in the ${where}: ${file}: ${rule}. Remove it from dev/scan/allowed.json.`,
		);
	}
	console.log(
		`n8n's scanner, on ${looked.join(' and ')}: ${found.length} findings, ${notAllowed.length} of them not allowed.`,
	);
	if (notAllowed.length + notNeeded.length > 0) process.exitCode = 1;
}

/** A folder holds sources; anything else is taken to be a tarball. */
function placeOf(path: string): Finding['where'] {
	return statSync(path).isDirectory() ? 'source' : 'tarball';
}

async function scan(path: string): Promise<Found[]> {
	const where = placeOf(path);
	const { buildScanConfig, SOURCE_FILE_PATTERNS } =
		await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const folder = where === 'source' ? resolve(path) : unpack(path);
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(where === 'source' ? SOURCE_FILE_PATTERNS : TARBALL_FILE_PATTERNS);
	return results.flatMap(({ filePath, messages }) =>
		messages
			.filter(({ severity }) => severity === 2)
			.map(({ ruleId, message }) => ({
				where,
				file: relative(folder, filePath),
				rule: ruleId ?? 'none',
				message,
			})),
	);
}

void runCommand(main);
