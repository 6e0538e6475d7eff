import { describe, expect, test } from '@jest/globals';

import { type Category } from '../../huawei-cloud/call/classification';
import { scriptedClient } from '../support/clients';
import type { Step } from '../support/scriptedTransport';

/**
 * The documentation of Live, of the gateway and of IAM, as a list of answers and what each means for a task that was to
 * be deleted. It is written down apart from the outcome table, which has to agree with every line of it.
 */

const live = (status: number, code: string): Step => ({
	status,
	body: { error_code: code, error_msg: 'as the service says', request_id: 'r-1' },
});
const html: Step = { status: 404, body: '<html><body>Not Found</body></html>' };

async function outcomeOf(step: Step) {
	const { deleteTask, transport } = scriptedClient([step]);
	const outcome = await deleteTask();
	return { outcome, calls: transport.requests.length };
}

describe('success', () => {
	test.each([
		['both fields', { task_id: 'task-1', request_id: 'r-1' }],
		['the task ID alone', { task_id: 'task-1' }],
		['the request ID alone', { request_id: 'r-1' }],
	])('200 with %s', async (_name, body) => {
		const { outcome, calls } = await outcomeOf({ status: 200, body });
		expect(outcome).toMatchObject({ kind: 'success', statusCode: 200, attempts: 1 });
		expect(calls).toBe(1);
	});
});

describe('not found', () => {
	test.each([
		['404 with the catch-all code', live(404, 'LIVE.100011001')],
		['404 with any other code of Live', live(404, 'LIVE.103011019')],
		['404 with a code of Live nobody documented', live(404, 'LIVE.999999999')],
		['"resource does not exist" under 400', live(400, 'LIVE.103011019')],
		['"resource does not exist" under 500', live(500, 'LIVE.103011019')],
		['"resource does not exist" under 200', live(200, 'LIVE.103011019')],
		[
			'a code of Live in the nested shape',
			{ status: 404, body: { error: { code: 'LIVE.100011001', message: 'm' } } },
		],
	])('%s', async (_name, step) => {
		const { outcome, calls } = await outcomeOf(step);
		expect(outcome.kind).toBe('notFound');
		expect(calls).toBe(1);
	});
});

