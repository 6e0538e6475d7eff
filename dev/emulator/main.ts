import { runCommand } from '../program';
import { fieldsOf, startDemo } from './demo';

/** `npm run emulator [port]`: the emulator alone, for a real n8n on this machine. */
async function main(): Promise<void> {
	const [port = '0', ...others] = process.argv.slice(2);
	if (!/^\d{1,5}$/.test(port) || others.length > 0) {
		throw new Error('The only argument of npm run emulator is a port.');
	}
	const demo = await startDemo({ port: Number(port) });
	const { emulator, credential } = demo;
	const tasks = [...emulator.world.tasksOf(credential.projectId).keys()];
	console.log(`Huawei Cloud Live emulator on ${emulator.url}, until Ctrl-C. Nothing in it is real.

In a "Huawei Cloud API" credential, enter:
${fieldsOf(demo)}

Tasks: ${tasks.join(', ')}

Show the requests   curl ${emulator.url}/emulator/calls
Add a task          curl ${emulator.url}/emulator/tasks/${credential.projectId} -H 'content-type: application/json' -d '{"task_id":"relay-new"}'
Push a stream       curl ${emulator.url}/emulator/streams/${credential.projectId} -H 'content-type: application/json' -d '{"domain":"push.example.com","app":"live","stream":"camera-1"}'
Fail a request      curl ${emulator.url}/emulator/faults -H 'content-type: application/json' -d '{"mishap":{"kind":"reset"}}'
                    (kinds: answer, reset, stall, truncate, drip, flood; with "method", "path", "taskId", "times",
                    "until" in milliseconds since 1970, "carriedOut")
Distort lists       curl -X PUT ${emulator.url}/emulator/lists -H 'content-type: application/json' -d '{"mostPerPage":2,"total":"page"}'
                    ("ignoresOffset", "ignoresTaskId", "numericIds", "empty", "unknownTask"; {} resets them)`);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void emulator.close().then(() => process.exit(0)));
	}
}

void runCommand(main);
