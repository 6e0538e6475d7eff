import { STREAM_CALLS } from '../../../../huawei-cloud/live/streams';
import { limitFields } from '../lists';
import type { Operation } from '../operation';
import { SIMPLE_STREAM_FIELDS, readSimplify, simplifyField } from '../../../shared/simplify';
import { STREAM, streamFilterFields } from '../../description/streamFields';
import { listStreams } from './listStreams';

const NAME = 'getAll';

/** Lists the streams of a domain that are online, one item per stream. */
export const getManyStreams: Operation = {
	option: {
		name: 'Get Many',
		value: NAME,
		description: 'List the online streams of a domain, one item per stream',
		action: 'Get many online streams',
	},
	properties: [...streamFilterFields(NAME), ...limitFields(STREAM, NAME), simplifyField(STREAM, NAME)],
	idempotent: STREAM_CALLS.listOnline.idempotent,
	async run(parameters, { streams }) {
		return await listStreams(
			parameters,
			async (...args) => await streams.listOnline(...args),
			readSimplify(parameters, SIMPLE_STREAM_FIELDS),
		);
	},
};
