import { CALLS } from '../../../../huawei-cloud/live/calls';
import { onStream } from './onStream';

export const disconnectStream = onStream(
	{
		name: 'Disconnect',
		value: 'disconnect',
		description: 'Disconnect a stream once; its encoder may reconnect right away',
		action: 'Disconnect stream',
	},
	CALLS.disconnect,
	async (streams, stream, settings) => await streams.disconnect(stream, settings),
);
