import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import type { CallSettings } from '../../huawei-cloud/call/apiCall';
import { isIngestDomain, type Domain } from '../../huawei-cloud/live/domains';
import { connect } from '../../n8n/connection';
import { LIST_ADVICE, ListError, toSearchError } from './searchError';

const SETTINGS: CallSettings = { maxRetries: 1, timeout: 10_000, advice: LIST_ADVICE };

/**
 * The From List mode of the domain locator.
 * @param filter the typed text, which the domain must contain
 * @returns one entry per ingest domain
 * @throws NodeApiError when the domains can't be listed: n8n shows it in full, and asks again the next time
 */
export async function searchIngestDomains(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const { live, redactor } = await connect(this);
		const outcome = await live.domains.list(SETTINGS);
		if (outcome.kind === 'error') throw new ListError(outcome);
		const listed = outcome.kind === 'success' ? outcome.page.entries : [];
		const wanted = filter.trim().toLowerCase();
		const found = listed.filter(
			(domain) => isIngestDomain(domain) && domain.domain.toLowerCase().includes(wanted),
		);
		return {
			results: redactor.redact(found).map((domain) => ({ name: describe(domain), value: domain.domain })),
		};
	} catch (error) {
		throw toSearchError(this, error, 'domains');
	}
}

/** `push.example.com`, and what is unusual about it: `push.example.com, off`. */
function describe({ domain, status }: Domain): string {
	return typeof status === 'string' && status !== 'on' && status !== '' ? `${domain}, ${status}` : domain;
}
