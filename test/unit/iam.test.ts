import { describe, expect, test } from '@jest/globals';

import { parseProjects, parseToken, projectsCall } from '../../huawei-cloud/identity/iam';
import { parseResponse } from '../../huawei-cloud/http/response';
import { PROJECT_ID, scriptedClient, SETTINGS, USER_FIELDS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import type { Step } from '../support/scriptedTransport';
import { LOST, ok, UNSENT } from '../support/steps';

/** IAM's answers to the call for a token, from the documentation's side. */

const OK = ok({ task_id: 'task-1', request_id: 'r-1' });
const token = (clock: FakeClock): Step => ({
	status: 201,
	headers: { 'x-subject-token': 'MIIfetched' },
	body: { token: { expires_at: new Date(clock.now() + 86_400_000).toISOString() } },
});
const iam = (status: number, code: string | number): Step => ({
	status,
	body: { error: { code, message: 'as IAM says' } },
});

/** A client of an IAM that answers so, and then gives a token. */
function start(...script: Step[]) {
	const clock = new FakeClock();
	return scriptedClient([...script, token(clock), OK], { clock, fields: USER_FIELDS });
}

async function outcomeOf(...script: Step[]) {
	const { deleteTask, transport } = start(...script);
	const outcome = await deleteTask();
	return { outcome, calls: transport.requests.length };
}

describe('is asked again, until it gives a token', () => {
	const steps: Array<[string, Step]> = [
		['503', { status: 503 }],
		['500', iam(500, 500)],
		['429', { status: 429 }],
		['410, while it moves to another site', iam(410, 'IAM.0020')],
		['an answer without a token', { status: 201, body: {} }],
		['no connection', UNSENT],
		['a lost connection', LOST],
		['a timeout', { failure: 'timeout', sent: true }],
	];
	test.each(steps)('after %s', async (_name, step) => {
		expect(await outcomeOf(step, step)).toMatchObject({
			outcome: { kind: 'success', attempts: 1 },
			calls: 4,
		});
	});

	test('after the pause that it asks for', async () => {
		const { deleteTask, clock } = start({ status: 503, headers: { 'retry-after': '7' } });
		await deleteTask();
		expect(clock.sleeps).toEqual([7000]);
	});
});

describe('is not asked again, by this run', () => {
	const steps: Array<[string, Step, string, RegExp]> = [
		['401, wrong password', iam(401, 401), 'authentication', /project ID.+HUAWEI ID.+MFA/],
		['401, the user is locked', iam(401, 'IAM.0061'), 'authentication', /unlocks/],
		['403', iam(403, 403), 'permission', /programmatic access.+project/],
		['404, no such project', iam(404, 404), 'project', /project ID/],
		['404, no such project, with a code', iam(404, 'IAM.0004'), 'project', /project ID/],
		['400', iam(400, 400), 'validation', /^Check the project ID.+as IAM says/],
	];
	test.each(steps)('after %s', async (_name, step, category, hint) => {
		const { deleteTask, transport } = start(step);
		expect(await deleteTask()).toMatchObject({ kind: 'error', category, hint: expect.stringMatching(hint) });
		expect(await deleteTask({}, 'task-2')).toMatchObject({ kind: 'error', category, attempts: 0 });
		expect(transport.requests).toHaveLength(1);
	});

	test.each<[string, Step, number, string, RegExp]>([
		['409, a conflict', iam(409, 'IAM.0005'), 1, 'server', /maintenance/],
		['an unknown host name', { failure: 'unknownHost', sent: false }, 1, 'network', /host name/],
		['six tokens that have expired', token(new FakeClock(0)), 6, 'endpoint', /nothing usable/],
		['a response meant for tasks', { status: 404, body: { error_code: 'LIVE.1' } }, 1, 'endpoint', /IAM/],
	])('after %s, but later ones may', async (_name, step, requests, category, what) => {
		const { deleteTask, transport } = scriptedClient([step], { fields: USER_FIELDS });
		for (const taskId of ['task-1', 'task-2']) {
			const message = expect.stringMatching(what);
			expect(await deleteTask({}, taskId)).toMatchObject({ category, message, attempts: 0 });
		}
		expect(transport.requests).toHaveLength(requests);
	});
});

describe('the list of projects', () => {
	const listed = async (...script: Step[]) => {
		const { transport, credential, client } = scriptedClient(script);
		const outcome = await client.perform(projectsCall(credential), SETTINGS);
		return { outcome, requests: transport.requests };
	};

	test.each<[string, Step]>([
		['is lost', LOST],
		['is none', ok({ projects: 'none' })],
		['is a page', { status: 200, body: '<html>' }],
	])('is asked for again when what comes %s', async (_what, step) => {
		const { outcome, requests } = await listed(step, ok({ projects: [] }));
		expect(outcome.kind).toBe('success');
		expect(requests).toHaveLength(2);
	});

	test('is about the endpoint of IAM when there is no such address', async () => {
		const { outcome } = await listed({ status: 404, body: { error_code: 'APIGW.0101' } });
		expect(outcome).toMatchObject({ category: 'endpoint', hint: expect.stringContaining('IAM endpoint') });
	});
});

test('it is asked for a token of the project, in the form that its API reference has', async () => {
	const { deleteTask, transport } = start();
	await deleteTask();
	const [request] = transport.requests;
	expect(request).toMatchObject({
		method: 'POST',
		origin: 'https://iam.cn-north-4.myhuaweicloud.com',
		path: '/v3/auth/tokens?nocatalog=true',
	});
	expect(JSON.parse(request?.body ?? '')).toEqual({
		auth: {
			identity: {
				methods: ['password'],
				password: { user: { name: 'user', password: 'the-password', domain: { name: 'account' } } },
			},
			scope: { project: { id: PROJECT_ID } },
		},
	});
});

describe('a token', () => {
	const NOW = Date.parse('2026-01-01T00:00:00Z');
	const MINUTE = 60_000;
	const read = (header: string, body: unknown) => {
		const headers: Record<string, string> = header === '' ? {} : { 'x-subject-token': header };
		return parseToken(parseResponse({ status: 201, headers, body: JSON.stringify(body) }), NOW);
	};
	const expiringIn = (ms: number) => ({ token: { expires_at: new Date(NOW + ms).toISOString() } });

	test.each([
		['five minutes before it expires', 24 * 60 * MINUTE, 24 * 60 * MINUTE - 5 * MINUTE],
		['after nine tenths of a short life', 10 * MINUTE, 9 * MINUTE],
	])('is renewed %s', (_when, life, renewAfter) => {
		const token1 = read('MIIfetched', expiringIn(life));
		expect(token1?.value.reveal()).toBe('MIIfetched');
		expect(token1?.renewAt).toBe(NOW + renewAfter);
	});

	test.each<[string, string, unknown]>([
		['its header is missing', '', expiringIn(MINUTE)],
		['it does not fit into a header', 'two words', expiringIn(MINUTE)],
		['it begins with a line break', '\nMII', expiringIn(MINUTE)],
		['it ends with one', 'MII\n', expiringIn(MINUTE)],
		['it has expired', 'MII', expiringIn(0)],
		['its expiry is missing', 'MII', { token: {} }],
		['its expiry is a number', 'MII', { token: { expires_at: NOW + MINUTE } }],
		['there is no token in the body', 'MII', {}],
	])('is none when %s', (_why, header, body) => {
		expect(read(header, body)).toBeUndefined();
	});
});

test('projects without an ID are left out, and one without a name stays', () => {
	const read = (body: unknown) =>
		parseProjects(parseResponse({ status: 200, headers: {}, body: JSON.stringify(body) }));
	const [a, b] = [{ id: 'a', name: 'cn-north-4' }, { id: 'b' }];
	expect(read({ projects: [a, b, { name: 'c' }, { id: 5 }, null] })).toEqual({
		projects: [a, { ...b, name: '' }],
		hasMore: false,
	});
	const next = 'https://iam.example.com';
	expect(read({ projects: [], links: { next } })).toEqual({ projects: [], hasMore: true });
	expect(read({ links: { next: null } })).toBeUndefined();
});
