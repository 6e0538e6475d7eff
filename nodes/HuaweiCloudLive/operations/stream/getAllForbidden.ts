import { CALLS } from '../../../../huawei-cloud/live/calls';
import type { Fields } from '../../../shared/objects';
import type { Operation } from '../operation';
import { LIST_FIELDS, listStreams } from './listStreams';

export const getManyForbiddenStreams: Operation = {
	option: {
		name: 'Get Many Forbidden',
		value: 'getAllForbidden',
		description: 'List the forbidden streams of a domain and when each is allowed again, one item per stream',
		action: 'Get many forbidden streams',
	},
	properties: LIST_FIELDS,
	idempotent: CALLS.listForbidden.idempotent,
	async run(parameters, { streams }) {
		const asListed = (stream: Fields) => stream;
		return await listStreams(parameters, async (...query) => await streams.listForbidden(...query), asListed);
	},
};
