import { describe, expect, test } from '@jest/globals';

import type { Category } from '../../huawei-cloud/call/classification';
import type { Outcome } from '../../huawei-cloud/call/outcome';
import type { TransportErrorCode } from '../../huawei-cloud/http/http';
import { scriptedClient } from '../support/clients';
import type { Step } from '../support/scriptedTransport';
import { like, ok, rejected } from '../support/steps';

/**
 * The documentation of Live, of the gateway and of IAM, as a list of responses and what each means for a task that was to
 * be deleted. It is written down apart from the error table, which has to agree with every line of it.
 */

/** Responses with an error code, such as `404 APIGW.0101, 500`, where the last has no body. */
const coded = (what: string, ...responses: string[]) =>
	responses.map((response): [string, Step] => {
		const [status = '', code] = response.split(' ');
		const step = code === undefined ? { status: Number(status) } : rejected(Number(status), code);
		return [`${response}: ${what}`, step];
	});
const failure = (code: TransportErrorCode, sent: boolean): [string, Step] => [
	`${code}, ${sent ? 'sent' : 'not sent'}`,
	{ failure: code, sent },
];
const body = (status: number, text: unknown): [string, Step] => [
	`${status} with ${JSON.stringify(text)}`,
	{ status, body: text },
];

async function outcomeOf(step: Step): Promise<{ outcome: Outcome; calls: number }> {
	const { deleteTask, transport } = scriptedClient([step]);
	const outcome = await deleteTask();
	return { outcome, calls: transport.requests.length };
}

/** The outcome of an error: a sentence says what happened, another what to do. */
async function errorOf(step: Step) {
	const { outcome, calls } = await outcomeOf(step);
	const sentences = { message: like(/^[A-Z].{15,}\.$/), hint: like(/^[A-Z].{10,}\.$/) };
	expect(outcome).toMatchObject({ kind: 'error', ...sentences });
	return { outcome, calls };
}

test.each([
	...coded('not found, whatever else the code', '404 LIVE.100011001', '404 LIVE.999999999'),
	...coded('no such resource', '404 LIVE.103011019', '400 LIVE.103011019', '500 LIVE.103011019'),
	...coded('no such resource', '200 LIVE.103011019'),
	body(404, { error: { code: 'LIVE.100011001', message: 'm' } }),
])('not found: %s', async (_name, step) => {
	expect(await outcomeOf(step)).toMatchObject({ outcome: { kind: 'notFound' }, calls: 1 });
});

describe('errors that are not repeated, and did nothing', () => {
	const rows: Record<string, Array<[string, Step]>> = {
		endpoint: [
			...coded('no such API or backend', '404 APIGW.0101', '404 APIG.0101', '404 APIGW.0103'),
			...coded('of another service', '404 VOD.10053', '404 LIVEX.100011001', '404 X.LIVE.100011001'),
			...coded('of the gateway, though it throttles', '404 APIGW.0308'),
			...coded('no code', '404', '405'),
			...coded('none of Live', '404 LIVE.', '404 LIVE.<b>', '404 LIVE.1,APIGW.0101'),
			...coded('redirect', '301', '302', '307', '308'),
			...coded('HTTPS only', '400 LIVE.100011004'),
			...coded('not in this region', '403 APIGW.0801'),
			...coded('media type, method', '400 LIVE.100011012', '400 LIVE.100011011'),
			...coded('a malformed request', '400 APIGW.0104', '400 APIGW.0105'),
			...coded('TLS version, protocol', '400 APIG.0204', '400 APIGW.0607'),
			...[400, 401, 403, 404].map((status) => body(status, '<html>Log in</html>')),
			body(404, { request_id: 'r-1' }),
			body(404, '"LIVE.100011001"'),
			body(404, '{"error_code":"LIVE.100011001"'),
			body(404, [{ error_code: 'LIVE.100011001' }]),
			failure('certificate', false),
		],
		validation: [
			...coded('the catch-all, and none', '400 LIVE.100011001', '400'),
			...coded('invalid content', '403 LIVE.103011016'),
			...coded('only begins like "not found"', '400 LIVE.1030110190'),
			...coded('too large', '413 APIGW.0201', '494 APIG.0201', '431'),
			...coded('exists already', '400 LIVE.103011018', '400 LIVE.100011022'),
			...coded('wrong state', '400 LIVE.103011022'),
		],
		account: [
			...coded('no such user, no real-name authentication', '400 LIVE.100011009', '400 LIVE.100011013'),
			...coded('frozen or in arrears', '401 LIVE.100011014', '404 LIVE.100011014', '405 APIG.0502'),
			...coded('quota used up', '405 APIGW.0501', '400 LIVE.103011020'),
		],
		project: [
			...coded('another project', '401 LIVE.100011015', '404 LIVE.100011015'),
			...coded('project unavailable', '403 APIGW.0310'),
		],
		permission: [
			...coded('no permission', '401 LIVE.100011003', '404 LIVE.100011003', '403'),
			...coded('not authorized', '403 APIGW.0302', '403 APIGW.0304', '403 APIG.0306'),
			...coded('address rejected', '403 APIGW.0401'),
		],
		authentication: [
			...coded('wrong signature', '401 LIVE.100011002', '404 LIVE.100011002'),
			...coded('token wrong or expired', '401 APIGW.0301', '401 APIG.0307'),
			...coded('no code', '401'),
			body(401, { error: { code: 401, message: 'm' } }),
		],
		// Not at once, but later.
		network: [failure('unknownHost', false), failure('proxyRejected', false), ...coded('a login', '407')],
		server: [
			...coded('maintenance', '400 LIVE.100011006', '400 LIVE.100011008'),
			...coded('a database that failed', '400 LIVE.103011021'),
		],
	};
	describe.each(Object.entries(rows))('%s', (category, steps) => {
		const retryable = ['server', 'network'].includes(category);
		test.each(steps)('%s', async (_name, step) => {
			expect(await errorOf(step)).toMatchObject({
				outcome: { category, retryable, mayHaveHappened: false, attempts: 1 },
				calls: 1,
			});
		});
	});

	test.each<[TransportErrorCode, Category]>([
		['proxyUnusable', 'network'],
		['egressDenied', 'endpoint'],
	])('%s keeps anything from being sent, and does not count as an attempt', async (code, category) => {
		expect(await errorOf({ failure: code, sent: false })).toMatchObject({
			outcome: { category, retryable: false, mayHaveHappened: false, attempts: 0, statusCode: null },
			calls: 1,
		});
	});
});

