import type { INodeProperties } from 'n8n-workflow';

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
