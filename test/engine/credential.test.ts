import { describe, expect, jest, test } from '@jest/globals';
import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, IDataObject, INodeCredentialTestResult } from 'n8n-workflow';

import { Emulator } from '../../dev/emulator/emulator';
import { type Engine, outputsOf, type WorkflowFile } from '../../dev/n8n/engine';
import { issueCertificate } from '../support/certificates';
import { PROJECT_ID, TOKEN } from '../support/clients';
import { eachOnCloud } from '../support/eachOnCloud';
import { startProxyTo } from '../support/proxy';
import { NODE_TYPE, runNode, type Cloud } from '../support/nodeRun';

let engine: Engine;
let cloud: Cloud;

eachOnCloud((...started) => {
	[engine, cloud] = started;
});

describe('the Test button', () => {
	/** Presses it, as n8n does: with the function that the node's description names, in a context of n8n's own. */
	async function press(fields: IDataObject = {}): Promise<INodeCredentialTestResult> {
		const { description, methods } = engine.getByNameAndVersion(NODE_TYPE);
		const testedBy = String(description.credentials?.[0]?.testedBy);
		const testFunction = methods?.credentialTest?.[testedBy];
		if (!testFunction) throw new Error('The node has no credential test');
		const context = new CredentialTestContext(engine.additionalData({}));
		const result = await testFunction.call(context, {
			id: '1',
			name: 'Huawei Cloud API',
			type: 'huaweiCloudApi',
			data: JSON.parse(JSON.stringify({ ...cloud.fields, ...fields })),
		});
		expect(JSON.stringify(result)).not.toContain(TOKEN);
		return result;
	}

	const methods = () =>
		[
			['IAM token', cloud.fields],
			['IAM user', cloud.userFields],
			['access key', cloud.keyFields()],
			['temporary access key', cloud.keyFields({ securityToken: 'the-security-token' })],
		] as const;

	test('all is well with every method', async () => {
		for (const [method, fields] of methods()) {
			expect({ method, ...(await press(fields)) }).toEqual({
				method,
				status: 'OK',
				message: 'The credential works.',
			});
		}
	});

	test('every method tells a project ID that the account does not have', async () => {
		for (const [method, fields] of methods()) {
			const { message } = await press({ ...fields, projectId: 'f'.repeat(32) });
			expect(`${method}: ${message}`).toMatch(
				/: The credential is accepted, but|: The project ID does not belong/,
			);
		}
	});

	test('every method passes without the permission to list', async () => {
		cloud.user.actions.delete('live:stream:listPullTask');
		for (const [method, fields] of methods()) {
			expect({ method, ...(await press(fields)) }).toMatchObject({ method, status: 'OK' });
		}
	});

	test.each([
		[
			'a wrong password',
			() => ({ ...cloud.userFields, password: 'wrong' }),
			/^IAM refused the account name, user name or password\. Check all three/,
		],
		[
			'a wrong user name',
			() => ({ ...cloud.userFields, userName: 'nobody' }),
			/^IAM refused the account name/,
		],
		[
			'a wrong secret key',
			() => ({ ...cloud.keyFields(), secretAccessKey: 'wrong' }),
			/^IAM refused the access key\. Check the Access Key ID and the Secret/,
		],
		[
			'an unknown access key',
			() => ({ ...cloud.keyFields(), accessKeyId: 'UNKNOWN' }),
			/^IAM refused the access key\./,
		],
		[
			'an expired temporary key',
			() => cloud.keyFields({ securityToken: 'st-123456', expiresAt: 0 }),
			/^IAM refused the temporary access key\. The key may have expired/,
		],
	])('%s has a sentence of its own', async (_name, fields, message) => {
		const result = await press(fields());
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
	});

	test('a token that the process still has does not hide a changed password', async () => {
		await runNode(engine, {
			credentials: { 'Huawei Cloud API': cloud.userFields },
			items: [{ task_id: 'gone' }],
		});
		cloud.user.password = 'changed-at-IAM';
		expect(await press(cloud.userFields)).toMatchObject({ status: 'Error' });
	});

	test('always asks, and lets runs ask again when all is well', async () => {
		const fields = { ...cloud.userFields, password: 'set-only-later' };
		const runIt = async () =>
			await runNode(engine, { credentials: { 'Huawei Cloud API': fields }, items: [{ task_id: 'gone' }] });
		expect((await runIt()).delivered[2]).toHaveLength(1);
		cloud.user.password = 'set-only-later';
		expect((await runIt()).delivered[2]).toHaveLength(1);
		expect(await press(fields)).toMatchObject({ status: 'OK' });
		expect((await runIt()).delivered[1]).toHaveLength(1);
	});

	test('all is well', async () => {
		expect(await press()).toEqual({ status: 'OK', message: 'The credential works.' });
		expect(cloud.emulator.calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
			'GET /v3/auth/projects',
			`GET /v1/${PROJECT_ID}/pull/stream/task?limit=1`,
		]);
	});

	test('a token that may only delete is a good one', async () => {
		cloud.user.actions.delete('live:stream:listPullTask');
		expect(await press()).toMatchObject({ status: 'OK' });
	});

	test('the token is refused', async () => {
		expect(await press({ iamToken: 'MIIwrong' })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/^IAM refused the IAM token\..+/),
		});
	});

	test('the token has expired', async () => {
		cloud.token.expiresAt = 0;
		expect(await press()).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/^IAM refused the IAM token\./),
		});
	});

	test('the token is valid, but the project ID is not among its projects, which are shown', async () => {
		expect(await press({ projectId: 'f'.repeat(32) })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/accepted, but the project ID.+cn-north-4: 0a1b2c3d/),
		});
	});

	test('the token is valid, but Live rejects it', async () => {
		cloud.emulator.faults.add({
			path: '/v1/',
			mishap: { kind: 'answer', status: 401, body: { error_code: 'APIGW.0307' } },
		});
		expect(await press()).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/^Huawei Cloud Live refused the IAM token/),
		});
	});

	test.each(['iamEndpoint', 'liveEndpoint'])('the %s can not be reached', async (field) => {
		const closed = await Emulator.start();
		const { url } = closed;
		await closed.close();
		const service = field === 'iamEndpoint' ? 'IAM' : 'Live';
		expect(await press({ [field]: url })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(
				new RegExp(`^${service} returned no usable response at ${url}\\. Could not connect`),
			),
		});
	});

	test('the endpoint has a certificate that is not trusted', async () => {
		const emulator = await Emulator.start({ tls: await issueCertificate({ issuer: 'itself' }) });
		expect(await press({ iamEndpoint: emulator.url })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('certificate'),
		});
		await emulator.close();
	});

	test('the endpoint is not the one of Live', async () => {
		cloud.emulator.faults.add({
			path: '/v1/',
			mishap: { kind: 'answer', status: 404, body: { error_code: 'APIGW.0101' } },
		});
		expect(await press()).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('did not come from the Live API'),
		});
	});

	test.each([301, 302, 307, 308])(
		'a redirect (%d) is not followed, with the token or without',
		async (status) => {
			const other = await Emulator.start();
			cloud.emulator.faults.add({
				mishap: { kind: 'answer', status, headers: { location: `${other.url}/v3/auth/projects` } },
			});
			expect(await press()).toMatchObject({ status: 'Error', message: expect.stringContaining('redirect') });
			expect(other.calls).toHaveLength(0);
			await other.close();
		},
	);

	test.each([{ kind: 'stall' } as const, { kind: 'drip' } as const])(
		'an answer that does not end (%j) ends the test all the same',
		async (mishap) => {
			// Ends what is waited for as soon as the call is there.
			const deadline = new AbortController();
			// Deadlines are shared by what ends at about the same time: this one is far from those of other tests.
			const later = Date.now() + 3_600_000;
			jest.spyOn(Date, 'now').mockImplementation(() => later);
			jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => deadline.signal);
			// At a time of its own: calls that end at about the same time share a timer.
			jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
			cloud.emulator.onCall = () => deadline.abort();
			cloud.emulator.faults.add({ mishap, times: Infinity });
			const result = await press();
			jest.restoreAllMocks();
			expect(result).toMatchObject({
				status: 'Error',
				message: expect.stringContaining('No complete response'),
			});
		},
	);

	test('a page of a firewall is not taken for a missing permission', async () => {
		cloud.emulator.faults.add({
			path: '/v1/',
			mishap: { kind: 'answer', status: 403, body: '<html>WAF</html>' },
		});
		expect(await press()).toMatchObject({ status: 'Error', message: expect.stringContaining('firewall') });
	});

	test.each([
		[404, /is not IAM's/],
		[500, /IAM failed/],
	])('IAM that answers %d is told apart from Live', async (status, message) => {
		cloud.emulator.faults.add({ path: '/v3/', mishap: { kind: 'answer', status, body: {} } });
		expect(await press()).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
	});

	test('a page that is no JSON is not taken for an answer', async () => {
		cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 200, body: '<html>Log in</html>' } });
		expect(await press()).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('nothing usable'),
		});
	});

	test.each([
		[{ iamToken: '' }, /no IAM Token/],
		[{ projectId: '' }, /no project ID/],
		[{ iamEndpoint: 'iam' }, /IAM Endpoint .+ not a URL/],
		[{ liveEndpoint: 'http://live.example.com' }, /Live Endpoint .+ not start with https:/],
	])('with %j nothing is sent', async (fields, message) => {
		expect(await press(fields)).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
		expect(cloud.emulator.calls).toHaveLength(0);
	});
});

