import { STREAM_CALLS } from '../../../../huawei-cloud/live/streams';
import { limitFields } from '../lists';
import type { Operation } from '../operation';
import { STREAM, streamFilterFields } from '../../description/streamFields';
import { listStreams } from './listStreams';

const NAME = 'getAllForbidden';

/** Lists the streams of a domain that are forbidden, one item per stream. */
export const getManyForbiddenStreams: Operation = {
	option: {
		name: 'Get Many Forbidden',
		value: NAME,
		description: 'List the forbidden streams of a domain and when each is allowed again, one item per stream',
		action: 'Get many forbidden streams',
	},
	properties: [...streamFilterFields(NAME), ...limitFields(STREAM, NAME)],
	idempotent: STREAM_CALLS.listForbidden.idempotent,
	async run(parameters, { streams }) {
		return await listStreams(
			parameters,
			async (...args) => await streams.listForbidden(...args),
			(stream) => stream,
		);
	},
};
