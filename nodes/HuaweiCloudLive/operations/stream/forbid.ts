import { systemClock } from '../../../../n8n/clock';
import { futureTime, timeOrDuration } from '../../../shared/duration';
import { notice } from '../../../shared/field';
import type { Options } from '../../input/options';
import type { Operation } from '../operation';
import { readStreamRef, STREAM_FIELDS } from './onStream';

export const forbidStream: Operation = {
	option: {
		name: 'Forbid',
		value: 'forbid',
		description: 'Take a stream off air and block it, for 7 days by default',
		action: 'Forbid stream',
	},
	form: [
		notice(
			'forbidNotice',
			'The stream is blocked for 7 days, unless you add Resume After or Resume Time under Options.',
		),
		...STREAM_FIELDS,
	],
	call: 'forbid',
	async run(parameters, { streams }, options) {
		const stream = readStreamRef(parameters);
		const resume_time = readResumeTime(options, systemClock.now());
		const outcome = await streams.forbid(stream, resume_time, options);
		return { outcome, sent: { ...stream, ...(outcome.kind === 'success' && { resume_time }) } };
	},
};

const DAY_MS = 24 * 60 * 60_000;

/** When a stream is allowed again; `now` is in ms since the epoch. The API's default is sent so that the item has it. */
export function readResumeTime(
	{ resumeTime, resumeAfter }: Pick<Options, 'resumeTime' | 'resumeAfter'>,
	now: number,
): string {
	const entered = timeOrDuration(['Resume Time', resumeTime], ['Resume After', resumeAfter], now);
	const time = entered ?? (['Resume Time', now + 7 * DAY_MS] as const);
	return futureTime(time, now, now + 90 * DAY_MS, 'more than 90 days away');
}
