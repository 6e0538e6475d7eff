import { STREAM_CALLS } from '../../../../huawei-cloud/live/streams';
import { systemClock } from '../../../../n8n/clock';
import type { Operation } from '../operation';
import { STREAM, streamFields } from '../../description/streamFields';
import { readResumeTime, readStreamRef } from '../../input/stream';

const NAME = 'forbid';

/** Takes a stream off air, and keeps its publisher from coming back for a while. */
export const forbidStream: Operation = {
	option: {
		name: 'Forbid',
		value: NAME,
		description: 'Take a stream off air, and refuse it for 7 days, or until the Resume Time in Options',
		action: 'Forbid stream',
	},
	properties: streamFields(NAME),
	options: [
		{
			displayName: 'Resume Time',
			name: 'resumeTime',
			type: 'dateTime',
			default: '',
			description:
				'Until when the stream is refused: 7 days if not set, 90 days at most. For a duration, use an expression such as {{ $now.plus(2, "hours") }}. A stream that is forbidden already gets this time, be it later or earlier.',
			displayOptions: { show: { '/resource': [STREAM], '/operation': [NAME] } },
		},
	],
	idempotent: STREAM_CALLS.forbid.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		const { resumeTime } = parameters.collection('options');
		const until = readResumeTime(resumeTime, systemClock.now(), parameters.localTime);
		const outcome = await streams.forbid(stream, until, parameters.settings());
		return { outcome, sent: { ...stream } };
	},
};
