import type { CallSettings } from '../call/apiCall';
import type { Client } from '../policies/client';
import type { JsonObject } from '../http/response';
import type { Credential } from '../identity/credential';
import { CHECK_PROJECT, liveCall, type CallKind } from './liveCall';
import { nameOf, readPage, type PageFormat, type PageOutcome } from './page';

/** A domain as the API returns it: all other fields are optional. */
export type Domain = JsonObject & { domain: string };

const SHOW_DOMAIN: CallKind = { method: 'GET', permission: 'live:domain:getDomains', idempotent: true };

const DOMAIN_PAGE: PageFormat<Domain> = {
	list: 'domain_info',
	total: 'total',
	readEntry: (entry) => {
		const domain = nameOf(entry.domain);
		return domain === undefined ? undefined : { ...entry, domain };
	},
};

/** The domains of one project. Source: API reference of Huawei Cloud Live, ShowDomain. */
export class Domains {
	constructor(
		private readonly client: Client,
		private readonly credential: Credential,
	) {}

	/** All domains, in one page: a tenant can have 64. */
	async list(settings: CallSettings): Promise<PageOutcome<Domain>> {
		return await readPage(
			this.client,
			liveCall(this.credential, SHOW_DOMAIN, 'domain', CHECK_PROJECT),
			DOMAIN_PAGE,
			settings,
		);
	}
}

/** True if streams are pushed to a domain. If Huawei Cloud does not say so of one, they may be. */
export function isIngestDomain({ domain_type }: Domain): boolean {
	return domain_type !== 'pull';
}
