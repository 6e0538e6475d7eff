import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { isObject } from '../../huawei-cloud/answer';
import { createAuthenticator } from '../../huawei-cloud/authentication';
import { CredentialError, readCredential } from '../../huawei-cloud/credential';
import { testCredential } from '../../huawei-cloud/credential-test';
import { errorCode, failureOf } from '../../huawei-cloud/failure';
import { TransportError, type Transport } from '../../huawei-cloud/http';
import { systemClock } from './connection';

/** The Test button of the credential, and what n8n runs when a credential is saved. */
export async function huaweiCloudApiTest(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const credential = readCredential(data ?? {});
		const { ok, message } = await testCredential(credential, {
			authenticator: createAuthenticator(credential),
			transport: helperTransport(this.helpers),
			clock: systemClock,
		});
		return { status: ok ? 'OK' : 'Error', message };
	} catch (error) {
		const message =
			error instanceof CredentialError
				? `${error.message} ${error.hint}`
				: 'The test itself failed. Please report this, with the versions of n8n and of this node.';
		return { status: 'Error', message };
	}
}

/**
 * The transport that n8n gives a credential test: it applies the instance's proxy settings and SSRF policy. Redirects
 * are off, since it would carry the token along to another host.
 */
function helperTransport(helpers: ICredentialTestFunctions['helpers']): Transport {
	return {
		async send({ method, origin, path, headers }) {
			const request: Promise<unknown> = helpers.request({
				method,
				uri: origin + path,
				headers,
				timeout: 10_000,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
				followAllRedirects: false,
			});
			const response = await request.catch((error: unknown) => {
				throw new TransportError(helperFailureOf(error), true);
			});
			return readHelperResponse(response);
		},
	};
}

function helperFailureOf(error: unknown) {
	const code = errorCode(error);
	// n8n's SSRF errors carry no code; axios calls its own timeout by this one.
	if (code === undefined) return 'egressRefused';
	return code === 'ECONNABORTED' ? 'timeout' : failureOf(error);
}

function readHelperResponse(response: unknown) {
	const { statusCode, headers, body } = isObject(response) ? response : {};
	return {
		status: typeof statusCode === 'number' ? statusCode : 0,
		headers: isObject(headers)
			? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
			: {},
		body: typeof body === 'string' ? body : '',
	};
}
