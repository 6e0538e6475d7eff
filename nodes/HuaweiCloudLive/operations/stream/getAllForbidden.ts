import { CALLS } from '../../../../huawei-cloud/live/calls';
import { LIMIT_FIELDS, listStreams } from '../lists';
import type { Operation } from '../operation';
import { STREAM_FILTER_FIELDS } from '../../description/streamFields';

/** Lists the streams of a domain that are forbidden, one item per stream. */
export const getManyForbiddenStreams: Operation = {
	option: {
		name: 'Get Many Forbidden',
		value: 'getAllForbidden',
		description: 'List the forbidden streams of a domain and when each is allowed again, one item per stream',
		action: 'Get many forbidden streams',
	},
	properties: [...STREAM_FILTER_FIELDS, ...LIMIT_FIELDS],
	idempotent: CALLS.listForbidden.idempotent,
	async run(parameters, { streams }) {
		return await listStreams(
			parameters,
			async (...args) => await streams.listForbidden(...args),
			(stream) => stream,
		);
	},
};
