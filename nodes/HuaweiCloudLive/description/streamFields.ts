import type { INodeProperties } from 'n8n-workflow';

import { DOMAIN } from '../../shared/fields';

const APP_NAME: INodeProperties = {
	displayName: 'App Name',
	name: 'appName',
	placeholder: 'e.g. live',
	type: 'string',
	default: '',
};

const STREAM_NAME: INodeProperties = {
	displayName: 'Stream Name',
	name: 'streamName',
	placeholder: 'e.g. camera-3',
	type: 'string',
	default: '',
};

/** The fields that identify a stream. */
export const STREAM_FIELDS: INodeProperties[] = [
	DOMAIN,
	{
		...APP_NAME,
		required: true,
		description: 'The part of the push URL between the domain and the stream name',
	},
	{ ...STREAM_NAME, required: true, description: 'The last part of the push URL, without its arguments' },
];

/** Filters of a list of streams. */
export const STREAM_FILTER_FIELDS: INodeProperties[] = [
	DOMAIN,
	{ ...APP_NAME, description: 'Only streams of this app. Leave empty for all.' },
	{ ...STREAM_NAME, description: 'Only streams with this name. Leave empty for all.' },
];

/** The same as parts of the destination of a relay task. */
export const DESTINATION_FIELDS: INodeProperties[] = [APP_NAME, STREAM_NAME];
