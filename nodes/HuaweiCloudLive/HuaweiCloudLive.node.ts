import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { huaweiCloudApiTest } from '../shared/credentialTest';
import { searchIngestDomains } from '../shared/listSearch';
import { properties, subtitle } from './description/form';
import { searchRelayTasks } from './editor/taskSearch';
import { runItems } from './runItems';

export class HuaweiCloudLive implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Huawei Cloud Live',
		name: 'huaweiCloudLive',
		icon: {
			light: 'file:../../icons/huaweiCloudLive.svg',
			dark: 'file:../../icons/huaweiCloudLive.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle,
		// The trigger has the same: n8n's node panel has one entry for both and shows the trigger's.
		description: 'Manage relay tasks and streams in Huawei Cloud Live, or start a workflow when they change',
		defaults: { name: 'Huawei Cloud Live' },
		usableAsTool: true,
		// For n8n's AI workflow builder, which sees neither execution hints nor the README.
		builderHint: {
			searchHint:
				'Every item goes to exactly one of three outputs: 0 Success, 1 Not Found, 2 Error. Always connect output 2: failed items go there under every On Error setting, and if it is not connected, the execution succeeds and failures go unnoticed.',
		},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		// Workflow files store the index of an output: never reorder or remove one.
		outputNames: ['Success', 'Not Found', 'Error'],
		credentials: [{ name: 'huaweiCloudApi', required: true, testedBy: 'huaweiCloudApiTest' }],
		properties,
	};

	methods = { credentialTest: { huaweiCloudApiTest }, listSearch: { searchIngestDomains, searchRelayTasks } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this);
	}
}
