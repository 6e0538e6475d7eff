import { NodeApiError, NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import type { Advice } from '../../huawei-cloud/call/apiCall';
import type { Failure } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { InputError } from './inputError';

/** Hints for a list in the editor, which has no options. */
export const LIST_ADVICE: Advice = {
	throttled: 'Wait a minute, then open the list again.',
	timeout: 'Open the list again, or enter the value without the list.',
};

/** The entries of a list in the editor could not be read. */
export class ListError extends Error {
	readonly hint: string;
	readonly statusCode: number | null;

	constructor({ message, hint, statusCode }: Failure) {
		super(message);
		this.hint = hint;
		this.statusCode = statusCode;
	}
}

/**
 * An error that keeps the entries of a list from the editor, as one that n8n shows in full.
 * @param entries what is listed: `relay tasks`
 */
export function toSearchError(
	context: Pick<ILoadOptionsFunctions, 'getNode'>,
	error: unknown,
	entries: string,
): NodeApiError | NodeOperationError {
	if (!(error instanceof CredentialError || error instanceof InputError || error instanceof ListError)) {
		return new NodeOperationError(context.getNode(), `The ${entries} could not be listed.`);
	}
	const { message } = error;
	// n8n may render it as HTML, and it may quote the service.
	const description = error.hint.replaceAll('<', '&#60;');
	const statusCode = error instanceof ListError ? error.statusCode : null;
	// Of other errors, n8n passes on the message only. Beside 401 and 403 it links to the credential.
	return new NodeApiError(
		context.getNode(),
		{ message },
		{ message, description, ...(statusCode !== null && { httpCode: String(statusCode) }) },
	);
}
