/** In the flavor without dependencies, n8n's helper sends the requests of runs, polls and lists: see `docs/flavors.md`. */

import type { IHttpRequestHelper } from 'n8n-workflow';

import type { Transport } from '../huawei-cloud/http/http';
import { httpRequestTransport } from './transports';

export type TransportHelpers = IHttpRequestHelper['helpers'];

/** A transport over n8n's helper, which opens a connection for each request. */
export function runTransport(helpers: TransportHelpers): Transport {
	return httpRequestTransport(helpers);
}
