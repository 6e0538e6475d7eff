import { rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { installOnce } from '../n8n/installation';
import { Process } from '../n8n/process';
import { projectRoot } from '../projectFiles';
import { runCommand } from '../program';
import { packVerified } from './verified';

/**
 * `npx tsx dev/verified/tools.ts`: packs the flavor without dependencies and runs n8n's own tools on it, as they are:
 * `n8n-node cloud-support` and `n8n-node lint` on the sources, the rules of `scan-community-package` on sources and tarball.
 */

async function main(): Promise<void> {
	const { source, tarball } = await packVerified();
	const lockFolder = resolve(__dirname, 'node-cli');
	const { folder } = await installOnce('@n8n/node-cli', lockFolder, '700 MB and 2 minutes');
	const modules = join(source, 'node_modules');
	symlinkSync(join(folder, 'node_modules'), modules);
	try {
		const cli = join(modules, '@n8n/node-cli/bin/n8n-node.mjs');
		// It exits with 0 whatever it says.
		const status = await run(source, [cli, 'cloud-support']);
		if (!/Status: eligible for n8n Cloud verification/.test(status)) {
			throw new Error('According to n8n-node cloud-support, the package is not eligible.');
		}
		await run(source, [cli, 'lint']);
	} finally {
		rmSync(modules);
	}
	await run(projectRoot, ['--import', 'tsx', 'dev/scan/main.ts', '--none-allowed', tarball, source]);
}

/** Runs a program and prints its output. @returns the output, without colors */
async function run(cwd: string, args: string[]): Promise<string> {
	const running = new Process(process.execPath, args, { cwd, env: process.env });
	const code = await running.end();
	console.log(running.output);
	if (code !== 0) throw new Error(`${args.join(' ')} failed with exit code ${code}.`);
	return stripVTControlCharacters(running.output);
}

void runCommand(main);