describe('errors that are not repeated, and did nothing', () => {
	const rows: Array<[string, Step, Category]> = [
		['404 of the gateway: no such API', live(404, 'APIGW.0101'), 'endpoint'],
		['404 of the gateway, older prefix', live(404, 'APIG.0101'), 'endpoint'],
		['404 of the gateway: backend missing', live(404, 'APIGW.0103'), 'endpoint'],
		['404 with a code of another service', live(404, 'VOD.10053'), 'endpoint'],
		['404 with a code that only looks like one of Live', live(404, 'LIVEX.100011001'), 'endpoint'],
		['404 with a code of Live not at its beginning', live(404, 'X.LIVE.100011001'), 'endpoint'],
		['404 with a throttling code of the gateway', live(404, 'APIGW.0308'), 'endpoint'],
		['404 with a code that says something else: permission', live(404, 'LIVE.100011003'), 'permission'],
		['404 with a code that says something else: account', live(404, 'LIVE.100011014'), 'account'],
		['404 with a code that says something else: project', live(404, 'LIVE.100011015'), 'project'],
		['404 with a code that says something else: signature', live(404, 'LIVE.100011002'), 'authentication'],
		['404 without a code', { status: 404, body: { request_id: 'r-1' } }, 'endpoint'],
		['404 with HTML', html, 'endpoint'],
		['404 with an empty body', { status: 404 }, 'endpoint'],
		['404 with JSON that is no object', { status: 404, body: '"LIVE.100011001"' }, 'endpoint'],
		['404 with cut-off JSON', { status: 404, body: '{"error_code":"LIVE.100011001"' }, 'endpoint'],
		['404 with a list', { status: 404, body: [{ error_code: 'LIVE.100011001' }] }, 'endpoint'],
		['301', { status: 301, headers: { location: 'https://elsewhere.example.com/' } }, 'endpoint'],
		['302', { status: 302, headers: { location: 'https://elsewhere.example.com/' } }, 'endpoint'],
		['307', { status: 307, headers: { location: 'https://elsewhere.example.com/' } }, 'endpoint'],
		['400, the catch-all', live(400, 'LIVE.100011001'), 'validation'],
		['403, invalid content', live(403, 'LIVE.103011016'), 'validation'],
		['400, a code that only begins like "not found"', live(400, 'LIVE.1030110190'), 'validation'],
		['400 without a code', { status: 400 }, 'validation'],
		['413 of the gateway', live(413, 'APIGW.0201'), 'validation'],
		['494 of the gateway', live(494, 'APIG.0201'), 'validation'],
		['400, HTTPS only', live(400, 'LIVE.100011004'), 'endpoint'],
		['400, user does not exist', live(400, 'LIVE.100011009'), 'account'],
		['400, no real-name authentication', live(400, 'LIVE.100011013'), 'account'],
		['401, frozen or in arrears', live(401, 'LIVE.100011014'), 'account'],
		['405, quota used up', live(405, 'APIGW.0501'), 'account'],
		['405, app frozen', live(405, 'APIG.0502'), 'account'],
		['401, another project', live(401, 'LIVE.100011015'), 'project'],
		['403, project unavailable', live(403, 'APIGW.0310'), 'project'],
		['401, no permission', live(401, 'LIVE.100011003'), 'permission'],
		['403, not authorized', live(403, 'APIGW.0302'), 'permission'],
		['403, app not authorized', live(403, 'APIGW.0304'), 'permission'],
		['403, API not authorized', live(403, 'APIG.0306'), 'permission'],
		['403, address refused', live(403, 'APIGW.0401'), 'permission'],
		['403 without a code', { status: 403 }, 'permission'],
		['401, wrong signature', live(401, 'LIVE.100011002'), 'authentication'],
		['401, token wrong', live(401, 'APIGW.0301'), 'authentication'],
		['401, token expired', live(401, 'APIG.0307'), 'authentication'],
		['401 without a code', { status: 401 }, 'authentication'],
		[
			'401 in the shape of IAM',
			{ status: 401, body: { error: { code: 401, message: 'm' } } },
			'authentication',
		],
		['403, not in this region', live(403, 'APIGW.0801'), 'endpoint'],
		['400, it exists already', live(400, 'LIVE.103011018'), 'validation'],
		['400, wrong state', live(400, 'LIVE.103011022'), 'validation'],
		['400, media type', live(400, 'LIVE.100011012'), 'endpoint'],
		['400, request of a wrong form', live(400, 'APIGW.0104'), 'endpoint'],
		['400, request of another wrong form', live(400, 'APIGW.0105'), 'endpoint'],
		['400, TLS version', live(400, 'APIG.0204'), 'endpoint'],
		['400, protocol', live(400, 'APIGW.0607'), 'endpoint'],
		['405 without a code', { status: 405 }, 'endpoint'],
		['400, method', live(400, 'LIVE.100011011'), 'endpoint'],
		['400, a recording that exists', live(400, 'LIVE.100011022'), 'validation'],
		['400, the quota of domains', live(400, 'LIVE.103011020'), 'account'],
		['431, headers that are too large', { status: 431 }, 'validation'],
		['308', { status: 308, headers: { location: 'https://elsewhere.example.com/' } }, 'endpoint'],
		['a page under 400', { status: 400, body: '<html>nginx</html>' }, 'endpoint'],
		['a page under 401', { status: 401, body: '<html>Log in</html>' }, 'endpoint'],
		['a page under 403', { status: 403, body: '<html>Blocked by WAF</html>' }, 'endpoint'],
	];
	test.each(rows)('%s', async (_name, step, category) => {
		const { outcome, calls } = await outcomeOf(step);
		expect(outcome).toMatchObject({ kind: 'error', category, retryable: false, mayHaveHappened: false });
		expect(calls).toBe(1);
	});

	test.each([
		['maintenance', live(400, 'LIVE.100011006')],
		['maintenance, the other code', live(400, 'LIVE.100011008')],
		['a database that failed', live(400, 'LIVE.103011021')],
	])('%s: not at once, but later', async (_name, step) => {
		const { outcome, calls } = await outcomeOf(step);
		expect(outcome).toMatchObject({
			kind: 'error',
			category: 'server',
			retryable: true,
			mayHaveHappened: false,
		});
		expect(calls).toBe(1);
	});
});

describe('calls that were one too many', () => {
	test.each([
		['429', { status: 429 }],
		['429 of the gateway', live(429, 'APIGW.0308')],
		['403 of the gateway, with the code that says so', live(403, 'APIG.0308')],
		['429 with the catch-all of Live', live(429, 'LIVE.100011001')],
		['429 with another code', live(429, 'APIGW.0501')],
		['500, too many requests', live(500, 'LIVE.100011007')],
		['404 with a code that says so', live(404, 'LIVE.100011007')],
	])('are sent again until they are let through: %s', async (_name, step) => {
		const { deleteTask } = scriptedClient([
			step,
			step,
			step,
			step,
			step,
			{ status: 200, body: { task_id: 'task-1' } },
		]);
		expect(await deleteTask({ maxRetries: 0 })).toMatchObject({ kind: 'success', attempts: 6 });
	});
});

