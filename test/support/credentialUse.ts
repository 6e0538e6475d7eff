import { CredentialTestContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeCredentialTestResult,
	IRun,
} from 'n8n-workflow';

import type { Engine, RunOptions } from '../../dev/n8n/engine';
import { CREDENTIALS, node, NODE_TYPE } from './nodeRun';

/** Uses of the credential without our node: its Test button, and other nodes. */

/** Presses the Test button as n8n does: with the function that the node's description names, in a context of n8n's own. */
export async function testCredential(
	engine: Engine,
	data: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { description, methods } = engine.getByNameAndVersion(NODE_TYPE);
	const testFunction = methods?.credentialTest?.[String(description.credentials?.[0]?.testedBy)];
	if (!testFunction) throw new Error('The node has no credential test');
	const context = new CredentialTestContext(engine.additionalData({}));
	return await testFunction.call(context, {
		id: '1',
		name: 'Huawei Cloud API',
		type: 'huaweiCloudApi',
		data,
	});
}

/** Runs a workflow of a trigger and a node of another author, which has the credential. */
export async function runOther(engine: Engine, other: INode, options: RunOptions, items = 1): Promise<IRun> {
	return await engine.run(
		{
			name: 'Other',
			nodes: [node('Trigger', 'n8n-nodes-base.manualTrigger'), { credentials: CREDENTIALS, ...other }],
			connections: { Trigger: { main: [[{ node: other.name, type: 'main', index: 0 }]] } },
		},
		{ ...options, pinData: { Trigger: Array.from({ length: items }, (_, item) => ({ json: { item } })) } },
	);
}

/** A credential whose IAM has another host than Live: with one host for both, requests may only have paths of Live. */
export function withOtherIamHost<Fields extends ICredentialDataDecryptedObject>(fields: Fields) {
	return { ...fields, iamEndpoint: String(fields.iamEndpoint).replace('127.0.0.1', 'localhost') };
}

/** n8n's HTTP Request node, with the credential. */
export function httpRequestNode(parameters: IDataObject, more: Partial<INode> = {}): INode {
	const all = {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'huaweiCloudApi',
		options: {},
		...parameters,
	};
	return node('HTTP Request', 'n8n-nodes-base.httpRequest', JSON.parse(JSON.stringify(all)), {
		typeVersion: 4.2,
		...more,
	});
}
