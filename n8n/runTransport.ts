/** In the flavor without dependencies, `runTransport.verified.ts` replaces this file; nothing else tells the two apart. */

import type { Transport } from '../huawei-cloud/http/http';
import type { EgressFilter } from '../huawei-cloud/http/egress';
import { createTransport } from '../huawei-cloud/http/transport';
import { runtime } from './runtime';

/** The helpers of n8n that it needs. Older n8n versions have no egress policy, and so no such function. */
export interface TransportHelpers {
	getSecureEgressFilter?: () => EgressFilter;
}

const NO_POLICY = {};

/** A transport over kept-alive connections, shared by all runs under the same policy. */
export function runTransport(helpers: TransportHelpers): Transport {
	const egress = helpers.getSecureEgressFilter?.();
	return runtime.transportFor(egress ?? NO_POLICY, () => createTransport(egress));
}