describe('errors that are repeated', () => {
	const rows: Array<[string, Step, Category, boolean]> = [
		['408', { status: 408 }, 'timeout', true],
		...[409, 418, 423, 499, 600, 999].map((status): [string, Step, Category, boolean] => [
			`${status}, which nobody documents`,
			{ status },
			'unknown',
			true,
		]),
		['303, which says nothing about the request', { status: 303 }, 'endpoint', true],
		['304, which answers nothing that was asked', { status: 304 }, 'endpoint', true],
		['600 with a code of the gateway', live(600, 'APIGW.0302'), 'unknown', true],
		['501, which nobody documents', { status: 501 }, 'server', true],
		['500, a database that failed', live(500, 'LIVE.103011021'), 'server', true],
		['500, internal', live(500, 'LIVE.100011000'), 'server', true],
		['500, internal, the other code', live(500, 'LIVE.100011005'), 'server', true],
		['500 of the gateway', live(500, 'APIGW.0601'), 'server', true],
		[
			'500 with the catch-all, which does not say that nothing was done',
			live(500, 'LIVE.100011001'),
			'server',
			true,
		],
		['502 with a code for invalid content', live(502, 'LIVE.103011016'), 'server', true],
		...['0605', '0606', '0608', '0609', '0611', '0612', '0705'].map(
			(suffix): [string, Step, Category, boolean] => [
				`500, refused by the gateway (${suffix})`,
				live(500, `APIG.${suffix}`),
				'server',
				false,
			],
		),
		['500 without a code', { status: 500 }, 'server', true],
		['502, backend unavailable', live(502, 'APIGW.0201'), 'server', true],
		['502, no backend', live(502, 'APIGW.0610'), 'server', false],
		['502 without a code', { status: 502, body: '<html>' }, 'server', true],
		['503, IAM unavailable', live(503, 'APIG.0613'), 'server', false],
		['503 without a code', { status: 503 }, 'server', true],
		['504, backend timed out', live(504, 'APIGW.0201'), 'server', true],
		['200 with HTML', { status: 200, body: '<html>Please log in</html>' }, 'endpoint', true],
		['404 with a code that says: internal', live(404, 'LIVE.100011000'), 'server', true],
		['200 with an empty body', { status: 200 }, 'endpoint', true],
		['200 with cut-off JSON', { status: 200, body: '{"task_id":"task-1"' }, 'endpoint', true],
		['200 with foreign JSON', { status: 200, body: { ok: true } }, 'endpoint', true],
		['200 with an error in it', live(200, 'LIVE.100011005'), 'endpoint', true],
		['204', { status: 204 }, 'endpoint', true],
		['a reset after sending', { failure: 'connectionLost', sent: true }, 'network', true],
		['a reset before sending', { failure: 'connectionLost', sent: false }, 'network', false],
		['a timeout after sending', { failure: 'timeout', sent: true }, 'timeout', true],
		['a timeout before sending', { failure: 'timeout', sent: false }, 'timeout', false],
		['connection refused', { failure: 'unreachable', sent: false }, 'network', false],
		['a network that went away after sending', { failure: 'unreachable', sent: true }, 'network', true],
		['unknown host', { failure: 'unknownHost', sent: false }, 'network', false],
		['refused by a proxy', { failure: 'proxyRejected', sent: false }, 'network', false],
	];
	test.each(rows)('%s', async (_name, step, category, mayHaveHappened) => {
		const { outcome, calls } = await outcomeOf(step);
		expect(outcome).toMatchObject({
			kind: 'error',
			category,
			retryable: true,
			mayHaveHappened,
			attempts: 4,
		});
		expect(calls).toBe(4);
	});
});

test('a certificate that is not trusted is a matter of the endpoint, and not repeated', async () => {
	const { outcome, calls } = await outcomeOf({ failure: 'certificate', sent: false });
	expect(outcome).toMatchObject({
		category: 'endpoint',
		retryable: false,
		mayHaveHappened: false,
		attempts: 1,
	});
	expect(calls).toBe(1);
});

test('a TLS connection that broke after sending may have done its work, and is repeated', async () => {
	const { outcome, calls } = await outcomeOf({ failure: 'certificate', sent: true });
	expect(outcome).toMatchObject({ category: 'network', mayHaveHappened: true });
	expect(calls).toBeGreaterThan(1);
});

test('proxy settings that can not be used are told as such, and nothing counts as sent', async () => {
	const { outcome, calls } = await outcomeOf({ failure: 'proxyUnusable', sent: false });
	expect(outcome).toMatchObject({
		category: 'network',
		attempts: 0,
		mayHaveHappened: false,
		retryable: false,
	});
	expect(calls).toBe(1);
});

test('what the policy of n8n rejects does not count as an attempt', async () => {
	const { outcome, calls } = await outcomeOf({ failure: 'egressDenied', sent: false });
	expect(outcome).toMatchObject({ category: 'endpoint', retryable: false, attempts: 0, statusCode: null });
	expect(calls).toBe(1);
});

test.each([
	live(401, 'LIVE.100011003'),
	live(404, 'APIGW.0101'),
	live(500, 'LIVE.100011000'),
	{ failure: 'timeout', sent: true } as const,
	{ status: 418 },
])('every error says in a sentence what happened, and in another what to do (%j)', async (step) => {
	const { outcome } = await outcomeOf(step);
	expect(outcome).toMatchObject({
		message: expect.stringMatching(/^[A-Z].{15,}\.$/),
		hint: expect.stringMatching(/^[A-Z].{10,}\.$/),
	});
});
