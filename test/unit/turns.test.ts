import { expect, test } from '@jest/globals';

import { RateLimiter } from '../../huawei-cloud/pace/rateLimiter';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { TransportError, type Transport } from '../../huawei-cloud/http/http';
import { clientOf, KEY_FIELDS, SETTINGS, USER_FIELDS, type ClientOptions } from '../support/clients';
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

/** Deletes as many tasks with one client. */
async function deleteTasks(count: number, parts: Parameters<typeof clientOf>[0], options: ClientOptions) {
	const { relayTasks } = clientOf(parts, options);
	const task = { taskId: 'a', region: undefined };
	return await Promise.all(
		Array.from({ length: count }, async () => await relayTasks.delete(task, SETTINGS)),
	);
}

test.each([
	['IAM, which does not answer', USER_FIELDS],
	['the first call with an access key, which gets no answer', KEY_FIELDS],
])('calls that wait for %s hold up none of another credential', async (_name, fields) => {
	const clock = new VirtualClock();
	const limiter = new RateLimiter(clock);
	const parts = { transport: halfDeaf(clock), clock };
	const all = deleteTasks(100, parts, { fields, rateLimit: limiter.createHandle(100) });
	await clock.run(clock.sleep(100));

	const began = clock.now();
	expect(await clock.run(deleteTasks(1, parts, { rateLimit: limiter.createHandle(1) }))).toMatchObject([
		{ kind: 'success' },
	]);
	expect(clock.now() - began).toBeLessThan(1000);

	expect(new Set((await clock.run(all)).map(({ kind }) => kind))).toEqual(new Set(['error']));
});

test('a run that may send once a minute does not hold up the probe of another', async () => {
	const clock = new VirtualClock();
	const body = JSON.stringify({ error_code: 'APIGW.0101', request_id: 'r' });
	// Neither proves that the key is accepted, nor that it is not.
	const transport: Transport = { send: async () => ({ status: 404, headers: {}, body }) };
	const [limiter, state] = [new RateLimiter(clock), new CredentialState()];
	const run = async (count: number, maxPerMinute?: number) => {
		const rateLimit = limiter.createHandle(count, maxPerMinute);
		return await deleteTasks(count, { transport, clock }, { state, fields: KEY_FIELDS, rateLimit });
	};
	const slow = run(5, 1);
	await clock.run(clock.sleep(100));
	const began = clock.now();
	await clock.run(run(1));
	expect(clock.now() - began).toBeLessThan(1000);
	await clock.run(slow);
	expect(clock.now() - began).toBeGreaterThan(3 * 60_000);
});

test.each([
	['asks for no third token if the second is rejected, too, however its calls are spaced', 'error', 6],
	['replaces a rejected token once, however many calls it sent with it', 'success', Infinity],
])('a run %s', async (_what, kind, maxPerMinute) => {
	const clock = new VirtualClock();
	let fetches = 0;
	const transport: Transport = {
		send: async ({ path, headers }) => {
			await clock.sleep(20);
			if (!path.startsWith('/v3/auth/tokens')) {
				const isAccepted = kind === 'success' && headers['X-Auth-Token'] === 'token-2';
				return { status: isAccepted ? 200 : 401, headers: {}, body: '{"request_id":"r"}' };
			}
			fetches += 1;
			const body = JSON.stringify({ token: { expires_at: new Date(clock.now() + 1e8).toISOString() } });
			return { status: 201, headers: { 'x-subject-token': `token-${fetches}` }, body };
		},
	};
	const rateLimit = new RateLimiter(clock).createHandle(50, maxPerMinute);
	const outcomes = await clock.run(deleteTasks(50, { transport, clock }, { rateLimit, fields: USER_FIELDS }));
	expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set([kind]));
	expect(fetches).toBe(2);
});
