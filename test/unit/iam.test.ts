import { describe, expect, jest, test } from '@jest/globals';

import { listProjects } from '../../huawei-cloud/identity/iam';
import { scriptedClient, SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import type { Step } from '../support/scriptedTransport';

/** What IAM answers to the call for a token, told from the documentation's side. */

const USER = { authentication: 'iamUser', accountName: 'account', userName: 'n8n', password: 'the-password' };
const OK: Step = { status: 200, body: { task_id: 'task-1', request_id: 'r-1' } };
const token = (clock: FakeClock): Step => ({
	status: 201,
	headers: { 'x-subject-token': 'MIIfetched' },
	body: { token: { expires_at: new Date(clock.now() + 86_400_000).toISOString() } },
});
const iam = (status: number, code: string | number, message = 'as IAM says'): Step => ({
	status,
	body: { error: { code, message } },
});

async function outcomeOf(...script: Step[]) {
	const clock = new FakeClock();
	const { deleteTask, transport } = scriptedClient([...script, token(clock), OK], { clock, fields: USER });
	const outcome = await deleteTask(SETTINGS);
	return { outcome, calls: transport.requests.length };
}

describe('is asked again, until it gives a token', () => {
	const steps: Array<[string, Step]> = [
		['503', { status: 503 }],
		['500', iam(500, 500)],
		['429', { status: 429 }],
		['410, while it moves to another site', iam(410, 'IAM.0020')],
		['an answer without a token', { status: 201, body: {} }],
		['no connection', { failure: 'unreachable', sent: false }],
		['a lost connection', { failure: 'connectionLost', sent: true }],
		['a timeout', { failure: 'timeout', sent: true }],
	];
	test.each(steps)('after %s', async (_name, step) => {
		expect(await outcomeOf(step, step)).toMatchObject({
			outcome: { kind: 'success', attempts: 1 },
			calls: 4,
		});
	});

	test('but not more often than a call is', async () => {
		const away = { status: 503 };
		const { outcome, calls } = await outcomeOf(away, away, away, away);
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'server',
			retryable: true,
			mayHaveHappened: false,
			attempts: 0,
			statusCode: 503,
		});
		expect(calls).toBe(4);
	});

	test('after the pause that it asks for', async () => {
		const clock = new FakeClock();
		const script: Step[] = [{ status: 503, headers: { 'retry-after': '7' } }, token(clock), OK];
		await scriptedClient(script, { clock, fields: USER }).deleteTask();
		expect(clock.sleeps).toEqual([7000]);
	});
});

describe('is not asked again, by this run', () => {
	const steps: Array<[string, Step, string, RegExp]> = [
		[
			'401, wrong password',
			iam(401, 401, 'The username or password is wrong.'),
			'authentication',
			/HUAWEI ID.+MFA/,
		],
		['401, the user is locked', iam(401, 'IAM.0061'), 'authentication', /unlocks/],
		['403', iam(403, 403), 'permission', /programmatic access/],
		['404, no such project', iam(404, 404), 'project', /project ID/],
		['404, no such project, with a code', iam(404, 'IAM.0004'), 'project', /project ID/],
		['400', iam(400, 400), 'validation', /fields of the credential/],
	];
	test.each(steps)('after %s', async (_name, step, category, hint) => {
		const clock = new FakeClock();
		const { deleteTask, transport } = scriptedClient([step, token(clock), OK], { clock, fields: USER });
		expect(await deleteTask()).toMatchObject({
			kind: 'error',
			category,
			hint: expect.stringMatching(hint),
		});
		expect(await deleteTask({}, 'task-2')).toMatchObject({ kind: 'error', category, attempts: 0 });
		expect(transport.requests).toHaveLength(1);
	});

	test('a conflict is an error of that item, which later runs may not have', async () => {
		expect(await outcomeOf(iam(409, 'IAM.0005'))).toMatchObject({
			outcome: { category: 'server', retryable: true },
			calls: 1,
		});
	});
});

test('a wrong password does not go out so often that the user could be locked, also when no answer comes', async () => {
	const lost: Step = { failure: 'timeout', sent: true };
	const { deleteTask, transport } = scriptedClient([lost], { fields: USER });
	for (let item = 0; item < 10; item++) await deleteTask({ maxRetries: 10 }, `task-${item}`);
	expect(transport.requests).toHaveLength(4);
	expect(await deleteTask()).toMatchObject({
		category: 'timeout',
		retryable: true,
		mayHaveHappened: false,
		message: expect.stringContaining('lockout'),
	});
});

test('waiting for a probe in vain fails the attempt, and not the whole run', async () => {
	const clock = new FakeClock();
	const { deleteTask, state } = scriptedClient([token(clock), OK], { clock, fields: USER });
	jest.spyOn(state.circuitBreaker.probes, 'acquire').mockResolvedValueOnce({});
	expect(await deleteTask()).toMatchObject({ kind: 'success' });
	expect(clock.sleeps).toEqual([250, 250]);
});

test('its calls carry no project with a signature, since they belong to the account', async () => {
	const { transport, credential, client } = scriptedClient([{ status: 200, body: { projects: [] } }], {
		fields: { authentication: 'accessKey', accessKeyId: 'AK', secretAccessKey: 'SK' },
	});
	await listProjects(client, credential.iamEndpoint, SETTINGS);
	expect(transport.requests[0]?.headers).not.toHaveProperty('X-Project-Id');
	expect(transport.requests[0]?.headers).toMatchObject({ 'Content-Type': 'application/json' });
});
