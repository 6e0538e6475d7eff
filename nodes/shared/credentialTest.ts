import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { systemClock } from '../../n8n/clock';
import { runtime } from '../../n8n/runtime';
import { requestTransport } from '../../n8n/transports';
import { CredentialError, readCredential } from '../../huawei-cloud/identity/credential';
import { testCredential } from '../../huawei-cloud/live/credentialTest';

/** The Test button of the credential, and what n8n runs when a credential is saved. */
export async function huaweiCloudApiTest(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const problem = await testCredential(
			readCredential(data ?? {}),
			{ transport: requestTransport(this.helpers), clock: systemClock },
			runtime,
		);
		return problem
			? { status: 'Error', message: `${problem.message} ${problem.hint}` }
			: { status: 'OK', message: 'The credential works.' };
	} catch (error) {
		const message =
			error instanceof CredentialError
				? `${error.message} ${error.hint}`
				: 'The test itself failed. Please report this with the versions of n8n and of this node.';
		return { status: 'Error', message };
	}
}
