import { CALLS } from '../../../../huawei-cloud/live/calls';
import type { Operation } from '../operation';
import { STREAM_FIELDS } from '../../description/streamFields';
import { readStreamRef } from '../../input/stream';

/** Unblocks a forbidden stream. */
export const resumeStream: Operation = {
	option: {
		name: 'Resume',
		value: 'resume',
		description: 'Unblock a forbidden stream',
		action: 'Resume stream',
	},
	properties: STREAM_FIELDS,
	idempotent: CALLS.resume.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		return { outcome: await streams.resume(stream, parameters.settings()), sent: { ...stream } };
	},
};
