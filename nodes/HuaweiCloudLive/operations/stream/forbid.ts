import { CALLS } from '../../../../huawei-cloud/live/calls';
import { systemClock } from '../../../../n8n/clock';
import { durationField } from '../../../shared/duration';
import type { Operation } from '../operation';
import { STREAM_FIELDS } from '../../description/streamFields';
import { readResumeTime, readStreamRef } from '../../input/stream';

/** Takes a stream off air and blocks it until a given time. */
export const forbidStream: Operation = {
	option: {
		name: 'Forbid',
		value: 'forbid',
		description: 'Take a stream off air and block it, for 7 days by default',
		action: 'Forbid stream',
	},
	properties: STREAM_FIELDS,
	options: [
		durationField(
			{
				displayName: 'Resume After',
				name: 'resumeAfter',
				description:
					'How long to block the stream: 7 days by default, 90 at most. A stream that is already blocked gets the new time.',
			},
			'after',
		),
		{
			displayName: 'Resume Time',
			name: 'resumeTime',
			type: 'dateTime',
			default: '',
			description:
				'When to allow the stream again: after 7 days by default, 90 at most. A stream that is already blocked gets the new time.',
		},
	],
	idempotent: CALLS.forbid.idempotent,
	async run(parameters, { streams }) {
		const stream = readStreamRef(parameters);
		const resumeTime = readResumeTime(parameters, systemClock.now());
		const outcome = await streams.forbid(stream, resumeTime, parameters.settings());
		const isForbidden = outcome.kind === 'success';
		return { outcome, sent: { ...stream, ...(isForbidden && { resume_time: resumeTime }) } };
	},
};
