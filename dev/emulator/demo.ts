import { refusal } from './answers';
import { Emulator, type EmulatorOptions } from './emulator';

/** The credential that a demo emulator accepts, with the field names of the credential form. */
export interface DemoCredential {
	[field: string]: string;
	authentication: 'iamToken';
	iamToken: string;
	projectId: string;
	region: string;
	liveEndpoint: string;
	iamEndpoint: string;
}

/**
 * An emulator with the tasks of `examples/delete-relay-tasks.json` in it, each there for one thing that can happen.
 */
export async function startDemo(options: EmulatorOptions = {}) {
	const emulator = await Emulator.start(options);
	const { world, faults } = emulator;
	const project = { id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', name: world.region };
	const user = world.addUser({ projects: [project] });
	const token = world.addToken(user, project.id);

	for (const name of ['camera-1', 'camera-2', 'lost-answer', 'locked', 'wrong-address', 'busy']) {
		world.addTask(project.id, { task_id: `relay-${name}`, stream_name: name });
	}
	faults.add({ taskId: 'relay-lost-answer', carriedOut: true, mishap: { kind: 'reset' } });
	faults.add({
		taskId: 'relay-locked',
		times: Infinity,
		mishap: answer(401, 'LIVE.100011003', 'No permission'),
	});
	faults.add({
		taskId: 'relay-wrong-address',
		times: Infinity,
		mishap: answer(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment'),
	});
	faults.add({
		taskId: 'relay-busy',
		times: Infinity,
		mishap: answer(500, 'LIVE.100011007', 'Too many concurrent requests'),
	});

	const key = world.addAccessKey(user);
	const credential: DemoCredential = {
		authentication: 'iamToken',
		iamToken: token.value,
		projectId: project.id,
		region: world.region,
		liveEndpoint: emulator.url,
		iamEndpoint: emulator.url,
	};
	return { emulator, credential, user, key };
}

function answer(status: number, code: string, message: string) {
	return { kind: 'answer', ...refusal(status, code, message) } as const;
}
