import { LoadOptionsContext } from 'n8n-core';
import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import type { Engine } from '../../dev/n8n/engine';
import { CREDENTIALS, node, NODE_TYPE, workflowOf } from './nodeRun';

export interface ListSearch {
	/** Default: our node. */
	nodeType?: string;
	/** The name of the search in the node's description. */
	method: string;
	/** The parameters of the node that is open in the editor. */
	parameters: INodeParameters;
	/** The fields of its credential. */
	credential: Record<string, string>;
	filter?: string | undefined;
	token?: string | undefined;
}

/** The entries of a resource locator's list. */
export async function searchList(
	engine: Engine,
	{ nodeType = NODE_TYPE, method, parameters, credential, filter, token }: ListSearch,
): Promise<INodeListSearchResult> {
	const ours = node('Node', nodeType, parameters, { credentials: CREDENTIALS });
	const additionalData = engine.additionalData({ 'Huawei Cloud API': credential });
	additionalData.currentNodeParameters = parameters;
	const workflow = workflowOf(engine, ours);
	const context = new LoadOptionsContext(workflow, ours, additionalData, 'parameters.locator');
	const search = engine.getByNameAndVersion(nodeType).methods?.listSearch?.[method];
	if (!search) throw new Error('The node has no such search');
	const result: INodeListSearchResult = await Reflect.apply(search, context, [filter, token]);
	return result;
}
