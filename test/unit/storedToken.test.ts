import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { HuaweiCloudApi } from '../../credentials/HuaweiCloudApi.credentials';
import { STORED_TOKEN } from '../../n8n/httpRequest/storedToken';
import * as clocks from '../../n8n/clock';
import { CREDENTIAL_FIELDS, KEY_FIELDS, USER_FIELDS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';

/** The token that n8n stores for its HTTP Request node: `preAuthentication` and `authenticate`, as n8n calls them. */

const HOUR_MS = 60 * 60_000;
const URL_OF_LIVE = 'https://live.cn-north-4.myhuaweicloud.com/v1';

type Fields = ICredentialDataDecryptedObject;
interface Response {
	statusCode: number;
	headers?: Record<string, string>;
	body?: object;
}

let clock: FakeClock;
/** The requests, as `POST /v3/auth/tokens`, with the token that came along. */
let asked: Array<[call: string, token: string | undefined]>;
let answerTokens: () => Response;
let answerProjects: () => Response;
let answerTasks: () => Response;
let tokensIssued: number;
let credentials = 0;

const PROJECTS: Response = { statusCode: 200, body: { projects: [{ id: CREDENTIAL_FIELDS.projectId }] } };
const OTHER_PROJECTS: Response = { statusCode: 200, body: { projects: [{ id: 'another' }] } };
const NO_TASKS: Response = { statusCode: 200, body: { total: 0, task_infos: [] } };
const REFUSED: Response = { statusCode: 401, body: { error: { code: 401, message: 'wrong' } } };

const rejectAtLive = (projects = PROJECTS) => {
	answerProjects = () => projects;
	answerTasks = () => ({ statusCode: 401, body: { error_code: 'LIVE.100011002' } });
};

beforeEach(() => {
	credentials += 1;
	// What the process remembers of a credential has to be in the past.
	clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z') + credentials * 24 * HOUR_MS);
	jest.replaceProperty(clocks, 'systemClock', clock);
	asked = [];
	tokensIssued = 0;
	answerTokens = () => {
		tokensIssued += 1;
		return {
			statusCode: 201,
			headers: { 'x-subject-token': `MIIissued-${tokensIssued}` },
			body: { token: { expires_at: new Date(clock.now() + 24 * HOUR_MS).toISOString() } },
		};
	};
	answerProjects = () => PROJECTS;
	answerTasks = () => NO_TASKS;
});

afterEach(() => void jest.restoreAllMocks());

const helpers: IHttpRequestHelper['helpers'] = {
	httpRequest: async ({ url, method, headers }: IHttpRequestOptions) => {
		const { pathname } = new URL(url);
		const token: unknown = headers?.['X-Auth-Token'];
		asked.push([`${method} ${pathname}`, typeof token === 'string' ? token : undefined]);
		const answers: Record<string, () => Response> = {
			'/v3/auth/tokens': answerTokens,
			'/v3/auth/projects': answerProjects,
		};
		const { body = {}, ...response } = (answers[pathname] ?? answerTasks)();
		return await Promise.resolve({ headers: {}, ...response, body: JSON.stringify(body) });
	},
};

const preAuthenticate = async (fields: Fields) =>
	await new HuaweiCloudApi().preAuthentication.call({ helpers }, fields);

const authenticate = async (fields: Fields) =>
	await new HuaweiCloudApi().authenticate(fields, { url: URL_OF_LIVE });

/** An IAM user that no other test has asked for. */
const user = (more: Fields = {}): Fields => ({
	...CREDENTIAL_FIELDS,
	...USER_FIELDS,
	userName: `user-${credentials}`,
	...more,
});

const key = (): Fields => ({ ...CREDENTIAL_FIELDS, ...KEY_FIELDS, accessKeyId: `AK-${credentials}` });

/** A credential after n8n has stored a token with it. */
async function stored(fields: Fields): Promise<Fields> {
	const { [STORED_TOKEN]: token } = await preAuthenticate(fields);
	return { ...fields, [STORED_TOKEN]: String(token) };
}

const userWithToken = async () => await stored(user());

describe('an IAM user', () => {
	test('gets a token, which is stored and then used', async () => {
		const fields = await userWithToken();
		expect(asked).toEqual([['POST /v3/auth/tokens', undefined]]);
		expect(await authenticate(fields)).toMatchObject({ headers: { 'X-Auth-Token': 'MIIissued-1' } });
	});

	test.each<[string, Response, Response]>([
		['accept it: the request failed for another reason', PROJECTS, NO_TASKS],
		['are down', { statusCode: 500 }, NO_TASKS],
		['reject something else', PROJECTS, { statusCode: 403 }],
		['do not know what is asked', PROJECTS, { statusCode: 404 }],
		['do not know its project', OTHER_PROJECTS, NO_TASKS],
	])('keeps its token when IAM or Live %s', async (_name, ofIam, ofLive) => {
		const fields = await userWithToken();
		asked = [];
		answerProjects = () => ofIam;
		answerTasks = () => ofLive;
		expect(await preAuthenticate(fields)).toEqual({});
		const tests = ['/v3/auth/projects', `/v1/${CREDENTIAL_FIELDS.projectId}/pull/stream/task`];
		expect(asked).toEqual(tests.map((path) => [`GET ${path}`, 'MIIissued-1']));
	});

	test.each<[string, () => void]>([
		['IAM', () => (answerProjects = () => REFUSED)],
		['Live', () => rejectAtLive()],
		['Live, after its project was taken from the list of IAM,', () => rejectAtLive(OTHER_PROJECTS)],
		['Live, while IAM fails to list projects,', () => rejectAtLive({ statusCode: 500 })],
	])('gets another token when %s rejects the one it has', async (_service, reject) => {
		const fields = await userWithToken();
		reject();
		expect(await authenticate(await stored(fields))).toMatchObject({
			headers: { 'X-Auth-Token': 'MIIissued-2' },
		});
	});

	test('does not lose its good token by asking with a bad one', async () => {
		const fields = await userWithToken();
		const stale = { ...fields };
		answerProjects = () => REFUSED;
		await preAuthenticate(stale);
		expect(await preAuthenticate(stale)).toHaveProperty(STORED_TOKEN, expect.stringMatching(/MIIissued-2/));
		expect(tokensIssued).toBe(2);
	});

	test.each([
		[503, 6, 'server', /IAM failed/],
		[502, 4, 'timeout', /lockout/],
	])(
		'is asked for again after a %d, but not so often that a wrong password is locked',
		async (statusCode, requests, category, message) => {
			answerTokens = () => ({ statusCode });
			const failure = { category, message: expect.stringMatching(message) };
			await expect(preAuthenticate(user())).rejects.toMatchObject(failure);
			expect(asked).toHaveLength(requests);
		},
	);

	test('with a wrong password is told what is wrong, and not tried again', async () => {
		answerTokens = () => REFUSED;
		const refused = {
			category: 'authentication',
			message: expect.stringMatching(/rejected the account name.+Check all three/),
		};
		await expect(preAuthenticate(user())).rejects.toMatchObject(refused);
		await expect(preAuthenticate(user())).rejects.toMatchObject({
			...refused,
			message: expect.stringMatching(/paused until.+lifts the pause/),
		});
		expect(asked).toHaveLength(1);
		await expect(authenticate(user())).rejects.toMatchObject({
			category: 'authentication',
			message: expect.stringMatching(/paused until/),
		});
	});
});

describe('a stored token is not used', () => {
	const isUnused = async (fields: Fields) => {
		await expect(authenticate(fields)).rejects.toMatchObject({ response: { status: 401 } });
	};

	test.each(['password', 'userName', 'accountName', 'projectId', 'region'])(
		'after another %s was entered',
		async (field) => {
			const fields = await userWithToken();
			await isUnused({ ...fields, [field]: field === 'region' ? 'cn-east-3' : 'another' });
		},
	);

	test('after it has expired, or shortly before', async () => {
		const fields = await userWithToken();
		clock.advance(24 * HOUR_MS - 6 * 60_000);
		await expect(authenticate(fields)).resolves.toMatchObject({ followRedirect: false });
		clock.advance(60_000);
		await isUnused(fields);
	});

	test.each<[string, Fields[string]]>([
		['nothing', ''],
		['no text', 42],
		['no JSON', 'not JSON'],
		['a list', '[1]'],
		['null', 'null'],
	])('when it is %s', async (_name, value) => {
		await isUnused(user({ [STORED_TOKEN]: value }));
	});

	test.each(['token', 'renewAt', 'of'])('when its %s is missing or of another type', async (part) => {
		const fields = await userWithToken();
		const parts: Record<string, unknown> = JSON.parse(String(fields[STORED_TOKEN]));
		for (const value of [undefined, null, true, ['x']]) {
			await isUnused({ ...fields, [STORED_TOKEN]: JSON.stringify({ ...parts, [part]: value }) });
		}
	});
});

describe('an access key', () => {
	test('is tried out once', async () => {
		expect(await preAuthenticate(key())).toEqual({});
		expect(await preAuthenticate(key())).toEqual({});
		expect(asked.map(([call]) => call)).toEqual([
			'GET /v3/auth/projects',
			`GET /v1/${CREDENTIAL_FIELDS.projectId}/pull/stream/task`,
		]);
	});

	test('that is rejected is told so, and is not used', async () => {
		answerProjects = () => REFUSED;
		await expect(preAuthenticate(key())).rejects.toMatchObject({
			category: 'authentication',
			message: expect.stringMatching(/rejected the access key.+Check the Access Key ID/),
		});
		await expect(authenticate(key())).rejects.toThrow(/rejected the access key.+paused until.+Check/);
		await expect(preAuthenticate(key())).rejects.toThrow(/paused until/);
		expect(asked).toHaveLength(1);
	});
});

test('n8n blanks every secret field, the stored token too, before a credential reaches the editor', () => {
	const { properties } = new HuaweiCloudApi();
	const hidden = properties.filter(({ typeOptions }) => typeOptions?.password).map(({ name }) => name);
	expect(hidden).toEqual(['iamToken', 'password', 'secretAccessKey', 'securityToken', STORED_TOKEN]);
});
