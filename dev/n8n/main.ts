import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { fieldsOf, startDemo } from '../emulator/demo';
import { runCommand } from '../program';
import { projectRoot } from '../projectFiles';
import { OWNER } from './api';
import { EXAMPLES, example, exampleCredentials, WEBHOOK_HEADER } from './examples';
import { build, installN8n, installPacked } from './installation';
import { Process } from './process';
import { freePort, N8n } from './server';
import { Started } from './started';

/** `npm run n8n`: a real n8n with the package and the examples, on the emulator; `npm run dev` reloads changed sources. */

const USUAL_PORT = 5678;

async function main(): Promise<void> {
	const { dev: isDev } = parseArgs({ options: { dev: { type: 'boolean', default: false } } }).values;

	const started = new Started();
	let isStopping = false;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		// Ctrl-C comes more than once: from the terminal, and from npm.
		process.on(signal, () => {
			if (isStopping) return;
			isStopping = true;
			console.log('\nStopping n8n and the emulator …');
			void started.end().finally(() => process.exit());
		});
	}
	try {
		const installation = await installN8n('newest');
		await build();
		await installPacked();
		const demo = await started.keep(startDemo(), async (each) => await each.emulator.close());
		const { emulator, credential } = demo;
		const port = await freePort(USUAL_PORT);
		const options = { port, env: isDev ? { N8N_DEV_RELOAD: 'true' } : {} };
		const n8n = await started.keep(N8n.create(installation, options), async (each) => await each.remove());

		console.log(`Starting n8n ${installation.version} …`);
		await n8n.importCredentials(...exampleCredentials(credential));
		const examples = EXAMPLES.map(example);
		// n8n lists the latest first.
		await n8n.importWorkflows(...examples.toReversed());
		await n8n.start();
		if (isDev) {
			for (const watcher of watchInto(join(n8n.packageFolder, 'dist'))) {
				await started.keep(watcher, async (each) => await each.stop());
			}
		}

		const tasks = [...emulator.world.tasksOf(credential.projectId).keys()];
		// The most important lines come last, where they stay on the screen.
		console.log(`
The examples use an emulator of Huawei Cloud Live, ${emulator.url}. Nothing in it is real. Its tasks:
  ${tasks.join(', ')}
Run the examples as often as you like: the emulator restores each task right before it
is deleted again, so a dry run after a deletion finds it missing. It also adds new tasks
when none are left that have ended or can be deleted.

To fill in a credential yourself:
${fieldsOf(demo)}

Add a task:  curl ${emulator.url}/emulator/tasks/${credential.projectId} -H 'content-type: application/json' -d '{"task_id":"relay-new"}'

Call the webhook once it is published (or /webhook-test/ while it waits for a test call):
  curl ${n8n.url}/webhook/delete-relay-task -H '${WEBHOOK_HEADER.name}: ${WEBHOOK_HEADER.value}' -H 'content-type: application/json' -d '{"task_id":"relay-camera-1"}'
${isDev ? '\nChanged sources are compiled and loaded. Reload the page to see a changed form;\nthe next execution runs the changed code.\n' : ''}
Open an example and click Execute workflow:
${examples.map(({ id, name }) => `  ${name.padEnd(42)} ${n8n.url}/workflow/${id}`).join('\n')}

n8n ${installation.version} runs on   ${n8n.url}${port === USUAL_PORT ? '' : `   (port ${USUAL_PORT} is in use)`}
  Email     ${OWNER.email}
  Password  ${OWNER.password}

Ctrl-C stops n8n and the emulator, and discards your changes.`);
		await n8n.end();
		if (!isStopping) throw new Error(`n8n stopped unexpectedly. It printed:\n${n8n.log}`);
	} catch (error) {
		if (isStopping) return;
		await started.end();
		throw error;
	}
}

/** Compiles the sources, and copies icons and codex, whenever they change. n8n watches the folder of its packages. */
function watchInto(outDir: string): Process[] {
	const watchers = [
		['tsc', '--watch', '--preserveWatchOutput', '--outDir', outDir],
		['gulp', 'watchAssets', '--silent'],
	];
	const options = { cwd: projectRoot, env: { ...process.env, ASSETS_TARGET: outDir } };
	const tell = (text: string) => {
		if (text.trim() !== '') console.log(text.trim());
	};
	return watchers.map((args) => new Process('npm', ['exec', '--', ...args], options, tell));
}

void runCommand(main);
