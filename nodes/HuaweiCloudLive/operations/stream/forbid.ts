import { systemClock } from '../../../../n8n/clock';
import { timeOrDuration, TOLERANCE_MS } from '../../../shared/duration';
import { InputError } from '../../../shared/inputError';
import { apiTime } from '../../../shared/readers';
import type { ItemParameters } from '../../../shared/parameters';
import { OPTIONS } from '../../input/options';
import type { Operation } from '../operation';
import { readStreamRef, STREAM_FIELDS } from './onStream';

export const forbidStream: Operation = {
	option: {
		name: 'Forbid',
		value: 'forbid',
		description: 'Take a stream off air and block it, for 7 days by default',
		action: 'Forbid stream',
	},
	properties: [
		{
			displayName:
				'The stream is blocked for 7 days, unless you add Resume After or Resume Time under Options.',
			name: 'forbidNotice',
			type: 'notice',
			default: '',
		},
		...STREAM_FIELDS,
	],
	call: 'forbid',
	async run(parameters, { streams }, options) {
		const stream = readStreamRef(parameters);
		const resume_time = readResumeTime(parameters, systemClock.now());
		const outcome = await streams.forbid(stream, resume_time, options);
		return { outcome, sent: { ...stream, ...(outcome.kind === 'success' && { resume_time }) } };
	},
};

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_BAN_DAYS = 7;
const MAX_BAN_DAYS = 90;

/**
 * Reads when a stream is allowed again; `now` is in ms since the epoch. The API's default is sent so that the item has it.
 * @throws InputError when it can't be read, is not in the future, or more than 90 days away
 */
export function readResumeTime(parameters: ItemParameters, now: number): string {
	const { resumeTime, resumeAfter } = parameters.read(OPTIONS);
	const entered = timeOrDuration(['Resume Time', resumeTime], ['Resume After', resumeAfter], now);
	const { label, time } = entered ?? { label: 'Resume Time', time: now + DEFAULT_BAN_DAYS * DAY_MS };
	if (time <= now) {
		throw new InputError(`The ${label} is not in the future.`, 'Set a later time.');
	}
	const latest = now + MAX_BAN_DAYS * DAY_MS;
	if (time > latest + TOLERANCE_MS) {
		throw new InputError(`The ${label} is more than ${MAX_BAN_DAYS} days away.`, 'Set an earlier time.');
	}
	return apiTime(Math.min(time, latest));
}
