import { expect, test } from '@jest/globals';

import { readCommand } from '../../dev/start/command';

/** `npm start`: what it makes of its arguments, and what it prints. */

/** Variables of the environment that are set. */
const set = (...names: string[]) =>
	Object.fromEntries(names.map((name) => [`HUAWEI_CLOUD_${name}`, 'value']));
const KEY = set('PROJECT_ID', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY');

test('without arguments and variables it shows the emulator; with both it deletes, and asks before', () => {
	expect(readCommand([], { PATH: '/bin', HUAWEI_CLOUD_REGION: '' }, false)).toEqual({ kind: 'demo' });
	expect(readCommand(['a', ' b '], KEY, true)).toMatchObject({
		kind: 'delete',
		taskIds: ['a', 'b'],
		mustAsk: true,
		credential: { authentication: 'accessKey', projectId: 'value', region: 'cn-north-4' },
	});
	expect(readCommand(['--yes', 'a'], KEY, false)).toMatchObject({ taskIds: ['a'], mustAsk: false });
});

test.each<[args: string[], env: NodeJS.ProcessEnv, says: RegExp]>([
	[['--force', 'a'], KEY, /^Unknown option: --force\. "npm start" runs/],
	[['a'], {}, /^To delete tasks of the real service, set \w+_PROJECT_ID and, to sign in, \w+_TOKEN; or/],
	[['--yes'], {}, /^To delete tasks of the real service/],
	[['--yes'], KEY, /^A credential is set, but no task ID is given/],
	[['a', ' '], KEY, /^One of the task IDs is empty/],
	[['a'], KEY, /^There is no terminal to ask for confirmation: add --yes/],
	[
		[],
		set('LIVE_ENDPOINT'),
		/_LIVE_ENDPOINT is set, but no \w+_PROJECT_ID, and nothing to sign in with: set \w+/,
	],
	[['a'], set('PROJECT_ID', 'REGION'), /_PROJECT_ID and \w+_REGION are set, but nothing to sign in with/],
	[['a'], set('ACCESS_KEY_ID'), /_PROJECT_ID and \w+_SECRET_ACCESS_KEY must be set as well/],
	[['a'], { ...KEY, ...set('TOKEN') }, /^Variables of iamToken and accessKey are set: leave those of one/],
	[['a'], set('PROJECT_ID', 'TOKEN', 'SECURITY_TOKEN'), /_SECURITY_TOKEN goes with an access key/],
	[['a'], { ...KEY, HUAWEI_CLOUD_LIVE_ENDPOINT: 'live.example.com' }, /Live Endpoint/],
])('%j with %j is rejected', (args, env, says) => {
	expect(() => readCommand(args, env, false)).toThrow(says);
});
