import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { CALLS } from '../../huawei-cloud/live/calls';
import type { Domain } from '../../huawei-cloud/live/streams';
import { InputError } from './inputError';
import { SEARCH_SETTINGS, searchList } from './listSearch';

/** The From List mode of the domain locator: one entry per ingest domain that contains the typed text. */
export async function searchIngestDomains(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await searchList(this, 'domains', async ({ live, redactor }) => {
		const outcome = await live.perform(CALLS.listDomains, {}, SEARCH_SETTINGS);
		if (outcome.kind === 'error') throw new InputError(outcome.message, outcome.hint, outcome.statusCode);
		const listed = outcome.kind === 'success' ? outcome.value.entries : [];
		const wanted = filter.trim().toLowerCase();
		// Those for pushing streams, and those of which Huawei Cloud doesn't say what they are for.
		const found = listed.filter(
			({ domain, domain_type }) => domain_type !== 'pull' && domain.toLowerCase().includes(wanted),
		);
		return {
			results: redactor.redact(found).map((domain) => ({ name: describe(domain), value: domain.domain })),
		};
	});
}

/** `push.example.com`, and its state if unusual: `push.example.com, off`. */
function describe({ domain, status }: Domain): string {
	return typeof status === 'string' && status !== 'on' && status !== '' ? `${domain}, ${status}` : domain;
}
