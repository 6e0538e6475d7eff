import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { CredentialError } from '../../huawei-cloud/identity/credential';
import { connect, toNodeError, type ConnectContext } from '../../n8n/connection';
import { runTransport } from '../../n8n/runTransport';
import { CREDENTIAL_FIELDS, PROJECT_ID, SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { ScriptedTransport, type Step } from '../support/scriptedTransport';
import { useWorld } from '../support/world';

/** The connection between the client and n8n. */

afterEach(() => void jest.restoreAllMocks());

let connections = 0;

/** A context with a credential of its own, unless it is given. */
function contextWith(more: Partial<ConnectContext> = {}): ConnectContext {
	connections += 1;
	const fields = { ...CREDENTIAL_FIELDS, iamToken: `token-of-connection-${connections}` };
	return { getCredentials: async () => await Promise.resolve(fields), helpers: {}, ...more };
}

function useScript(...script: Step[]): ScriptedTransport {
	const transport = new ScriptedTransport(script);
	useWorld(new FakeClock(), transport);
	return transport;
}

const TASK = { taskId: 'a', region: undefined };

describe('a connection', () => {
	test('sends with the credential that n8n gives for its type', async () => {
		const { requests } = useScript({ status: 200, body: { request_id: 'r' } });
		const asked: string[] = [];
		const fields = { ...CREDENTIAL_FIELDS, iamToken: 'token-of-the-type' };
		const getCredentials = async (type: string) => {
			asked.push(type);
			return await Promise.resolve(fields);
		};
		const { live } = await connect({ getCredentials, helpers: {} });
		expect(await live.relayTasks.delete(TASK, SETTINGS)).toMatchObject({ kind: 'success' });
		expect(asked).toEqual(['huaweiCloudApi']);
		expect(requests).toMatchObject([
			{
				origin: 'https://live.cn-north-4.myhuaweicloud.com',
				path: `/v1/${PROJECT_ID}/pull/stream/task?task_id=a`,
				headers: { 'X-Auth-Token': 'token-of-the-type' },
			},
		]);
	});

	test('goes nowhere that n8n does not allow', async () => {
		const seen: string[] = [];
		const filter = {
			validateUrl: async (url: string) => {
				seen.push(url);
				return await Promise.resolve({ ok: false });
			},
			createSecureLookup: () => () => undefined,
		};
		const context = contextWith({ helpers: { getSecureEgressFilter: () => filter } });
		const { live } = await connect(context);
		expect(await live.relayTasks.delete(TASK, { ...SETTINGS, maxRetries: 0 })).toMatchObject({
			kind: 'error',
			category: 'endpoint',
			mayHaveHappened: false,
		});
		expect(seen).toEqual(['https://live.cn-north-4.myhuaweicloud.com']);
		const helpers = { getSecureEgressFilter: () => filter };
		expect(runTransport(helpers)).toBe(runTransport(helpers));
		expect(runTransport({})).toBe(runTransport({}));
		expect(runTransport(helpers)).not.toBe(runTransport({}));
	});

	test('ends with the execution', async () => {
		const { requests } = useScript({ status: 200, body: { request_id: 'r' } });
		const { live } = await connect(contextWith({ getExecutionCancelSignal: () => AbortSignal.abort() }));
		expect(await live.relayTasks.delete(TASK, SETTINGS)).toMatchObject({
			message: expect.stringMatching(/cancelled/),
			attempts: 0,
		});
		expect(requests).toEqual([]);
	});

	test('knows what another one learned of the credential', async () => {
		const rejection = { error_code: 'APIGW.0301', error_msg: 'wrong' };
		const { requests } = useScript({ status: 401, body: rejection });
		const context = contextWith();
		const [one, other] = [await connect(context), await connect(context)];
		expect(await one.live.relayTasks.delete(TASK, SETTINGS)).toMatchObject({ attempts: 1 });
		expect(await other.live.relayTasks.delete(TASK, SETTINGS)).toMatchObject({
			category: 'authentication',
			attempts: 0,
		});
		expect(requests).toHaveLength(1);
	});

	test.each([
		[
			new Error('Node does not have any credentials set'),
			/n8n says: "Node does not have any credentials set"/,
		],
		['not even an error', /n8n says: "not even an error"/],
	])('needs a credential: %p', async (problem, hint) => {
		const getCredentials = async () => await Promise.reject(problem);
		const failure: unknown = await connect(contextWith({ getCredentials })).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(CredentialError);
		expect(failure).toMatchObject({
			category: 'authentication',
			message: expect.stringMatching(/no usable .* credential/),
			hint: expect.stringMatching(hint),
		});
	});
});

test('a problem is shown as text, where n8n would show HTML', () => {
	const node = { id: '1', name: 'Node', type: 't', typeVersion: 1, parameters: {} };
	const context = { getNode: () => ({ ...node, position: [0, 0] satisfies [number, number] }) };
	expect(toNodeError(context, { message: 'It broke.', hint: `<b>"a" & 'b'</b>` })).toMatchObject({
		message: 'It broke.',
		description: '&#60;b&#62;&#34;a&#34; &#38; &#39;b&#39;&#60;/b&#62;',
		node: { name: 'Node' },
	});
});
