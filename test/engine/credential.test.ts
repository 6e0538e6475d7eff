import { describe, expect, jest, test } from '@jest/globals';
import type { ICredentialDataDecryptedObject, IDataObject, INodeCredentialTestResult } from 'n8n-workflow';

import { Emulator } from '../../dev/emulator/emulator';
import { outputsOf } from '../../dev/n8n/engine';
import { PROJECT_ID, TOKEN } from '../support/clients';
import { cloud, eachOnCloud, engine } from '../support/eachOnCloud';
import { controlTime } from '../support/controlledTime';
import { httpRequestNode, runOther, testCredential, withOtherIamHost } from '../support/credentialUse';
import { runNode } from '../support/nodeRun';

eachOnCloud();

describe('the Test button', () => {
	async function press(fields: IDataObject = {}): Promise<INodeCredentialTestResult> {
		const all = { ...cloud.fields, ...fields };
		const result = await testCredential(engine, JSON.parse(JSON.stringify(all)));
		expect(JSON.stringify(result)).not.toContain(TOKEN);
		return result;
	}

	test('works with every method, permission to list or not, and tells a project ID that the account does not have', async () => {
		for (const [method, fields] of [
			['IAM token', cloud.fields],
			['IAM user', cloud.userFields],
			['access key', cloud.keyFields()],
			['temporary access key', cloud.keyFields({ securityToken: 'the-security-token' })],
		] as const) {
			const works = { method, status: 'OK', message: 'The credential works.' };
			expect({ method, ...(await press(fields)) }).toEqual(works);
			const { message } = await press({ ...fields, projectId: 'f'.repeat(32) });
			expect(`${method}: ${message}`).toMatch(
				/: The credential is accepted, but|: The project ID does not belong/,
			);
			cloud.user.actions.delete('live:stream:listPullTask');
			expect({ method, ...(await press(fields)) }).toMatchObject({ method, status: 'OK' });
			cloud.user.actions.add('live:stream:listPullTask');
		}
	});

	test.each([
		['account name, user name or password. Check', () => ({ ...cloud.userFields, password: 'wrong' })],
		['access key. Check the Access Key ID', () => ({ ...cloud.keyFields(), secretAccessKey: 'wrong' })],
		['temporary access key. The key may have', () => cloud.keyFields({ securityToken: 'st', expiresAt: 0 })],
	])('says what is wrong: IAM rejected the %s', async (message, fields) => {
		const said = expect.stringContaining(`IAM rejected the ${message}`);
		expect(await press(fields())).toMatchObject({ status: 'Error', message: said });
	});

	test('a token that the process still has does not hide a changed password', async () => {
		await runNode(engine, {
			credentials: { 'Huawei Cloud API': cloud.userFields },
			items: [{ task_id: 'gone' }],
		});
		cloud.user.password = 'changed-at-IAM';
		expect(await press(cloud.userFields)).toMatchObject({ status: 'Error' });
	});

	test('a redirect is not followed, with the token or without', async () => {
		const other = await Emulator.start();
		const headers = { location: `${other.url}/v3/auth/projects` };
		cloud.emulator.faults.add({ mishap: { kind: 'answer', status: 307, headers } });
		expect(await press()).toMatchObject({ status: 'Error', message: expect.stringContaining('redirect') });
		expect(other.calls).toHaveLength(0);
		await other.close();
	});

	test('an endless answer still ends the test', async () => {
		const time = controlTime();
		cloud.emulator.onCall = () => setImmediate(() => time.pass(15_000));
		cloud.emulator.faults.add({ mishap: { kind: 'drip' }, times: Infinity });
		const result = await press();
		jest.restoreAllMocks();
		const message = expect.stringContaining('No complete response');
		expect(result).toMatchObject({ status: 'Error', message });
	});
});

