import { expect, test } from '@jest/globals';

import { readCommand } from '../../dev/start/command';

/** Variables of the environment that are set. */
const set = (...names: string[]) =>
	Object.fromEntries(names.map((name) => [`HUAWEI_CLOUD_${name}`, 'value']));
const KEY = set('PROJECT_ID', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY');

test('without arguments and variables it shows the emulator; with both it deletes, and asks before', () => {
	expect(readCommand([], { PATH: '/bin', HUAWEI_CLOUD_REGION: '' })).toBeUndefined();
	expect(readCommand(['a', ' b '], KEY)).toMatchObject({
		taskIds: ['a', 'b'],
		mustAsk: true,
		credential: { authentication: 'accessKey', projectId: 'value', region: 'cn-north-4' },
	});
	expect(readCommand(['--yes', 'a'], KEY)).toMatchObject({ taskIds: ['a'], mustAsk: false });
});

test.each<[args: string[], env: NodeJS.ProcessEnv, says: RegExp]>([
	[['--force', 'a'], KEY, /^Unknown option '--force'/],
	[['a'], {}, /^To delete tasks of the real service, set \w+_PROJECT_ID and .*: \w+_TOKEN; or/],
	[['--yes'], {}, /^To delete tasks of the real service/],
	[['--yes'], KEY, /^A credential is set, but no task ID is given/],
	[['a', ' '], KEY, /^One of the task IDs is empty/],
	[[], set('LIVE_ENDPOINT'), /^Set \w+_PROJECT_ID and .* Now set: \w+_LIVE_ENDPOINT\.$/],
	[['a'], set('PROJECT_ID', 'REGION'), /Now set: \w+_PROJECT_ID, \w+_REGION\.$/],
	[['a'], set('ACCESS_KEY_ID'), /_ACCESS_KEY_ID and \w+_SECRET_ACCESS_KEY; .* Now set: \w+_ACCESS_KEY_ID\.$/],
	[['a'], { ...KEY, ...set('TOKEN') }, /the variables of one way to sign in: .* Now set: .*_TOKEN/],
	[['a'], set('PROJECT_ID', 'TOKEN', 'SECURITY_TOKEN'), /Now set: .*_TOKEN, \w+_SECURITY_TOKEN\.$/],
	[['a'], set('TOKEN'), /Now set: \w+_TOKEN\.$/],
	[['a'], { ...KEY, HUAWEI_CLOUD_LIVE_ENDPOINT: 'live.example.com' }, /Live Endpoint/],
])('%j with %j is rejected', (args, env, says) => {
	expect(() => readCommand(args, env)).toThrow(says);
});
