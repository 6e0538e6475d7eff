import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { huaweiCloudApiTest } from '../shared/credentialTest';
import { searchIngestDomains } from '../shared/listSearch';
import { keyedText } from '../shared/fields';
import { events } from './events';
import { properties } from './parameters';
import { pollForEvents } from './pollForEvents';

export class HuaweiCloudLiveTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Huawei Cloud Live Trigger',
		name: 'huaweiCloudLiveTrigger',
		icon: {
			light: 'file:../../icons/huaweiCloudLive.svg',
			dark: 'file:../../icons/huaweiCloudLive.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: keyedText(
			events.map(({ name, value }) => [value, name]),
			'$parameter["event"]',
			'Trigger',
		),
		// The node has the same: n8n's node panel has one entry for both and shows this one.
		description: 'Manage relay tasks and streams in Huawei Cloud Live, or start a workflow when they change',
		defaults: { name: 'Huawei Cloud Live Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'huaweiCloudApi', required: true, testedBy: 'huaweiCloudApiTest' }],
		properties,
	};

	methods = { credentialTest: { huaweiCloudApiTest }, listSearch: { searchIngestDomains } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollForEvents(this);
	}
}
