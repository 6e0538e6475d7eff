import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
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
	const { password, secretAccessKey, securityToken } = fields;
	for (const secret of [password, secretAccessKey, securityToken, ...cloud.emulator.world.tokens.keys()]) {
		if (secret) expect(JSON.stringify(result)).not.toContain(secret);
	}
	return result.delivered;
}

const manyTasks = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);
const callsTo = (path: string) => cloud.emulator.calls.filter(({ url }) => url.startsWith(path)).length;
const TOKENS = '/v3/auth/tokens';
const LIVE = '/v1/';

describe('an IAM user', () => {
	test('keeps the token for later runs, and shares it among those at the same time', async () => {
		await Promise.all([run(['a'], cloud.userFields), run(['b'], cloud.userFields)]);
		await run(['c'], cloud.userFields);
		expect(callsTo(TOKENS)).toBe(1);
		expect(callsTo(LIVE)).toBe(3);
	});

	test('200 items over tokens that end: none is lost, and each end costs one token request', async () => {
		const taskIds = manyTasks(200);
		cloud.addTasks(...taskIds);
		const endsAt = new Set(['task-50', 'task-120']);
		cloud.emulator.onCall = ({ taskId = '' }) => {
			if (!endsAt.delete(taskId)) return;
			for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
		};
		const [success = [], ...others] = await run(taskIds, cloud.userFields);
		expect(success.map(({ task_id }) => task_id)).toEqual(taskIds);
		expect(others).toEqual([[], [], []]);
		expect(endsAt.size).toBe(0);
		expect(callsTo(TOKENS)).toBe(3);
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
});

describe('an access key', () => {
	test.each([{}, { securityToken: 'the-security-token' }])(
		'signs every request, and the signature is accepted: %j',
		async (key) => {
			const taskIds = ['a b', 'a/b', 'a&b=c', 'a+b', '100%', "it's(1)*!", '任务-ä', '~._-', ...manyTasks(50)];
			cloud.addTasks(...taskIds);
			const [success] = await run(taskIds, cloud.keyFields(key));
			expect(success).toHaveLength(taskIds.length);
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
});
