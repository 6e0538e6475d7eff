import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

import { projectRoot } from '../projectFiles';
import { installN8n } from './installation';

/** A program: runs tests with the Node.js of the newest n8n. Takes jest's arguments. */

async function main(): Promise<void> {
	const { node } = await installN8n('newest');
	const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
	console.log(`Node.js ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`);
	const args = [join(projectRoot, 'test/runJest.mjs'), ...process.argv.slice(2)];
	process.exitCode = spawnSync(node, args, { cwd: projectRoot, env, stdio: 'inherit' }).status ?? 1;
}

void main();
