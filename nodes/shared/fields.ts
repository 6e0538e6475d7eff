/** Form fields that both nodes have. */

import type { INodeProperties } from 'n8n-workflow';

import { LIVE_RELAY, VOD_RELAY } from '../../huawei-cloud/live/relayTasks';

/** The ingest domain of one stream, or of those to list. */
export const DOMAIN: INodeProperties = {
	displayName: 'Domain',
	name: 'domain',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The ingest domain that the stream is pushed to',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an ingest domain…',
			typeOptions: { searchListMethod: 'searchIngestDomains', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. push.example.com',
		},
	],
};

/** A filter of tasks, in a collection. The API has none like it, nor like the two below. */
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

/** Any object: n8n compares it as text. */
const IS_OBJECT = { _cnd: { between: { from: String({}), to: String({}) } } };

/**
 * A collection, and its twin for when the whole collection is an expression. n8n drops such an expression without evaluating
 * it, as if no field had been added, since it only reads a collection's fields. In a second property of the same name, which
 * the editor doesn't show, n8n evaluates it.
 */
export function withExpression(collection: INodeProperties): INodeProperties[] {
	const { name, displayName, displayOptions } = collection;
	const twin: INodeProperties = {
		displayName,
		name,
		type: 'hidden',
		default: {},
		displayOptions: {
			...displayOptions,
			hide: { ...displayOptions?.hide, [`/${name}`]: [IS_OBJECT] },
		},
	};
	return [collection, twin];
}

/**
 * An expression that returns the text for a key.
 * @param texts the text for each key
 * @param key an expression, without its braces
 * @param otherwise the text for every other key
 */
export function keyedText(
	texts: ReadonlyArray<readonly [string, string]>,
	key: string,
	otherwise: string,
): string {
	const table = JSON.stringify(Object.fromEntries(texts));
	return `={{ (${table})[${key}] || ${JSON.stringify(otherwise)} }}`;
}
