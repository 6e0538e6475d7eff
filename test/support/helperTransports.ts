import { LoadOptionsContext } from 'n8n-core';

import { Engine } from '../../dev/n8n/engine';
import type { Transport } from '../../huawei-cloud/http/http';
import { httpRequestTransport, requestTransport } from '../../n8n/transports';
import { node, NODE_TYPE, workflowOf } from './nodeRun';

/** Transports over the helpers that n8n gives a node, and its credential's test. */
export async function helperTransports(): Promise<Record<'httpRequest' | 'request', Transport>> {
	const engine = await Engine.load();
	const ours = node('Node', NODE_TYPE);
	const additionalData = engine.additionalData({});
	const { helpers } = new LoadOptionsContext(workflowOf(engine, ours), ours, additionalData, '');
	return { httpRequest: httpRequestTransport(helpers), request: requestTransport(helpers) };
}
