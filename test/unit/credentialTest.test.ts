import { describe, expect, test } from '@jest/globals';

import { readCredential } from '../../huawei-cloud/identity/credential';
import { Runtime } from '../../huawei-cloud/identity/runtime';
import { testCredential } from '../../huawei-cloud/live/credentialTest';
import { CREDENTIAL_FIELDS, KEY_FIELDS, PROJECT_ID, TOKEN, USER_FIELDS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport, type Step } from '../support/scriptedTransport';
import { VirtualClock } from '../support/virtualClock';

/** The button in the credential's form: what it asks, and what the person reads who pressed it. */

const PROJECTS: Step = { status: 200, body: { projects: [{ id: PROJECT_ID, name: 'cn-north-4' }] } };
const TASKS: Step = { status: 200, body: { task_infos: [], total: 0, request_id: 'r' } };

let tokens = 0;
const runtime = new Runtime(new FakeClock());

/** Each credential is another one, since the process remembers what it knows of them. */
async function press(script: readonly Step[], fields: Record<string, string> = {}, clock = new FakeClock()) {
	const transport = new ScriptedTransport(script);
	const iamToken = `${TOKEN}${(tokens += 1)}`;
	const credential = readCredential({ ...CREDENTIAL_FIELDS, iamToken, ...fields });
	const problem = await testCredential(credential, { transport, clock }, runtime);
	const result = { ok: !problem, message: problem && `${problem.message} ${problem.hint}` };
	return { result, requests: transport.requests };
}

const projects = (...listed: object[]): Step => ({ status: 200, body: { projects: listed } });

test('IAM is asked for the projects, and Live for one task', async () => {
	const { result, requests } = await press([PROJECTS, TASKS]);
	expect(result).toEqual({ ok: true, message: undefined });
	expect(requests.map(({ origin, path }) => origin + path)).toEqual([
		'https://iam.cn-north-4.myhuaweicloud.com/v3/auth/projects',
		`https://live.cn-north-4.myhuaweicloud.com/v1/${PROJECT_ID}/pull/stream/task?limit=1`,
	]);
});

test('an access key names its project to Live, and not to IAM, which has none', async () => {
	const { requests } = await press([PROJECTS, TASKS], KEY_FIELDS);
	expect(requests.map(({ headers }) => headers['X-Project-Id'])).toEqual([undefined, PROJECT_ID]);
});

test.each<[string, Step]>([
	['no connection', { failure: 'unreachable', sent: false }],
	['a timeout', { failure: 'timeout', sent: true }],
	['nothing usable', { status: 200, body: '<html>Log in</html>' }],
])('%s is told with the endpoint, and not tried again', async (_name, step) => {
	const iam = await press([step]);
	expect(iam.result.ok).toBe(false);
	expect(iam.result.message).toMatch(
		/^IAM returned no usable response at https:\/\/iam\.cn-north-4\.myhuaweicloud\.com\. ./,
	);
	expect(iam.requests).toHaveLength(1);
	const live = await press([PROJECTS, step], { liveEndpoint: 'http://127.0.0.1:8080' });
	expect(live.result.message).toMatch(/^Live returned no usable response at http:\/\/127\.0\.0\.1:8080\. ./);
	expect(live.requests).toHaveLength(2);
});

describe('a project ID that is not among the projects', () => {
	const OTHER = { id: 'other', name: 'cn-east-3' };

	const named = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ id: `id-${name}`, name }));
	test.each<[string, object[], string]>([
		['those that there are', [OTHER, { id: 'nameless' }], '(cn-east-3: other, nameless)'],
		['three', named.slice(0, 3), '(a: id-a, b: id-b, c: id-c)'],
		['the first three, and how many more there are', named, '(a: id-a, b: id-b, c: id-c, 2 more)'],
	])('is told with %s', async (_which, listed, shown) => {
		const { result, requests } = await press([projects(...listed)]);
		expect(result).toEqual({
			ok: false,
			message: expect.stringContaining(`not among its projects ${shown}. `),
		});
		expect(result.message).toMatch(/Copy the project ID .+ My Credentials/);
		expect(requests).toHaveLength(1);
	});

	test('may be on a further page of them, so Live is asked', async () => {
		const first: Step = { status: 200, body: { projects: [OTHER], links: { next: 'https://iam/2' } } };
		const { result, requests } = await press([first, TASKS]);
		expect(result).toMatchObject({ ok: true });
		expect(requests).toHaveLength(2);
	});
});

test('tests count together: repeated ones cannot lock a user', async () => {
	const wrong: Step = { status: 401, body: { error: { code: 401, message: 'wrong' } } };
	const clock = new FakeClock();
	let requests = 0;
	for (let count = 0; count < 10; count++)
		requests += (await press([wrong], USER_FIELDS, clock)).requests.length;
	expect(requests).toBeLessThan(5);
});

test('a service that asks for a long wait is not waited for: the test ends with a reason', async () => {
	const clock = new VirtualClock();
	const throttled: Step = { status: 429, headers: { 'retry-after': '240' } };
	const credential = readCredential({ ...CREDENTIAL_FIELDS, iamToken: 'another-token' });
	const transport = new ScriptedTransport([throttled]);
	const startedAt = clock.now();
	const problem = await clock.run(testCredential(credential, { transport, clock }, runtime));
	expect(problem).toMatchObject({
		category: 'timeout',
		message: expect.stringContaining('within 25 seconds'),
	});
	expect(clock.now() - startedAt).toBe(25_000);
});
