/**
 * In the flavor without dependencies, n8n's own helper sends the requests of executions, polls and the editor's lists.
 * See `docs/flavors.md`.
 */

import type { IHttpRequestHelper } from 'n8n-workflow';

import type { Transport } from '../huawei-cloud/http/http';
import { httpRequestTransport } from './transports';

/** The helpers of n8n that it needs. */
export type TransportHelpers = IHttpRequestHelper['helpers'];

/** A transport over n8n's helper, which opens a connection for each request. */
export function runTransport(helpers: TransportHelpers): Transport {
	return httpRequestTransport(helpers);
}
