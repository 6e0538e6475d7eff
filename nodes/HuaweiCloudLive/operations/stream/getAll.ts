import { CALLS } from '../../../../huawei-cloud/live/calls';
import { readSimplify, SIMPLE_STREAM_FIELDS, SIMPLIFY } from '../../../shared/simplify';
import type { Operation } from '../operation';
import { LIST_FIELDS, listStreams } from './listStreams';

export const getManyStreams: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List the online streams of a domain, one item per stream',
		action: 'Get many online streams',
	},
	properties: [...LIST_FIELDS, SIMPLIFY.property],
	idempotent: CALLS.listOnline.idempotent,
	async run(parameters, { streams }) {
		const simplify = readSimplify(parameters, SIMPLE_STREAM_FIELDS);
		return await listStreams(parameters, async (...query) => await streams.listOnline(...query), simplify);
	},
};
