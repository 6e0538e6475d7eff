import { CALLS } from '../../../../huawei-cloud/live/calls';
import type { Operation } from '../operation';
import { STREAM_FIELDS } from '../../description/streamFields';
import { readStreamRef } from '../../input/stream';

/** Disconnects a stream once. */
export const disconnectStream: Operation = {
	option: {
		name: 'Disconnect',
		value: 'disconnect',
		description: 'Disconnect a stream once; its encoder may reconnect at once',
		action: 'Disconnect stream',
	},
	properties: STREAM_FIELDS,
	idempotent: CALLS.disconnect.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		return { outcome: await streams.disconnect(stream, parameters.settings()), sent: { ...stream } };
	},
};
