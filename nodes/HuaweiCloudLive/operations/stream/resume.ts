import { CALLS } from '../../../../huawei-cloud/live/calls';
import { onStream } from './onStream';

export const resumeStream = onStream(
	{ name: 'Resume', value: 'resume', description: 'Unblock a forbidden stream', action: 'Resume stream' },
	CALLS.resume,
	async (streams, stream, settings) => await streams.resume(stream, settings),
);
