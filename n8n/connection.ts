import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { authenticatedClient } from '../huawei-cloud/identity/authentication';
import { CredentialError, readCredential } from '../huawei-cloud/identity/credential';
import { LiveApi } from '../huawei-cloud/live/liveApi';
import { systemClock } from './clock';
import { escapeHtml, messageOf } from './messages';
import { runtime } from './runtime';
import { runTransport, type TransportHelpers } from './runTransport';

export type { PaceReport } from '../huawei-cloud/pace/rateLimiter';

/** The part of n8n that connecting needs: executions and the editor's lists both have it. */
export interface ConnectContext {
	getCredentials(type: string): Promise<Readonly<Record<string, unknown>>>;
	helpers: TransportHelpers;
	getExecutionCancelSignal?: () => AbortSignal | undefined;
}

/** A connection, for the length of one run. */
export type Connected = Awaited<ReturnType<typeof connect>>;

/** The Live API, with n8n's proxy and SSRF settings, until the execution is cancelled. Rejects with CredentialError. */
export async function connect(context: ConnectContext, expectedCalls?: number, maxPerMinute?: number) {
	const fields = await context.getCredentials('huaweiCloudApi').catch((error: unknown) => {
		throw new CredentialError(
			'authentication',
			'The node has no usable Huawei Cloud API credential.',
			`Choose a credential in the node, or create one. n8n says: "${messageOf(error)}".`,
		);
	});
	const credential = readCredential(fields);
	const transport = runTransport(context.helpers);
	const rateLimit = runtime.limiterOf(credential).createHandle(expectedCalls, maxPerMinute);
	const client = authenticatedClient(
		credential,
		{ transport, clock: systemClock, expectedCalls },
		runtime.stateOf(credential),
		context.getExecutionCancelSignal?.(),
		rateLimit,
	);
	// The redactor is for everything that leaves the node, except what its author entered.
	return { live: new LiveApi(client, credential), rateLimit, redactor: client.redactor };
}

/** A problem as n8n shows errors: a message and, below it, a description, which is rendered as HTML. */
export function toNodeError(
	context: Pick<IExecuteFunctions, 'getNode'>,
	{ message, hint }: { message: string; hint: string },
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { description: escapeHtml(hint) });
}
