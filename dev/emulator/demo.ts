import { rejection } from './answers';
import { Emulator, NO_SUCH_API, type EmulatorOptions } from './emulator';
import type { Fault } from './faults';
import { DAY_MS, isoSeconds, type Task } from './world';

/** An emulator with the examples' tasks, which `replenish` brings back, and a credential that it accepts. */
export async function startDemo(options: EmulatorOptions = {}) {
	const emulator = await Emulator.start(options);
	const { world, faults, url } = emulator;
	const project = { id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', name: world.region };
	const user = world.addUser({ projects: [project] });
	const token = world.addToken(user, project.id);

	for (const name of [...DELETABLE, ...Object.keys(REJECTED)]) addRelay(emulator, project.id, name);
	for (const [name, response] of Object.entries(REJECTED)) {
		const which = { taskId: `relay-${name}`, method: 'DELETE', afterAuthentication: true };
		faults.add({ ...which, times: Infinity, mishap: { kind: 'answer', ...response } });
	}
	replenish(emulator, project.id);

	const key = world.addAccessKey(user);
	const credential = {
		...{ authentication: 'iamToken', iamToken: token.value, projectId: project.id },
		...{ region: world.region, liveEndpoint: url, iamEndpoint: url },
	};
	return { emulator, credential, user, key };
}

/** The fields of a credential, for a person to enter. */
export function fieldsOf({ credential, key, user }: Awaited<ReturnType<typeof startDemo>>): string {
	return `  Project ID      ${credential.projectId}
  Region          ${credential.region}
  Live Endpoint   ${credential.liveEndpoint}
  IAM Endpoint    ${credential.iamEndpoint}
and one of:
  Access Key      ID ${key.id}, secret ${key.secret}
  IAM User        account ${user.accountName}, user ${user.userName}, password ${user.password}`;
}

/** The tasks that can be deleted; the answer to the deletion of one of them is lost. */
const CAMERAS = ['camera-1', 'camera-2'];
const DELETABLE: readonly string[] = [...CAMERAS, 'lost-answer'];
const LOST_ANSWER: Fault = {
	taskId: 'relay-lost-answer',
	method: 'DELETE',
	afterAuthentication: true,
	carriedOut: true,
	mishap: { kind: 'reset' },
};

/** The tasks that can't be deleted, and the response to the attempt. */
const REJECTED = {
	locked: rejection(401, 'LIVE.100011003', 'No permission'),
	'wrong-address': NO_SUCH_API,
	maintenance: rejection(400, 'LIVE.100011006', 'The system is under maintenance'),
};

/** How many tasks are added when the list has none left that have ended, or none that can be deleted. */
const NEW_TASKS = 2;
/** How long after its deletion a task is not put back: a run deletes a task twice when two of its items name it. */
const AWAY_MS = 3000;

function addTask(emulator: Emulator, projectId: string, name: string, fields: Partial<Task> = {}): void {
	const source_urls = [`rtmp://pull.example.com/live/${name}`];
	emulator.world.addTask(projectId, { task_id: `relay-${name}`, stream_name: name, source_urls, ...fields });
	if (LOST_ANSWER.taskId === `relay-${name}`) emulator.faults.add(LOST_ANSWER);
}

/** A task whose stream is on air. */
function addRelay(emulator: Emulator, projectId: string, name: string): void {
	addTask(emulator, projectId, name);
	emulator.world.pushStream(projectId, 'push.example.com', 'live', name);
}

/**
 * Lets every run of an example find what the first one found. A deleted task stays away until a later run, which begins when
 * this one's retries and other items are over, deletes it again: back in the list earlier, it would read as not deleted. And
 * whenever tasks are listed, some have ended and some can be deleted: new ones if need be.
 */
function replenish(emulator: Emulator, projectId: string): void {
	const tasks = emulator.world.tasksOf(projectId);
	const backAt = new Map<string, number>();
	const putBack = (taskId: string, now: number) => {
		const name = DELETABLE.find((each) => taskId === `relay-${each}`);
		if (name === undefined || now < (backAt.get(taskId) ?? 0)) return;
		if (!tasks.has(taskId)) addTask(emulator, projectId, name);
		backAt.set(taskId, now + AWAY_MS);
	};
	const last = { ended: 0, camera: CAMERAS.length };
	const addMissing = (kind: keyof typeof last, add: (name: string) => void) => {
		if ([...tasks.keys()].some((taskId) => taskId.startsWith(`relay-${kind}-`))) return;
		for (let count = 0; count < NEW_TASKS; count++) add(`${kind}-${(last[kind] += 1)}`);
	};
	const addEnded = () =>
		addMissing('ended', (name) => addTask(emulator, projectId, name, endedYesterday(emulator.world.now())));
	addEnded();
	emulator.onCall = ({ method, taskId, at }) => {
		if (method === 'DELETE' && taskId !== undefined) putBack(taskId, at);
		if (method !== 'GET' || taskId !== undefined) return;
		addEnded();
		addMissing('camera', (name) => addRelay(emulator, projectId, name));
	};
}

/** Open: the status of a task that has ended. */
function endedYesterday(now: number): Partial<Task> {
	const daysAgo = (days: number) => isoSeconds(now - days * DAY_MS);
	return { status: 'suspend', create_time: daysAgo(2), start_time: daysAgo(2), end_time: daysAgo(1) };
}
