import { describe, expect, test } from '@jest/globals';

import { readCommand } from '../../dev/start/command';

/** `npm start`: what it makes of its arguments, and what it prints. */

const key = {
	HUAWEI_CLOUD_PROJECT_ID: 'project',
	HUAWEI_CLOUD_ACCESS_KEY_ID: 'id',
	HUAWEI_CLOUD_SECRET_ACCESS_KEY: 'secret',
};

test('without arguments and variables it shows the emulator; with both it deletes, and asks before', () => {
	expect(readCommand([], { PATH: '/bin', HUAWEI_CLOUD_REGION: '' }, false)).toEqual({ kind: 'demo' });
	expect(readCommand(['a', ' b '], key, true)).toMatchObject({
		kind: 'delete',
		taskIds: ['a', 'b'],
		mustAsk: true,
		credential: { authentication: 'accessKey', projectId: 'project', region: 'cn-north-4' },
	});
	expect(readCommand(['--yes', 'a'], key, false)).toMatchObject({ taskIds: ['a'], mustAsk: false });
});

describe('what it rejects, and says', () => {
	const token = { HUAWEI_CLOUD_PROJECT_ID: 'project', HUAWEI_CLOUD_TOKEN: 'token' };
	const cases: Array<[args: string[], env: NodeJS.ProcessEnv, says: RegExp]> = [
		[['--force', 'a'], key, /^Unknown option: --force\. "npm start" runs/],
		[
			['a'],
			{},
			/^To delete tasks of the real service, set HUAWEI_CLOUD_PROJECT_ID and, to sign in, HUAWEI_CLOUD_TOKEN; or HUAWEI_CLOUD_ACCESS_KEY_ID and/,
		],
		[['--yes'], {}, /^To delete tasks of the real service/],
		[['--yes'], key, /^A credential is set, but no task ID is given/],
		[['a', ' '], key, /^One of the task IDs is empty/],
		[['a'], key, /^There is no terminal to ask for confirmation: add --yes/],
		[
			[],
			{ HUAWEI_CLOUD_LIVE_ENDPOINT: 'https://live.example.com' },
			/^HUAWEI_CLOUD_LIVE_ENDPOINT is set, but no HUAWEI_CLOUD_PROJECT_ID, and nothing to sign in with: set HUAWEI_CLOUD_TOKEN; or HUAWEI_CLOUD_ACCESS_KEY_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY; or HUAWEI_CLOUD_ACCOUNT_NAME, HUAWEI_CLOUD_USER_NAME, and/,
		],
		[
			['a'],
			{ HUAWEI_CLOUD_PROJECT_ID: 'project', HUAWEI_CLOUD_REGION: 'cn-north-1' },
			/^HUAWEI_CLOUD_PROJECT_ID and HUAWEI_CLOUD_REGION are set, but nothing to sign in with/,
		],
		[
			['a'],
			{ HUAWEI_CLOUD_ACCESS_KEY_ID: 'id' },
			/^HUAWEI_CLOUD_PROJECT_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY must be set as well/,
		],
		[['a'], { ...key, ...token }, /^Variables of iamToken and accessKey are set: leave those of one/],
		[
			['a'],
			{ ...token, HUAWEI_CLOUD_SECURITY_TOKEN: 's' },
			/^HUAWEI_CLOUD_SECURITY_TOKEN goes with an access key/,
		],
		[['a'], { ...key, HUAWEI_CLOUD_LIVE_ENDPOINT: 'live.example.com' }, /Live Endpoint/],
	];
	test.each(cases)('%j', (args, env, says) => {
		expect(() => readCommand(args, env, false)).toThrow(says);
	});
});
