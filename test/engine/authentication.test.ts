import { describe, expect, jest, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { answer } from '../support/mishaps';
import { runNode, type NodeRunOptions } from '../support/nodeRun';

eachOnCloud();

type Fields = Record<string, string>;

/** Runs these tasks with a credential of these fields, and returns what each output delivered. */
async function run(
	taskIds: string[],
	fields: Fields,
	options: Partial<NodeRunOptions> = {},
): Promise<IDataObject[][]> {
	const result = await runNode(engine, {
		credentials: { 'Huawei Cloud API': fields },
		items: taskIds.map((task_id) => ({ task_id })),
		parameters: { options: { maxConcurrency: 20 } },
		...options,
	});
	for (const secret of secretsOf(fields)) expect(JSON.stringify(result)).not.toContain(secret);
	return result.delivered;
}

/** Values that a run must never show: the credential's secrets, and all tokens. */
function secretsOf({ password, secretAccessKey, securityToken, iamToken }: Fields): string[] {
	const given = [password, secretAccessKey, securityToken, iamToken].flatMap((secret) =>
		secret ? [secret] : [],
	);
	return [...given, ...cloud.emulator.world.tokens.keys()];
}

const manyTasks = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);
const callsTo = (path: string) => cloud.emulator.calls.filter(({ url }) => url.startsWith(path)).length;
const TOKENS = '/v3/auth/tokens';
const LIVE = '/v1/';

describe('an IAM user', () => {
	test('needs one token, however many items ask at the same time', async () => {
		cloud.addTasks(...manyTasks(100));
		const [success] = await run(manyTasks(100), cloud.userFields);
		expect(success).toHaveLength(100);
		expect(callsTo(TOKENS)).toBe(1);
	});

	test('keeps the token for later runs, and shares it among those at the same time', async () => {
		await Promise.all([run(['a'], cloud.userFields), run(['b'], cloud.userFields)]);
		await run(['c'], cloud.userFields);
		expect(callsTo(TOKENS)).toBe(1);
		expect(callsTo(LIVE)).toBe(3);
	});

	test('1,000 items over tokens that end: none is lost, and each end costs one token request', async () => {
		cloud.addTasks(...manyTasks(1000));
		const endsAt = new Set(['task-200', 'task-600']);
		cloud.emulator.onCall = ({ taskId = '' }) => {
			if (!endsAt.delete(taskId)) return;
			for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
		};
		const [success = [], ...others] = await run(manyTasks(1000), cloud.userFields);
		expect(success.map(({ task_id }) => task_id)).toEqual(manyTasks(1000));
		expect(others).toEqual([[], [], []]);
		expect(endsAt.size).toBe(0);
		expect(callsTo(TOKENS)).toBe(3);
	});

	test('whose token is rejected renews it, also with retries switched off', async () => {
		cloud.addTasks('a');
		await run(['x'], cloud.userFields);
		cloud.emulator.faults.add({ path: LIVE, mishap: answer(401, 'LIVE.100011002') });
		const [success] = await run(['a'], cloud.userFields, { parameters: { options: { maxRetries: 0 } } });
		expect(success).toMatchObject([{ deleted: true, attempts: 2 }]);
		expect(callsTo(TOKENS)).toBe(2);
	});

	test('with a wrong password asks once: not again for other items, nor in the next runs', async () => {
		const fields = { ...cloud.userFields, password: 'wrong-password' };
		const [, , error = []] = await run(manyTasks(100), fields);
		expect(error).toHaveLength(100);
		expect(error[0]).toMatchObject({
			category: 'authentication',
			attempts: 0,
			status_code: 401,
			error_msg: 'The username or password is wrong.',
			error: 'IAM rejected the account name, user name or password.',
			retryable: false,
			deleted: false,
		});
		const [, , later] = await run(['b'], fields);
		expect(later).toMatchObject([
			{
				category: 'authentication',
				error: expect.stringMatching(
					/^IAM rejected the account name.+Nothing more was sent.+until [\d:]{8} UTC\.$/,
				),
				hint: expect.stringMatching(/^Check all three .+Editing the credential lifts the pause\.$/),
			},
		]);
		expect(callsTo(TOKENS)).toBe(1);
		expect(callsTo(LIVE)).toBe(0);
		expect(cloud.user.lockedUntil).toBe(0);
	});

	test('with a changed password works in the next run', async () => {
		cloud.addTasks('a', 'b');
		await run(['a'], cloud.userFields);
		cloud.user.password = 'the-new-password';
		for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
		const [, , error] = await run(['b'], cloud.userFields);
		expect(error).toMatchObject([{ category: 'authentication' }]);
		const [success] = await run(['b'], { ...cloud.userFields, password: 'the-new-password' });
		expect(success).toMatchObject([{ task_id: 'b', deleted: true }]);
	});

	test('whose IAM is unavailable for a moment loses no item: the token is fetched again, as often as a call is repeated', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const mishap = { kind: 'answer', status: 503 } as const;
		cloud.emulator.faults.add({ path: '/v3/', until: Date.now() + 1000, mishap });
		const ids = manyTasks(50);
		cloud.addTasks(...ids);
		const [success = []] = await run(ids, cloud.userFields);
		expect(success).toHaveLength(50);
		expect(callsTo(TOKENS)).toBeLessThanOrEqual(4);
	});

	test('that quotes the password back does not get it out', async () => {
		cloud.emulator.faults.add({
			path: TOKENS,
			mishap: {
				kind: 'answer',
				status: 401,
				body: { error: { code: 401, message: `wrong password ${cloud.userFields.password}` } },
			},
		});
		const [, , error] = await run(['a'], cloud.userFields);
		expect(error).toMatchObject([{ error_msg: '[removed: it held a secret]' }]);
	});
});

