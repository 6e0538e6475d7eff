import { expect, test } from '@jest/globals';

import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { authenticatedClient } from '../../huawei-cloud/identity/authentication';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { CREDENTIAL_FIELDS, KEY_FIELDS, SETTINGS, USER_FIELDS } from '../support/clients';
import { VirtualClock } from '../support/virtualClock';

/** A service that never answers IAM's calls and signed ones, and all others after 20 ms. */
function halfDeaf(clock: VirtualClock): Transport {
	return {
		send: async ({ origin, headers }, cancellation) =>
			await new Promise((resolve, reject) => {
				cancellation.onAbort(() => reject(new TransportError('cancelled', true)));
				if (origin.includes('iam') || headers.Authorization !== undefined) return;
				const body = JSON.stringify({ task_id: 'a', request_id: 'r' });
				void clock.sleep(20).then(() => resolve({ status: 200, headers: {}, body }));
			}),
	};
}

test.each([
	['IAM, which does not answer', USER_FIELDS],
	['the first call with an access key, which gets no answer', KEY_FIELDS],
])('calls that wait for %s hold up none of another credential', async (_name, fields) => {
	const clock = new VirtualClock();
	const limiter = new RateLimiter(clock);
	/** Deletes as many tasks with a credential. */
	const deleteTasks = async (more: Record<string, string>, count: number) => {
		const credential = readCredential({ ...CREDENTIAL_FIELDS, ...more });
		const connection = { transport: halfDeaf(clock), clock };
		const share = limiter.createHandle(count);
		const client = authenticatedClient(credential, connection, new CredentialState(), undefined, share);
		const { relayTasks } = new LiveApi(client, credential);
		const task = { taskId: 'a', region: undefined };
		return await Promise.all(
			Array.from({ length: count }, async () => await relayTasks.delete(task, SETTINGS)),
		);
	};
	const all = deleteTasks(fields, 100);
	await clock.run(clock.sleep(100));

	const began = clock.now();
	expect(await clock.run(deleteTasks({}, 1))).toMatchObject([{ kind: 'success' }]);
	expect(clock.now() - began).toBeLessThan(1000);

	expect(new Set((await clock.run(all)).map(({ kind }) => kind))).toEqual(new Set(['error']));
});

test('a run that may send once a minute does not hold up the probe of another', async () => {
	const clock = new VirtualClock();
	const body = JSON.stringify({ error_code: 'APIGW.0101', request_id: 'r' });
	// Neither proves that the key is accepted, nor that it is not.
	const transport: Transport = { send: async () => ({ status: 404, headers: {}, body }) };
	const [limiter, state] = [new RateLimiter(clock), new CredentialState()];
	const credential = readCredential({ ...CREDENTIAL_FIELDS, ...KEY_FIELDS });
	const deleteTasks = async (count: number, maxPerMinute?: number) => {
		const handle = limiter.createHandle(count, maxPerMinute);
		const client = authenticatedClient(credential, { transport, clock }, state, undefined, handle);
		const { relayTasks } = new LiveApi(client, credential);
		const task = { taskId: 'a', region: undefined };
		await Promise.all(Array.from({ length: count }, async () => await relayTasks.delete(task, SETTINGS)));
	};
	const slow = deleteTasks(5, 1);
	await clock.run(clock.sleep(100));
	const began = clock.now();
	await clock.run(deleteTasks(1));
	expect(clock.now() - began).toBeLessThan(1000);
	await clock.run(slow);
	expect(clock.now() - began).toBeGreaterThan(3 * 60_000);
});
