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

const FAILED = {
	message: 'The test itself failed.',
	hint: 'Please report this with the versions of n8n and of this node.',
};

/** The Test button of the credential, and what n8n runs when a credential is saved. */
export async function huaweiCloudApiTest(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const test = async () => {
		const transport = requestTransport(this.helpers);
		return await testCredential(readCredential(data ?? {}), { transport, clock: systemClock }, runtime);
	};
	const problem = await test().catch((error: unknown) => (error instanceof CredentialError ? error : FAILED));
	return problem
		? { status: 'Error', message: `${problem.message} ${problem.hint}` }
		: { status: 'OK', message: 'The credential works.' };
}
