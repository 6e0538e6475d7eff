import { describe, expect, test } from '@jest/globals';

import { authenticatedClient } from '../../huawei-cloud/identity/authentication';
import { readCredential } from '../../huawei-cloud/identity/credential';
import { CredentialState } from '../../huawei-cloud/identity/credentialState';
import { RelayTasks } from '../../huawei-cloud/live/relayTasks';
import { CREDENTIAL_FIELDS, scriptedClient, SETTINGS } from '../support/clients';
import { FakeClock } from '../support/fakeClock';
import { PagingService } from '../support/pagingService';
import type { Step } from '../support/scriptedTransport';

/** Failures that the properties once found, at their smallest. */

describe.each(['unreachable', 'certificate', 'unknownHost', 'proxyRefused'] as const)(
	'a connection that ends with "%s" after the request was sent',
	(failure) => {
		const BROKEN: Step = { failure, sent: true };
		const GONE: Step = { status: 404, body: { error_code: 'LIVE.103011019', request_id: 'r' } };

		test('may have deleted the task', async () => {
			const { deleteTask } = scriptedClient([BROKEN]);
			expect(await deleteTask({ maxRetries: 0 })).toMatchObject({
				kind: 'error',
				category: 'network',
				retryable: true,
				mayHaveHappened: true,
			});
		});

		test('did so when the next attempt says that it is gone', async () => {
			const { deleteTask } = scriptedClient([BROKEN, GONE]);
			expect(await deleteTask()).toMatchObject({ kind: 'success', confirmedBy: 'not_found_after_retry' });
		});

		test('may have created one, so that it is not created twice', async () => {
			const { client, credential, transport } = scriptedClient([BROKEN]);
			const call = {
				service: 'live',
				method: 'POST',
				origin: credential.liveEndpoint,
				path: '/',
				rejectedHint: '',
				idempotent: false,
				parse: () => true,
			} as const;
			expect(await client.perform(call, SETTINGS)).toMatchObject({ kind: 'error', mayHaveHappened: true });
			expect(transport.requests).toHaveLength(1);
		});
	},
);

test('a list in which two short pages bring nothing new, since tasks were added before them, is not complete', async () => {
	const added = [{ kind: 'insert', place: 0, count: 1 }] as const;
	const service = new PagingService(
		{ entries: 4, changes: [[], added, added], mostPerPage: 2, total: 'absent', beyond: 'empty' },
		{ list: 'task_infos', total: 'total', write: (task_id) => ({ task_id }) },
	);
	const credential = readCredential(CREDENTIAL_FIELDS);
	const client = authenticatedClient(
		credential,
		{ transport: service, clock: new FakeClock() },
		new CredentialState(),
	);
	const all = { taskId: undefined, region: undefined };
	const outcome = await new RelayTasks(client, credential).list(all, undefined, SETTINGS);
	expect(outcome).toMatchObject({ kind: 'success', isComplete: false });
});
