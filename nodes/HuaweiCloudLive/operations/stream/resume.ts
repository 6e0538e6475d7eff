import { STREAM_CALLS } from '../../../../huawei-cloud/live/streams';
import type { Operation } from '../operation';
import { streamFields } from '../../description/streamFields';
import { readStreamRef } from '../../input/stream';

const NAME = 'resume';

/** Unblocks a forbidden stream. */
export const resumeStream: Operation = {
	option: {
		name: 'Resume',
		value: NAME,
		description: 'Unblock a forbidden stream',
		action: 'Resume stream',
	},
	properties: streamFields(NAME),
	idempotent: STREAM_CALLS.resume.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		return { outcome: await streams.resume(stream, parameters.settings()), sent: { ...stream } };
	},
};
