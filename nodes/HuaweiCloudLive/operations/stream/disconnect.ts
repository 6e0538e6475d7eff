import { onStream } from './onStream';

export const disconnectStream = onStream('disconnect', {
	name: 'Disconnect',
	value: 'disconnect',
	description: 'Disconnect a stream once; its encoder may reconnect right away',
	action: 'Disconnect stream',
});