describe('in the HTTP Request node of n8n', () => {
	async function request(
		parameters: IDataObject,
		fields: ICredentialDataDecryptedObject = cloud.fields,
		items = 1,
	) {
		const file: WorkflowFile = JSON.parse(
			JSON.stringify({
				name: 'Test',
				nodes: [
					{
						id: '1',
						name: 'Trigger',
						type: 'n8n-nodes-base.manualTrigger',
						typeVersion: 1,
						position: [0, 0],
						parameters: {},
					},
					{
						id: '2',
						name: 'HTTP Request',
						type: 'n8n-nodes-base.httpRequest',
						typeVersion: 4.2,
						position: [0, 0],
						parameters: {
							authentication: 'predefinedCredentialType',
							nodeCredentialType: 'huaweiCloudApi',
							options: {},
							...parameters,
						},
						credentials: { huaweiCloudApi: { id: '1', name: 'Huawei Cloud API' } },
					},
				],
				connections: { Trigger: { main: [[{ node: 'HTTP Request', type: 'main', index: 0 }]] } },
			}),
		);
		const run = await engine.run(file, {
			credentials: { 'Huawei Cloud API': fields },
			pinData: { Trigger: Array.from({ length: items }, (_, item) => ({ json: { item } })) },
		});
		for (const secret of [TOKEN, fields.password, fields.secretAccessKey, fields.securityToken]) {
			if (secret) expect(JSON.stringify(run)).not.toContain(secret);
		}
		const { error } = run.data.resultData;
		return {
			json: outputsOf(run, 'HTTP Request')[0]?.[0]?.json,
			problem: error && `${error.message} ${String(error.description)}`,
		};
	}

	const taskUrl = () => `${cloud.emulator.url}/v1/${PROJECT_ID}/pull/stream/task`;

	test('the token is sent to the endpoint of the credential', async () => {
		const { json, problem } = await request({ url: taskUrl() });
		expect(problem).toBeUndefined();
		expect(json).toMatchObject({ task_infos: [], total: 0 });
	});

	test('query parameters and other methods work', async () => {
		cloud.addTasks('a b');
		const { json } = await request({
			method: 'DELETE',
			url: taskUrl(),
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'task_id', value: 'a b' }] },
		});
		expect(json).toMatchObject({ task_id: 'a b' });
		expect(cloud.tasksLeft()).toEqual([]);
	});

	test('a token that the author wrote into a header is replaced', async () => {
		await request({
			url: taskUrl(),
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'x-auth-TOKEN', value: 'mine' }] },
		});
		expect(cloud.emulator.calls[0]?.headers['x-auth-token']).toBe(TOKEN);
	});

	test('whatever Host the author writes, certificates are checked against the host of the URL', async () => {
		// The author's own server, with a certificate that is valid for his own name, behind his own proxy.
		const { key, cert } = await issueCertificate({ host: 'evil.example.com' });
		const evil = await Emulator.start({ tls: { key, cert } });
		const proxy = await startProxyTo(evil.port);
		for (const name of ['Host', 'host', 'HOST', ' Host', 'hoSt ']) {
			const { problem } = await request({
				url: 'https://live.cn-north-4.myhuaweicloud.com/v1/p/pull/stream/task',
				sendHeaders: true,
				headerParameters: { parameters: [{ name, value: 'evil.example.com' }] },
				options: { proxy: proxy.url },
			});
			expect(problem).toMatch(/altnames|certificate/i);
		}
		expect(proxy.tunnels).toEqual(new Array(5).fill('live.cn-north-4.myhuaweicloud.com:443'));
		expect(evil.calls).toHaveLength(0);
		await proxy.close();
		await evil.close();
	});

	test.each(['iam.cn-north-4', 'sts.cn-north-4', 'bucket.obs.cn-north-4', 'obs.cn-north-4'])(
		'it is not sent to %s.myhuaweicloud.com',
		async (host) => {
			const { problem } = await request({ url: `https://${host}.myhuaweicloud.com/v3.0/bucket` });
			expect(problem).toMatch(/may only be sent to Huawei Cloud APIs/);
		},
	);

	test('a key that the node saw refused is not signed with here either, and so not locked', async () => {
		const fields = { ...cloud.keyFields(), secretAccessKey: 'wrong-secret' };
		await runNode(engine, { credentials: { 'Huawei Cloud API': fields }, items: [{ task_id: 'a' }] });
		const { problem } = await request({ url: taskUrl(), options: {} }, fields, 8);
		expect(problem).toMatch(/refused the access key.+paused until/);
		expect(cloud.emulator.calls).toHaveLength(1);
	});

	test('a wrong key is tried out once, whatever the number of items and runs, and so not locked', async () => {
		const fields = cloud.keyFields();
		const wrong = { ...fields, secretAccessKey: 'wrong-secret' };
		const runs = [1, 2, 3].map(async () => await request({ url: taskUrl(), options: {} }, wrong, 8));
		for (const { problem } of await Promise.all(runs)) expect(problem).toMatch(/refused the access key/);
		expect(cloud.emulator.calls).toHaveLength(1);
		expect((await request({ url: taskUrl() }, fields, 8)).problem).toBeUndefined();
	});

	test('headers in headers do not bring a Host with them', async () => {
		const { key, cert } = await issueCertificate({ host: 'evil.example.com' });
		const evil = await Emulator.start({ tls: { key, cert } });
		const proxy = await startProxyTo(evil.port);
		for (const nest of ['common', 'get', 'GET', 'Common']) {
			const { problem } = await request({
				url: 'https://live.cn-north-4.myhuaweicloud.com/v1',
				sendHeaders: true,
				specifyHeaders: 'json',
				jsonHeaders: JSON.stringify({ [nest]: { 'Host ': 'evil.example.com', ' host': 'evil.example.com' } }),
				options: { proxy: proxy.url },
			});
			expect(problem).toMatch(/altnames|certificate/i);
		}
		expect(evil.calls).toHaveLength(0);
		await proxy.close();
		await evil.close();
	});

	test('a response as a file does not keep the token where an expression can read it', async () => {
		const { json, problem } = await request({
			url: taskUrl(),
			options: { response: { response: { responseFormat: 'file' } } },
		});
		expect(problem).toBeUndefined();
		expect(json).toBeDefined();
	});

	test('nor does a raw body, or a response as a file, keep the security token of a temporary key', async () => {
		const fields = cloud.keyFields({ securityToken: 'st-that-nobody-may-see' });
		const withResponse = (responseFormat: string) => ({
			options: { response: { response: { responseFormat, neverError: true } } },
		});
		const file = withResponse('file');
		const body = { sendBody: true, contentType: 'raw', rawContentType: 'text/plain', body: 'x' };
		const raw = { method: 'POST', ...body, ...withResponse('text') };
		for (const parameters of [file, raw]) {
			// `request` looks for the secrets in what the execution leaves behind.
			expect((await request({ url: taskUrl(), ...parameters }, fields)).json).toBeDefined();
		}
	});

	test('it is sent to no other host', async () => {
		const other = await Emulator.start();
		const { problem } = await request({ url: `${other.url}/collect` });
		expect(problem).toMatch(/may only be sent to Huawei Cloud APIs/);
		expect(other.calls).toHaveLength(0);
		await other.close();
	});

	test('it does not follow a redirect, even when the author wants to', async () => {
		const other = await Emulator.start();
		cloud.emulator.faults.add({
			mishap: { kind: 'answer', status: 302, headers: { location: `${other.url}/collect` } },
		});
		await request({
			url: taskUrl(),
			options: { redirect: { redirect: { followRedirects: true, maxRedirects: 5 } } },
		});
		expect(cloud.emulator.calls).toHaveLength(1);
		expect(other.calls).toHaveLength(0);
		await other.close();
	});

	test('it is not sent over a connection that is not checked', async () => {
		const emulator = await Emulator.start({ tls: await issueCertificate({ issuer: 'itself' }) });
		cloud.fields.liveEndpoint = emulator.url;
		const { problem } = await request({ url: emulator.url, options: { allowUnauthorizedCerts: true } });
		expect(problem).toMatch(/certificates are not checked/);
		expect(emulator.calls).toHaveLength(0);
		await emulator.close();
	});

	test('it is sent in plain text to this machine alone, past a proxy that the author chose', async () => {
		const proxy = await Emulator.start();
		const { problem } = await request({ url: taskUrl(), options: { proxy: proxy.url } });
		expect(problem).toBeUndefined();
		expect(proxy.connections.opened).toBe(0);
		await proxy.close();
	});

	test('a request that fails goes out once', async () => {
		cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 500, body: {} }, times: Infinity });
		const { problem } = await request({ method: 'POST', url: taskUrl() });
		expect(problem).toBeDefined();
		expect(cloud.emulator.calls).toHaveLength(1);
	});

	const tokenCalls = () => cloud.emulator.calls.filter(({ url }) => url.startsWith('/v3/auth/tokens')).length;
	const callsTo = (path: string) => cloud.emulator.calls.filter(({ url }) => url.startsWith(path)).length;

	describe('an IAM user', () => {
		test('gets a token, which n8n stores and uses again', async () => {
			const fields = { ...cloud.userFields };
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			expect(tokenCalls()).toBe(1);
		});

		test.each([404, 500])(
			'whose POST fails with %d: it is not sent twice, since IAM still accepts the token',
			async (status) => {
				const fields = { ...cloud.userFields };
				await request({ url: taskUrl() }, fields);
				cloud.emulator.faults.add({
					path: '/echo',
					times: Infinity,
					mishap: { kind: 'answer', status, body: {} },
				});
				const { problem } = await request({ method: 'POST', url: `${cloud.emulator.url}/echo/x` }, fields);
				expect(problem).toBeDefined();
				expect(callsTo('/echo')).toBe(1);
				expect(tokenCalls()).toBe(1);
			},
		);

		test('whose stored token was ended gets a new one, and the request goes out again', async () => {
			const fields = { ...cloud.userFields };
			await request({ url: taskUrl() }, fields);
			for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			expect(tokenCalls()).toBe(2);
		});

		test('whose stored token only Live rejects gets a new one, too', async () => {
			const fields = { ...cloud.userFields };
			await request({ url: taskUrl() }, fields);
			cloud.emulator.faults.add({
				path: '/v1/',
				times: 2,
				mishap: { kind: 'answer', status: 401, body: {} },
			});
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			expect(tokenCalls()).toBe(2);
		});

		test('with a changed password does not use the token of the old one', async () => {
			const fields: ICredentialDataDecryptedObject = { ...cloud.userFields };
			await request({ url: taskUrl() }, fields);
			cloud.user.password = fields.password = 'the-new-password';
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			expect(tokenCalls()).toBe(2);
		});

		test('with a wrong password and three items asks once, and says what is wrong', async () => {
			const { problem } = await request(
				{ url: taskUrl() },
				{ ...cloud.userFields, password: 'wrong-password' },
				3,
			);
			expect(problem).toMatch(/IAM refused the account name, user name or password|already refused/);
			expect(tokenCalls()).toBe(1);
			expect(callsTo('/v1/')).toBe(0);
		});

		test('does not give its token to another host', async () => {
			const other = await Emulator.start();
			const { problem } = await request({ url: other.url }, { ...cloud.userFields });
			expect(problem).toMatch(/may only be sent to Huawei Cloud APIs/);
			expect(other.calls).toHaveLength(0);
			await other.close();
		});
	});

	describe('an access key signs', () => {
		const echo = () => `${cloud.emulator.url}/echo`;
		/** Without the call that tries the key out. */
		const echoed = () => cloud.emulator.calls.filter(({ url }) => url.startsWith('/echo'));
		const list = (name: string, values: string[]) => values.map((value) => ({ name, value }));
		const cases: Array<[string, () => IDataObject, string | RegExp]> = [
			['GET', () => ({ url: `${echo()}/x` }), ''],
			['a path with odd characters', () => ({ url: `${echo()}/a b/(c)/100%/%2F/任务/` }), ''],
			['a query in the URL', () => ({ url: `${echo()}/x?b=2&a=1&a=0&empty=&plus=a+b&space=a b&ä=ö` }), ''],
			[
				'query parameters',
				() => ({
					url: `${echo()}/x?z=1`,
					sendQuery: true,
					queryParameters: { parameters: [...list('a', ['1', '2']), ...list('b', ["it's *"])] },
				}),
				'',
			],
			[
				'lists in the query',
				() => ({
					url: `${echo()}/x`,
					sendQuery: true,
					specifyQuery: 'json',
					jsonQuery: '{"a":["2","1"],"b":{"c":true}}',
					options: { queryParameterArrays: 'repeat' },
				}),
				'',
			],
			[
				'JSON fields',
				() => ({
					method: 'POST',
					url: `${echo()}/x`,
					sendBody: true,
					bodyParameters: { parameters: list('name', ['任务 "1"']) },
				}),
				'{"name":"任务 \\"1\\""}',
			],
			[
				'JSON text',
				() => ({
					method: 'PUT',
					url: `${echo()}/x`,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: ' { "a" : [1, 2] } ',
				}),
				/"a"/,
			],
			[
				'raw text of type JSON, as it is',
				() => ({
					method: 'POST',
					url: `${echo()}/x`,
					sendBody: true,
					contentType: 'raw',
					rawContentType: 'application/json',
					body: '  {"a": 1}  ',
				}),
				'  {"a": 1}  ',
			],
			[
				'a form',
				() => ({
					method: 'POST',
					url: `${echo()}/x`,
					sendBody: true,
					contentType: 'form-urlencoded',
					bodyParameters: { parameters: [...list('a', ['1 2']), ...list('b', ["~*'ä"])] },
				}),
				/^a=1\+2&b=/,
			],
			[
				'a multipart form',
				() => ({
					method: 'POST',
					url: `${echo()}/x`,
					sendBody: true,
					contentType: 'multipart-form-data',
					bodyParameters: { parameters: list('a', ['1']) },
				}),
				/form-data; name="a"/,
			],
			['DELETE', () => ({ method: 'DELETE', url: `${echo()}/x` }), ''],
			[
				'PATCH',
				() => ({ method: 'PATCH', url: `${echo()}/x`, sendBody: true, specifyBody: 'json', jsonBody: '{}' }),
				'{}',
			],
			...(['0', '2', '999'] as const).map((length): [string, () => IDataObject, string] => [
				`a body that the author calls ${length} bytes long, with hop-by-hop headers`,
				() => ({
					method: 'POST',
					url: `${echo()}/x`,
					sendHeaders: true,
					headerParameters: {
						parameters: [
							...list('content-LENGTH', [length]),
							...list(' Transfer-Encoding', ['identity']),
							...list('Connection', ['close, x-sdk-date']),
							...list('Upgrade', ['h2c']),
							...list('Expect', ['100-continue']),
							...list('Trailer', ['Authorization']),
							...list('TE', ['trailers']),
							...list('Proxy-Connection', ['close']),
						],
					},
					sendBody: true,
					contentType: 'raw',
					rawContentType: 'text/plain',
					body: 'GET /echo/smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
				}),
				'GET /echo/smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
			]),
		];
		test.each(cases)('%s', async (_name, parameters, body) => {
			const { json, problem } = await request(parameters(), cloud.keyFields());
			expect(problem).toBeUndefined();
			expect(json?.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
			expect(echoed()).toHaveLength(1);
			expect(echoed()[0]?.headers).toMatchObject({ 'x-project-id': PROJECT_ID });
		});

		test('with a security token', async () => {
			expect(
				(await request({ url: `${echo()}/x` }, cloud.keyFields({ securityToken: 'st-12345' }))).problem,
			).toBeUndefined();
		});

		test('nothing for another host', async () => {
			const other = await Emulator.start();
			expect((await request({ url: other.url }, cloud.keyFields())).problem).toMatch(/may only be sent/);
			expect(other.calls).toHaveLength(0);
			await other.close();
		});

		test('a request that fails, once', async () => {
			cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 500, body: {} }, times: Infinity });
			await request({ method: 'POST', url: `${echo()}/x` }, cloud.keyFields());
			expect(echoed()).toHaveLength(1);
		});
	});
});
