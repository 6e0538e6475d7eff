import { expect, test } from '@jest/globals';

import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { authenticatedClient } from '../../huawei-cloud/identity/authentication';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { LiveApi } from '../../huawei-cloud/live/liveApi';
import { CREDENTIAL_FIELDS, SETTINGS } from '../support/clients';
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

function relayTasksOf(
	fields: Record<string, string>,
	limiter: RateLimiter,
	clock: VirtualClock,
	load: number,
) {
	const credential = readCredential({ ...CREDENTIAL_FIELDS, ...fields });
	const connection = { transport: halfDeaf(clock), clock };
	const share = limiter.createHandle(clock, load);
	const client = authenticatedClient(credential, connection, new CredentialState(), undefined, share);
	return new LiveApi(client, credential).relayTasks;
}

const taskOf = (taskId: string) => ({ taskId, region: undefined });

test.each([
	[
		'IAM, which does not answer',
		{ authentication: 'iamUser', accountName: 'a', userName: 'u', password: 'p' },
	],
	[
		'the first call with an access key, which gets no answer',
		{ authentication: 'accessKey', accessKeyId: 'AK', secretAccessKey: 'SK' },
	],
])('calls that wait for %s hold up none of another credential', async (_name, fields) => {
	const clock = new VirtualClock();
	const limiter = new RateLimiter();
	const waiting = relayTasksOf(fields, limiter, clock, 100);
	const all = Promise.all(
		Array.from({ length: 100 }, async (_, index) => await waiting.delete(taskOf(`t-${index}`), SETTINGS)),
	);
	await clock.run(clock.sleep(100));

	const began = clock.now();
	const other = relayTasksOf({}, limiter, clock, 1);
	expect(await clock.run(other.delete(taskOf('a'), SETTINGS))).toMatchObject({ kind: 'success' });
	expect(clock.now() - began).toBeLessThan(1000);

	const outcomes = await clock.run(all);
	expect(outcomes.map(({ kind }) => kind)).toEqual(Array<string>(100).fill('error'));
});
