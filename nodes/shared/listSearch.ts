import {
	NodeApiError,
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
} from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import type { Failure } from '../../huawei-cloud/call/outcome';
import { CredentialError } from '../../huawei-cloud/identity/credential';
import { connect, type Connected } from '../../n8n/connection';
import { CALLS } from '../../huawei-cloud/live/calls';
import type { Domain } from '../../huawei-cloud/live/streams';
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
export async function searchList(
	context: ILoadOptionsFunctions,
	entries: string,
	search: (connected: Connected) => Promise<INodeListSearchResult | Failure>,
): Promise<INodeListSearchResult> {
	const found = await connect(context)
		.then(search)
		.catch((error: unknown) => {
			if (error instanceof CredentialError || error instanceof InputError) return error;
			throw new NodeOperationError(context.getNode(), `The ${entries} could not be listed.`);
		});
	if ('results' in found) return found;
	const { message, hint } = found;
	// n8n may render it as HTML, and it may quote the service.
	const description = hint.replaceAll('<', '&#60;');
	// For other errors, n8n shows only the message. For 401 and 403, it links to the credential.
	const statusCode = 'statusCode' in found ? found.statusCode : null;
	const httpCode = statusCode === null ? {} : { httpCode: String(statusCode) };
	throw new NodeApiError(context.getNode(), { message }, { message, description, ...httpCode });
}

/** The From List mode of the domain locator: one entry per ingest domain that contains the typed text. */
export async function searchIngestDomains(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await searchList(this, 'domains', async ({ live, redactor }) => {
		const outcome = await live.perform(CALLS.listDomains, {}, SEARCH_SETTINGS);
		if (outcome.kind === 'error') return outcome;
		const listed = redactor.redact(outcome.kind === 'success' ? outcome.value.entries : []);
		const wanted = filter.trim().toLowerCase();
		// Those for pushing streams, and those of which Huawei Cloud doesn't say what they are for.
		const found = listed.filter(
			({ domain, domain_type }) => domain_type !== 'pull' && domain.toLowerCase().includes(wanted),
		);
		return { results: found.map((domain) => ({ name: describe(domain), value: domain.domain })) };
	});
}

/** `push.example.com`, and its state if unusual: `push.example.com, off`. */
function describe({ domain, status }: Domain): string {
	return typeof status === 'string' && status !== 'on' && status !== '' ? `${domain}, ${status}` : domain;
}
