import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { once } from 'node:events';

import { startDemo } from '../emulator/demo';
import { OWNER } from './api';
import { installN8n } from './installation';
import { installPacked } from './packed';
import { N8n, type IdentifiedWorkflow } from './server';

/**
 * `npm run n8n`: a real n8n with the packed package and the examples in it, on the emulator.
 * `npm run n8n -- --dev`: the same, and what is changed in the sources is there a moment later.
 */

const projectRoot = resolve(__dirname, '../..');
const USUAL_PORT = 5678;

async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const unknown = args.find((arg) => arg !== '--dev');
	if (unknown !== undefined) throw new Error(`There is no option ${unknown}. The only one is --dev.`);
	const isDev = args.includes('--dev');
	const report = (line: string) => console.log(line);

	const stopping: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const each of stopping.splice(0).reverse()) await each();
	};
	let isStopping = false;
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		// Ctrl-C comes more than once: from the terminal, and from npm.
		process.on(signal, () => {
			if (isStopping) return;
			isStopping = true;
			console.log('\nStopping n8n and the emulator …');
			void stop().finally(() => process.exit());
		});
	}
	try {
		const installation = await installN8n('newest', report);
		await installPacked(report);
		const { emulator, credential } = await startDemo();
		stopping.push(async () => await emulator.close());
		const n8n = await N8n.create(installation, {
			...((await isFree(USUAL_PORT)) && { port: USUAL_PORT }),
			env: isDev ? { N8N_DEV_RELOAD: 'true' } : {},
		});
		stopping.push(async () => await n8n.remove());

		report(`Starting n8n ${installation.version} …`);
		await n8n.importCredentials({ id: 'huaweiCloudApi', name: 'Huawei Cloud API', data: credential });
		const examples = readExamples();
		await n8n.importWorkflows(...examples);
		const api = await n8n.start();
		await api.setUpOwner();
		if (isDev) {
			const compiler = compileInto(join(n8n.packageFolder, 'dist'));
			stopping.push(async () => {
				compiler.kill();
				if (compiler.exitCode === null && compiler.signalCode === null) await once(compiler, 'exit');
			});
		}

		const tasks = [...emulator.world.tasksOf(credential.projectId).keys()];
		report(`
n8n ${installation.version} runs on   ${n8n.url}
  Email     ${OWNER.email}
  Password  ${OWNER.password}

Open an example, and press Execute workflow:
${examples.map(({ id, name }) => `  ${name.padEnd(42)} ${n8n.url}/workflow/${id}`).join('\n')}

It works on an emulator of Huawei Cloud Live, ${emulator.url}. Nothing in it is real. Its tasks:
  ${tasks.join(', ')}
Add one:  curl ${emulator.url}/emulator/tasks/${credential.projectId} -H 'content-type: application/json' -d '{"task_id":"relay-new"}'
${isDev ? '\nChanged sources are compiled, and n8n loads them. Reload the page in the browser to see them.' : ''}
Ctrl-C ends both, and forgets what you did.`);
	} catch (error) {
		await stop();
		throw error;
	}
}

function readExamples(): IdentifiedWorkflow[] {
	const folder = join(projectRoot, 'examples');
	return readdirSync(folder)
		.sort()
		.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/** Compiles the sources again whenever they change. n8n watches the folder of an installed package. */
function compileInto(outDir: string): ChildProcess {
	const compiler = createRequire(__filename).resolve('typescript/bin/tsc');
	const args = [compiler, '--watch', '--preserveWatchOutput', '--outDir', outDir];
	return spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	return await new Promise((done) => {
		server.once('error', () => done(false));
		server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
	});
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
