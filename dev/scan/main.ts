import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { ESLint } from 'eslint';

import { unpack } from '../release/tarball';
import { compareFindings, type AllowedFinding, type Finding } from './findings';

/**
 * `npm run scan [-- TARBALL]`: what n8n's scanner finds in the sources, and in a packed package. It fails for a finding
 * that `allowed.json` does not have, and for one that it has in vain. `--none-allowed` looks at a package alone that has
 * to pass as it is.
 *
 * The scanner's own command takes only packages that are published, with provenance. This looks at the same files with
 * its rules before that.
 */

const projectRoot = resolve(__dirname, '../..');
const NONE_ALLOWED = '--none-allowed';
/** What n8n's scanner looks at in a published package (its `analyzePackageByName`). */
const TARBALL_FILE_PATTERNS = ['**/*.js', 'package.json'];

type Found = Finding & { message: string };

async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const noneAllowed = args.includes(NONE_ALLOWED);
	const [tarball, ...others] = args.filter((arg) => arg !== NONE_ALLOWED);
	if (others.length > 0 || tarball?.startsWith('-') || (noneAllowed && tarball === undefined)) {
		throw new Error(`npm run scan -- [TARBALL], or npm run scan -- ${NONE_ALLOWED} TARBALL`);
	}
	const found: Found[] = [];
	if (!noneAllowed) found.push(...(await scanSource()));
	if (tarball !== undefined) found.push(...(await scanTarball(tarball)));

	const looked = [...(noneAllowed ? [] : ['source' as const]), ...(tarball ? ['tarball' as const] : [])];
	const { notAllowed, notNeeded } = compareFindings(found, noneAllowed ? [] : readAllowed(), looked);
	for (const { where, file, rule, message } of notAllowed) {
		console.error(`Not allowed, in the ${where}: ${file}: ${rule}\n  ${message}`);
	}
	for (const { where, file, rule } of notNeeded) {
		console.error(
			`Allowed in vain, in the ${where}: ${file}: ${rule}. Take it out of dev/scan/allowed.json.`,
		);
	}
	console.log(
		`n8n's scanner, on ${looked.join(' and ')}: ${found.length} findings, ${notAllowed.length} of them not allowed.`,
	);
	if (notAllowed.length + notNeeded.length > 0) process.exitCode = 1;
}

async function scanSource(): Promise<Found[]> {
	const { SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	return await scan('source', projectRoot, SOURCE_FILE_PATTERNS);
}

async function scanTarball(tarball: string): Promise<Found[]> {
	return await scan('tarball', unpack(tarball), TARBALL_FILE_PATTERNS);
}

async function scan(where: Finding['where'], folder: string, patterns: string[]): Promise<Found[]> {
	const { buildScanConfig } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
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

function readAllowed(): AllowedFinding[] {
	return JSON.parse(readFileSync(join(__dirname, 'allowed.json'), 'utf8'));
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
