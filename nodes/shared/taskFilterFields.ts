import type { INodeProperties } from 'n8n-workflow';

import { LIVE_RELAY, VOD_RELAY } from '../../huawei-cloud/live/relayTasks';

/** Filters of tasks that the API does not have, as items of a collection. */

export const sourceTypeFilter: INodeProperties = {
	displayName: 'Source Type',
	name: 'sourceType',
	type: 'options',
	options: [
		{ name: 'Live Stream', value: LIVE_RELAY },
		{ name: 'Video Files', value: VOD_RELAY },
	],
	default: LIVE_RELAY,
	description: 'What the task pulls from',
};

export const statusFilter: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'string',
	default: '',
	placeholder: 'e.g. suspend',
	description: 'The status as Huawei Cloud returns it; the possible values are not documented',
};

export const targetFilter: INodeProperties = {
	displayName: 'Target Contains',
	name: 'target',
	type: 'string',
	default: '',
	placeholder: 'e.g. camera-3',
	description: 'Text that the stream name, domain or destination URL must contain',
};