describe('in the HTTP Request node of n8n', () => {
	async function request(
		parameters: IDataObject,
		fields: ICredentialDataDecryptedObject = cloud.fields,
		items = 1,
		typeVersion = 4.2,
	) {
		const run = await runOther(
			engine,
			httpRequestNode(parameters, { typeVersion }),
			{ credentials: { 'Huawei Cloud API': withOtherIamHost(fields) } },
			items,
		);
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
	const callsTo = (path: string) => cloud.emulator.calls.filter(({ url }) => url.startsWith(path)).length;

	test("the token is sent to the credential's endpoint, with query parameters and another method", async () => {
		cloud.addTasks('a b');
		const { json, problem } = await request({
			method: 'DELETE',
			url: taskUrl(),
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'task_id', value: 'a b' }] },
		});
		expect(problem).toBeUndefined();
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

	test('a key that the node saw rejected is not signed with here either, and so not locked', async () => {
		const fields = withOtherIamHost({ ...cloud.keyFields(), secretAccessKey: 'wrong-secret' });
		await runNode(engine, { credentials: { 'Huawei Cloud API': fields }, items: [{ task_id: 'a' }] });
		const { problem } = await request({ url: taskUrl(), options: {} }, fields, 8);
		expect(problem).toMatch(/rejected the access key.+paused until/);
		expect(cloud.emulator.calls).toHaveLength(1);
	});

	test('a wrong key is tried out once, whatever the number of items and runs, and so not locked', async () => {
		const fields = cloud.keyFields();
		const wrong = { ...fields, secretAccessKey: 'wrong-secret' };
		const runs = [1, 2, 3].map(async () => await request({ url: taskUrl(), options: {} }, wrong, 8));
		for (const { problem } of await Promise.all(runs)) expect(problem).toMatch(/rejected the access key/);
		expect(cloud.emulator.calls).toHaveLength(1);
		expect((await request({ url: taskUrl() }, fields, 8)).problem).toBeUndefined();
	});

	test('it is sent in plain text to this machine alone, past a proxy that the author chose', async () => {
		const proxy = await Emulator.start();
		const { problem } = await request({ url: taskUrl(), options: { proxy: proxy.url } });
		expect(problem).toBeUndefined();
		expect(proxy.connections.opened).toBe(0);
		await proxy.close();
	});

	test('a request that fails goes out once, since IAM still accepts the token', async () => {
		const mishap = { kind: 'answer', status: 500, body: {} } as const;
		cloud.emulator.faults.add({ path: '/echo', times: Infinity, mishap });
		for (const fields of [cloud.fields, cloud.userFields, cloud.keyFields()]) {
			cloud.emulator.calls.length = 0;
			const { problem } = await request(
				{ method: 'POST', url: `${cloud.emulator.url}/echo/x` },
				{ ...fields },
			);
			expect(problem).toBeDefined();
			expect(callsTo('/echo')).toBe(1);
		}
	});

	test('an IAM user gets a token, which n8n stores and uses again until it was ended', async () => {
		const fields = { ...cloud.userFields };
		const tokens = [];
		for (const isEnded of [false, false, true]) {
			if (isEnded) for (const token of cloud.emulator.world.tokens.values()) token.expiresAt = 0;
			expect((await request({ url: taskUrl() }, fields)).json).toMatchObject({ total: 0 });
			tokens.push(callsTo('/v3/auth/tokens'));
		}
		expect(tokens).toEqual([1, 1, 2]);
	});

	test('an IAM user with a wrong password and three items asks once, and says what is wrong', async () => {
		const fields = { ...cloud.userFields, password: 'wrong-password' };
		const { problem } = await request({ url: taskUrl() }, fields, 3);
		expect(problem).toMatch(/IAM rejected the account name, user name or password|already rejected/);
		expect([callsTo('/v3/auth/tokens'), callsTo('/v1/')]).toEqual([1, 0]);
	});

	describe('an access key signs', () => {
		const echo = () => `${cloud.emulator.url}/echo`;
		/** Without the call that tests the key. */
		const echoed = () => cloud.emulator.calls.filter(({ url }) => url.startsWith('/echo'));
		const list = (name: string, values: string[]) => values.map((value) => ({ name, value }));
		const post = (contentType: string, more: IDataObject) => () => ({
			method: 'POST',
			url: `${echo()}/x`,
			sendBody: true,
			contentType,
			...more,
		});
		const headers = (...names: string[]) => ({
			sendHeaders: true,
			headerParameters: {
				parameters: names.map((text) => ({ name: text.split('=')[0], value: text.split('=')[1] })),
			},
		});
		const asEntered = (...names: string[]) => ({
			...headers(...names),
			options: { lowercaseHeaders: false },
		});
		const raw = (rawContentType: string, body: string, more: IDataObject = {}) =>
			post('raw', { rawContentType, body, ...more });
		const json = (jsonBody: string, more: IDataObject = {}) =>
			post('json', { specifyBody: 'json', jsonBody, ...more });
		const fields = (...parameters: IDataObject[]) => ({ bodyParameters: { parameters } });
		const smuggled = 'GET /echo/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
		const hopByHop = [
			...[' Transfer-Encoding=identity', 'Connection=close, x-sdk-date', 'Upgrade=h2c', 'TE=trailers'],
			...['Expect=100-continue', 'Trailer=Authorization', 'Proxy-Connection=close'],
		];
		const cases: Array<[string, () => IDataObject, string | RegExp]> = [
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
			['JSON fields', post('json', fields(...list('name', ['任务 "1"']))), '{"name":"任务 \\"1\\""}'],
			['JSON text', json(' { "a" : [1, 2] } '), /"a"/],
			['raw text of type JSON, as it is', raw('application/json', '  {"a": 1}  '), '  {"a": 1}  '],
			[
				'a form',
				post('form-urlencoded', fields(...list('a', ['1 2']), ...list('b', ["~*'ä"]))),
				/^a=1\+2&b=/,
			],
			['a multipart form', post('multipart-form-data', fields(...list('a', ['1']))), /form-data; name="a"/],
			...(['0', '999'] as const).map((length): [string, () => IDataObject, string] => [
				`a body that the author calls ${length} bytes long, with hop-by-hop headers`,
				raw('text/plain', smuggled, headers(`content-LENGTH=${length}`, ...hopByHop)),
				smuggled,
			]),
		];
		/** Bodies that n8n would write anew. */
		const rewritten: Array<[string, () => IDataObject, string | RegExp]> = [
			['JSON that is a text', json('"hello"'), 'hello'],
			['JSON that is a text with JSON in it', json('"{\\"a\\": 1}"'), '{"a": 1}'],
			['JSON that is a number', json('5'), '5'],
			['JSON that is a text, of some type', json('"hello"', headers('Content-Type=text/xml')), 'hello'],
			[
				'JSON of a multipart type in capitals',
				json('{"a":1}', headers('Content-Type=Multipart/Form-Data')),
				'{"a":1}',
			],
			['JSON with the body of a GET', () => ({ ...json('{"a":1}')(), method: 'GET' }), '{"a":1}'],
			['raw text without a type', raw('', 'hello'), 'hello'],
			[
				'raw text of type JSON, with a type and a space',
				raw('application/json', 'hello', headers('CONTENT-TYPE =text/plain')),
				'hello',
			],
			[
				'raw text with two types',
				raw('text/xml', 'hello', asEntered('content-type=x', 'Content-Type=application/json')),
				'hello',
			],
			[
				'raw text with two types, the last one a form',
				raw(
					'application/json',
					'a=1',
					asEntered('content-type=x', 'Content-Type=application/x-www-form-urlencoded'),
				),
				'a=1',
			],
			[
				'raw multipart with another type',
				raw('multipart/form-data', 'hello', asEntered('Content-Type=x')),
				/form-data/,
			],
			[
				'raw multipart with two other types',
				raw('multipart/form-data', 'hello', asEntered('Content-Type=x', 'CONTENT-type=y')),
				/form-data/,
			],
		];
		test.each(cases)('with a security token: %s', async (_name, parameters, body) => {
			const temporary = cloud.keyFields({ securityToken: 'st-12345' });
			const { json, problem } = await request(parameters(), temporary);
			expect(problem).toBeUndefined();
			expect(json?.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
			expect(echoed()).toHaveLength(1);
			expect(echoed()[0]?.headers).toMatchObject({ 'x-project-id': PROJECT_ID });
		});

		test.each(rewritten)('%s, in all versions and response formats', async (_name, parameters, sent) => {
			const entered = parameters();
			const text: unknown = typeof sent === 'string' ? sent : expect.stringMatching(sent);
			// n8n fails to show a response to a raw body in the other formats.
			const formats = entered.contentType === 'raw' ? ['autodetect'] : ['autodetect', 'json', 'text'];
			for (const typeVersion of [3, 4, 4.1, 4.2, 4.3, 4.4, 4.5]) {
				for (const responseFormat of formats) {
					const options = { ...Object(entered.options), response: { response: { responseFormat } } };
					const { problem } = await request({ ...entered, options }, cloud.keyFields(), 1, typeVersion);
					const found = { typeVersion, responseFormat, problem, sent: echoed().map(({ body }) => body) };
					expect(found).toMatchObject({ problem: undefined, sent: [text] });
					cloud.emulator.calls.length = 0;
				}
			}
		});
	});
});
