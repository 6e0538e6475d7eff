import { createInterface } from 'node:readline/promises';

import { startDemo } from '../emulator/demo';
import { Engine, outputsOf, type RunOptions } from '../n8n/engine';
import { example } from '../n8n/examples';
import { credentialFrom, UsageError, type CredentialFields } from './credential';
import { printOutputs, printSteps } from './tables';

/**
 * `npm start`: runs `examples/delete-relay-tasks.json` in n8n's engine, with the built package, on the emulator.
 * `npm start -- <task id>…`: the same on the real service, with the credential from the environment.
 */

const CREDENTIAL_NAME = 'Huawei Cloud API';

async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const taskIds = args.filter((arg) => !arg.startsWith('-'));
	const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--yes');
	if (unknown) throw new UsageError(`There is no option ${unknown}. The only one is --yes.`);
	const credential = credentialFrom(process.env);
	if (!credential) {
		if (taskIds.length > 0) {
			throw new UsageError(
				'To delete tasks of the real service, set HUAWEI_CLOUD_PROJECT_ID and HUAWEI_CLOUD_TOKEN, or an access key. Without task IDs, npm start shows the node at work on the emulator.',
			);
		}
		return await runDemo();
	}
	if (taskIds.length === 0) throw new UsageError('Name the tasks to delete: npm start -- <task id>…');
	const { projectId, region, liveEndpoint } = credential;
	console.log(
		`About to stop and delete, for good, in project ${projectId} on ${liveEndpoint || `https://live.${region}.myhuaweicloud.com`}:\n  ${taskIds.join('\n  ')}`,
	);
	if (!args.includes('--yes') && !(await isConfirmed())) {
		console.log('Nothing was deleted.');
		return;
	}
	const failed = await runExample(await Engine.load(), {
		credentials: { [CREDENTIAL_NAME]: credential },
		pinData: { 'Task IDs': [{ json: { task_id: taskIds } }] },
	});
	process.exitCode = failed ? 1 : 0;
}

async function runDemo(): Promise<void> {
	const { emulator, credential } = await startDemo();
	console.log(
		`Running examples/delete-relay-tasks.json in n8n's engine, on an emulator of Huawei Cloud Live.`,
	);
	const engine = await Engine.load();
	await runExample(engine, { credentials: { [CREDENTIAL_NAME]: credential } });
	await runLife(engine, credential);
	const left = [...emulator.world.tasksOf(credential.projectId).keys()];
	console.log(`\nStill running in the emulated cloud: ${left.join(', ')}`);
	await emulator.close();
}

/** @returns whether any task could not be deleted */
async function runExample(engine: Engine, options: RunOptions): Promise<boolean> {
	const run = await engine.run(example('delete-relay-tasks'), options);
	const outputs = outputsOf(run, 'Delete relay task');
	printOutputs(outputs);
	const { error } = run.data.resultData;
	if (!error) {
		console.log('\nThe execution ended without an error.');
	} else if (run.data.resultData.lastNodeExecuted === 'Someone must look') {
		console.log(
			`\nThe execution failed, as Stop and Error on the Error output makes it. It says:\n${error.message}`,
		);
	} else {
		console.log(
			`\nThe execution failed: ${error.message} ${'description' in error ? String(error.description) : ''}`,
		);
	}
	return outputs.length === 0 || (outputs[2]?.length ?? 0) > 0;
}

/** Shows a task from its creation to its deletion: what each step of the example gave. */
async function runLife(engine: Engine, credential: CredentialFields): Promise<void> {
	console.log('\nRunning examples/relay-task-life.json: a task from its creation to its deletion.');
	const run = await engine.run(example('relay-task-life'), {
		credentials: { [CREDENTIAL_NAME]: credential },
	});
	printSteps(['Create', 'Pause', 'Look at it', 'Delete'].map((step) => [step, outputsOf(run, step)]));
}

async function isConfirmed(): Promise<boolean> {
	if (!process.stdin.isTTY)
		throw new UsageError('Nobody is there to be asked: add --yes to go on without asking.');
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await terminal.question('Go on? [y/N] ');
	terminal.close();
	return /^y(es)?$/i.test(answer.trim());
}

main().catch((error: unknown) => {
	console.error(error instanceof UsageError ? error.message : error);
	process.exitCode = error instanceof UsageError ? 2 : 1;
});
