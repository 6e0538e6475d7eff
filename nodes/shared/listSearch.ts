import { NodeApiError, NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { connect, type Connected } from '../../n8n/connection';
import { InputError } from './inputError';

/** For lists in the editor, which has no options that hints could name. */
export const SEARCH_SETTINGS: CallSettings = {
	maxRetries: 1,
	timeout: 10_000,
	advice: {
		throttled: 'Wait a minute, then open the list again.',
		timeout: 'Open the list again, or enter the value without the list.',
	},
};

/** Runs a From List search for `relay tasks`, say. Throws an error that n8n shows in full; n8n searches again next time. */
export async function searchList<Result>(
	context: ILoadOptionsFunctions,
	entries: string,
	search: (connected: Connected) => Promise<Result>,
): Promise<Result> {
	try {
		return await search(await connect(context));
	} catch (error) {
		if (!(error instanceof CredentialError || error instanceof InputError)) {
			throw new NodeOperationError(context.getNode(), `The ${entries} could not be listed.`);
		}
		const { message } = error;
		// n8n may render it as HTML, and it may quote the service.
		const description = error.hint.replaceAll('<', '&#60;');
		const statusCode = error instanceof InputError ? error.statusCode : null;
		// For other errors, n8n shows only the message. For 401 and 403, it links to the credential.
		const httpCode = statusCode === null ? {} : { httpCode: String(statusCode) };
		throw new NodeApiError(context.getNode(), { message }, { message, description, ...httpCode });
	}
}
