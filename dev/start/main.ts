import type { IRun } from 'n8n-workflow';

import { readCredential } from '../../huawei-cloud/identity/credential';
import { startDemo } from '../emulator/demo';
import { Engine, outputsOf, type RunOptions } from '../n8n/engine';
import { example } from '../n8n/examples';
import { build } from '../n8n/installation';
import { isConfirmed, runCommand } from '../program';
import { readCommand, type Deletion } from './command';
import { inLines, outputTables, stepTable, summary } from './tables';

/**
 * `npm start`: runs `examples/delete-relay-tasks.json` in n8n's engine, with the built package, on the emulator.
 * `npm start -- <task id>…`: the same on the real service, with the credential from the environment.
 * It exits with 0 when all went as it should, 1 when it did not, 2 when its arguments were invalid.
 */

const CREDENTIAL_NAME = 'Huawei Cloud API';
const STEPS = ['Create', 'Pause', 'Look up', 'Delete'];

async function main(): Promise<void> {
	const deletion = readCommand(process.argv.slice(2), process.env);
	const isGood = deletion ? await deleteTasks(deletion) : await showDemo();
	if (!isGood) process.exitCode = 1;
}

const ABOUT_LOST_RESPONSES = `
not_found_after_retry: the response to the first attempt was lost, the second attempt
got "not found", and the task is no longer listed. So the first attempt deleted it.`;

/** @returns whether the examples ended as they should */
async function showDemo(): Promise<boolean> {
	await build();
	const engine = await Engine.load();
	const { emulator, credential } = await startDemo();
	console.log("\nexamples/delete-relay-tasks.json in n8n's engine, on the emulator:");
	const options = { credentials: { [CREDENTIAL_NAME]: credential } };
	const { run } = await runDeletion(engine, options);
	const isAsWritten = run.data.resultData.lastNodeExecuted === 'Needs attention';
	console.log(
		isAsWritten
			? `${ABOUT_LOST_RESPONSES}\n\nThe execution fails on purpose: the Error output is connected to Stop and Error,\nso that failures don't go unnoticed. It says:\n${inLines(run.data.resultData.error?.message ?? '')}`
			: failureOf(run),
	);
	console.log('\nexamples/relay-task-life.json, a task from its creation to its deletion:');
	const life = await engine.run(example('relay-task-life'), options);
	console.log(stepTable(STEPS.map((step) => [step, outputsOf(life, step)])));
	if (life.data.resultData.error) console.log(failureOf(life));
	const left = [...emulator.world.tasksOf(credential.projectId).keys()];
	console.log(`\nLeft in the emulated cloud:\n  ${left.join('\n  ')}`);
	console.log("\nTo see the examples in n8n's editor: npm run n8n");
	await emulator.close();
	return isAsWritten && !life.data.resultData.error;
}

/** @returns whether none of the tasks is left */
async function deleteTasks({ taskIds, credential, mustAsk }: Deletion): Promise<boolean> {
	const { projectId, liveEndpoint } = readCredential(credential);
	const place = `in project ${projectId} on ${liveEndpoint}`;
	console.log(`About to stop and delete permanently, ${place}:\n  ${taskIds.join('\n  ')}`);
	if (mustAsk && !(await isConfirmed('Continue? [y/N] ', /^y(es)?$/i))) {
		console.log('Nothing was deleted.');
		return false;
	}
	await build();
	const { run, outputs } = await runDeletion(await Engine.load(), {
		credentials: { [CREDENTIAL_NAME]: credential },
		pinData: { 'Task IDs': [{ json: { task_id: taskIds } }] },
	});
	if (outputs.length === 0) console.log(failureOf(run));
	else console.log(`\n${summary(outputs)}`);
	return outputs.length > 0 && (outputs[2]?.length ?? 0) === 0;
}

async function runDeletion(engine: Engine, options: RunOptions) {
	const run = await engine.run(example('delete-relay-tasks'), options);
	const outputs = outputsOf(run, 'Delete relay task');
	console.log(outputTables(outputs));
	return { run, outputs };
}

function failureOf(run: IRun): string {
	const { error } = run.data.resultData;
	if (!error) return '\nThe execution ended without an error.';
	const description = 'description' in error ? String(error.description) : '';
	return `\nThe execution failed: ${error.message} ${description}`;
}

void runCommand(main);