describe('an access key', () => {
	test.each([{}, { securityToken: 'the-security-token' }])(
		'signs every request, and the signature is accepted: %j',
		async (key) => {
			const odd = ['a b', 'a/b', 'a&b=c', 'a+b', '100%', "it's(1)*!", '任务-ä', '~._-'];
			cloud.addTasks(...odd, ...manyTasks(100));
			const [success] = await run([...odd, ...manyTasks(100)], cloud.keyFields(key));
			expect(success).toHaveLength(odd.length + 100);
		},
	);

	test('that is wrong goes out once, and not in the next runs', async () => {
		const fields = { ...cloud.keyFields(), secretAccessKey: 'wrong-secret' };
		const [, , error = []] = await run(manyTasks(200), fields, {
			parameters: { options: { maxConcurrency: 100 } },
		});
		expect(error).toHaveLength(200);
		expect(error[0]).toMatchObject({
			category: 'authentication',
			attempts: 1,
			error: 'Huawei Cloud Live rejected the access key.',
			hint: expect.stringContaining('Secret Access Key'),
		});
		expect(error[199]).toMatchObject({
			category: 'authentication',
			attempts: 0,
			error: expect.stringMatching(/rejected the access key\. .+ until/),
		});
		await run(['b'], fields);
		expect(cloud.emulator.calls).toHaveLength(1);
	});

	test('that is wrong goes out once, too, when many runs of one item begin together', async () => {
		const fields = { ...cloud.keyFields(), secretAccessKey: 'wrong-secret' };
		const runs = await Promise.all(manyTasks(20).map(async (taskId) => await run([taskId], fields)));
		expect(runs.flatMap(([, , error = []]) => error)).toHaveLength(20);
		expect(cloud.emulator.calls).toHaveLength(1);
	});

	test('is not waited for after a cancellation', async () => {
		cloud.emulator.faults.add({ times: Infinity, mishap: { kind: 'stall' } });
		let cancel: () => void = () => undefined;
		cloud.emulator.onCall = () => cancel();
		const { outputs } = await runNode(engine, {
			credentials: { 'Huawei Cloud API': cloud.keyFields() },
			items: manyTasks(3).map((task_id) => ({ task_id })),
			onStart: (cancelExecution) => (cancel = cancelExecution),
		});
		expect(outputs[2]?.map(({ json }) => json.attempts)).toEqual([1, 0, 0]);
	});
});

test('a token that was rejected is not asked with in the next run either', async () => {
	cloud.token.expiresAt = 0;
	await run(['a'], cloud.fields);
	const [, , error] = await run(['b'], cloud.fields);
	expect(error).toMatchObject([
		{
			category: 'authentication',
			attempts: 0,
			error: expect.stringMatching(/rejected the IAM token\. .+ until/),
		},
	]);
	expect(cloud.emulator.calls).toHaveLength(1);
});