test.each([
	...coded('by the gateway', '429', '429 APIGW.0308', '403 APIG.0308', '429 APIGW.0501'),
	...coded('by Live', '429 LIVE.100011001', '500 LIVE.100011007', '404 LIVE.100011007'),
])('throttled calls are sent again until they are let through: %s', async (_name, step) => {
	const { deleteTask } = scriptedClient([step, step, step, step, step, ok({ task_id: 'task-1' })]);
	expect(await deleteTask({ maxRetries: 0 })).toMatchObject({ kind: 'success', attempts: 6 });
});

describe('errors that are repeated', () => {
	const undocumented = ['409', '418', '423', '499', '600', '999', '600 APIGW.0302'];
	const rejectedByGateway = ['0605', '0606', '0608', '0609', '0611', '0612', '0705'];
	const rows: Array<[Category, boolean, Array<[string, Step]>]> = [
		['timeout', true, [...coded('timeout', '408'), failure('timeout', true)]],
		['timeout', false, [failure('timeout', false)]],
		['unknown', true, coded('nobody documents it', ...undocumented)],
		[
			'server',
			true,
			[
				...coded('a database that failed', '500 LIVE.103011021'),
				...coded('internal', '500 LIVE.100011000', '500 LIVE.100011005', '404 LIVE.100011000'),
				...coded('does not say that nothing was done', '500 LIVE.100011001', '502 LIVE.103011016'),
				...coded('of the gateway', '500 APIGW.0601', '502 APIGW.0201', '504 APIGW.0201'),
				...coded('no code', '500', '501', '502', '503'),
				body(502, '<html>'),
			],
		],
		[
			'server',
			false,
			[
				...coded('rejected by the gateway', ...rejectedByGateway.map((suffix) => `500 APIG.${suffix}`)),
				...coded('no backend, no IAM', '502 APIGW.0610', '503 APIG.0613'),
			],
		],
		[
			'endpoint',
			true,
			[
				...coded('says nothing about the request', '303', '304', '204', '200'),
				...coded('an error in it', '200 LIVE.100011005'),
				...['<html>Please log in</html>', '{"task_id":"task-1"', { ok: true }].map((text) => body(200, text)),
			],
		],
		[
			'network',
			true,
			[failure('connectionLost', true), failure('unreachable', true), failure('certificate', true)],
		],
		['network', false, [failure('connectionLost', false), failure('unreachable', false)]],
	];
	describe.each(rows)('%s; whether they may have done it: %p', (category, mayHaveHappened, steps) => {
		test.each(steps)('%s', async (_name, step) => {
			expect(await errorOf(step)).toMatchObject({
				outcome: { category, retryable: true, mayHaveHappened, attempts: 4 },
				calls: 4,
			});
		});
	});
});
