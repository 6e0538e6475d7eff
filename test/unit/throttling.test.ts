import { expect, test } from '@jest/globals';

import type { Transport } from '../../huawei-cloud/http/http';
import { RateLimiter } from '../../huawei-cloud/call/rateLimiter';
import { authenticatedClient } from '../../huawei-cloud/identity/authentication';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { RelayTasks } from '../../huawei-cloud/live/relayTasks';
import { CREDENTIAL_FIELDS, SETTINGS } from '../support/clients';
import { fixedWindows, START, type Load, type Rule } from '../support/simulatedGateway';
import { VirtualClock } from '../support/virtualClock';

/** The client on a gateway that rejects what is too much, in virtual time. */

/** Of all calls. How fast the limiter learns is measured in `rateLimiter.test.ts`; here it is part of the client. */
const MAX_REJECTED = 0.05;

const WAY_MS = 10;

test.each<[string, Load, Rule]>([
	['200 a second, 32 at once', { tasks: 2000, atOnce: 32 }, fixedWindows(200, 1000, 0.3)],
	['200 a second, 100 at once', { tasks: 2000, atOnce: 100 }, fixedWindows(200, 1000, 0.3)],
	['50 in ten seconds, 10 at once', { tasks: 200, atOnce: 10 }, fixedWindows(50, 10_000, 0.3)],
	[
		'100 a second, 50 executions of one task at once',
		{ tasks: 500, atOnce: 50, executionEach: true },
		fixedWindows(100, 1000, 0.3),
	],
	['300 a minute, 32 at once', { tasks: 1500, atOnce: 32 }, fixedWindows(300, 60_000, 0.3)],
])('%s: nothing fails, and few calls are refused', async (_name, load, rule) => {
	const { deleted, refused } = await run(load, rule);
	expect(deleted).toBe(load.tasks);
	expect(refused / (deleted + refused)).toBeLessThanOrEqual(MAX_REJECTED);
});

async function run({ tasks, atOnce, executionEach = false }: Load, rule: Rule) {
	const clock = new VirtualClock(START);
	const { transport, counts } = gateway(clock, rule);
	const credential = readCredential(CREDENTIAL_FIELDS);
	const state = new CredentialState();
	const limiter = new RateLimiter();
	const execution = () => {
		const share = limiter.share(clock, executionEach ? 1 : tasks);
		const client = authenticatedClient(credential, { transport, clock }, state, undefined, share);
		return new RelayTasks(client, credential);
	};
	const only = execution();
	let next = 0;
	let deleted = 0;
	const worker = async () => {
		while (next < tasks) {
			const taskId = `task-${next++}`;
			const relayTasks = executionEach ? execution() : only;
			const { kind } = await relayTasks.delete({ taskId, region: undefined }, SETTINGS);
			if (kind === 'success') deleted += 1;
		}
	};
	await clock.run(Promise.all(Array.from({ length: atOnce }, worker)));
	return { deleted, refused: counts.refused };
}

function gateway(clock: VirtualClock, rule: Rule) {
	const counts = { refused: 0 };
	const transport: Transport = {
		async send() {
			await clock.sleep(WAY_MS);
			const isAdmitted = rule.admits(clock.now());
			if (!isAdmitted) counts.refused += 1;
			await clock.sleep(WAY_MS);
			return isAdmitted
				? { status: 200, headers: {}, body: '{"request_id":"r"}' }
				: {
						status: 429,
						headers: {},
						body: '{"error_code":"APIGW.0308","error_msg":"Throttled","request_id":"r"}',
					};
		},
	};
	return { transport, counts };
}
