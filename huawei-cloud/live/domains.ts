import type { CallSettings } from '../call/apiCall';
import type { JsonObject } from '../http/response';
import { CALLS } from './calls';
import type { LiveClient } from './liveClient';
import type { PageOutcome } from './page';

/** A domain as the API returns it: all other fields are optional. */
export type Domain = JsonObject & { domain: string };

/** The domains of one project. */
export class Domains {
	constructor(private readonly live: LiveClient) {}

	/** All domains, in one page: a tenant can have 64. */
	async list(settings: CallSettings): Promise<PageOutcome<Domain>> {
		return await this.live.perform(CALLS.listDomains, {}, settings);
	}
}

/** True if streams are pushed to a domain, or if Huawei Cloud doesn't say. */
export function isIngestDomain({ domain_type }: Domain): boolean {
	return domain_type !== 'pull';
}
