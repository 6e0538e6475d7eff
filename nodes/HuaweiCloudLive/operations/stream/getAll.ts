import { CALLS } from '../../../../huawei-cloud/live/calls';
import { LIMIT_FIELDS, listStreams } from '../lists';
import type { Operation } from '../operation';
import { readSimplify, SIMPLE_STREAM_FIELDS, SIMPLIFY } from '../../../shared/simplify';
import { STREAM_FILTER_FIELDS } from '../../description/streamFields';

/** Lists the streams of a domain that are online, one item per stream. */
export const getManyStreams: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		description: 'List the online streams of a domain, one item per stream',
		action: 'Get many online streams',
	},
	properties: [...STREAM_FILTER_FIELDS, ...LIMIT_FIELDS, SIMPLIFY],
	idempotent: CALLS.listOnline.idempotent,
	async run(parameters, { streams }) {
		return await listStreams(
			parameters,
			async (...args) => await streams.listOnline(...args),
			readSimplify(parameters, SIMPLE_STREAM_FIELDS),
		);
	},
};
