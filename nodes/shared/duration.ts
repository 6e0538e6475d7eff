/** Fields for a length of time such as "2 hours", stored as `{ [direction]: { amount, unit } }`. */

import { systemClock } from '../../n8n/clock';
import { assertHasOnly, choiceField, numberField, type Field, type Labels } from './field';
import { InputError, invalid } from './inputError';
import { apiTime } from './readers';

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** Its default is not valid: n8n fills it in where `after` or `ago` is an expression, which it doesn't evaluate. */
const AMOUNT = numberField({ displayName: 'Amount', name: 'amount', default: 0, min: 1, max: 1_000_000 });
const UNIT = choiceField({
	displayName: 'Unit',
	name: 'unit',
	default: 'days',
	choices: [
		{ name: 'Minutes', value: 'minutes' },
		{ name: 'Hours', value: 'hours' },
		{ name: 'Days', value: 'days' },
	],
});

/** Milliseconds. The field comes with an amount, so adding it is enough. */
export function durationField(labels: Labels, direction: 'after' | 'ago' = 'after'): Field<number> {
	const title = direction === 'after' ? 'After' : 'Ago';
	return {
		property: {
			name: '',
			...labels,
			type: 'fixedCollection',
			default: { [direction]: { amount: 1, unit: 'days' } },
			options: [{ displayName: title, name: direction, values: [AMOUNT.property, UNIT.property] }],
		},
		read(label, value, ...rest) {
			assertHasOnly([direction], label, value);
			const entered = value[direction];
			assertHasOnly(['amount', 'unit'], label, entered);
			const count = AMOUNT.read(`amount in ${label}`, entered.amount, ...rest);
			return count * UNITS[UNIT.read(`unit in ${label}`, entered.unit, ...rest)];
		},
	};
}

/** A point in time, in milliseconds since the epoch, entered as how long ago it was. */
export function agoField(labels: Labels): Field<number> {
	const { property, read } = durationField(labels, 'ago');
	return { property, read: (...entered) => systemClock.now() - read(...entered) };
}

type Entered<Value> = readonly [label: string, value: Value];

/** A time (ms since the epoch), entered as such or as a duration after `start`; undefined: neither. InputError: both. */
export function timeOrDuration(
	[atLabel, at]: Entered<number | undefined>,
	[afterLabel, after]: Entered<number | undefined>,
	start: number,
): Entered<number> | undefined {
	if (at !== undefined && after !== undefined) {
		throw new InputError(`Both ${atLabel} and ${afterLabel} are set.`, 'Remove one of them.');
	}
	if (at !== undefined) return [atLabel, at];
	return after === undefined ? undefined : [afterLabel, start + after];
}

/** `$now` in a time is evaluated after the time that its limit counts from. */
const TOLERANCE_MS = 60_000;

/** A future time as the API takes it. A little beyond `latest` is `latest`; InputError: later, which is `tooLate`. */
export function futureTime([label, time]: Entered<number>, now: number, latest: number, tooLate: string) {
	if (time <= now) throw invalid(label, 'is not in the future', `Set a later ${label}.`);
	if (time > latest + TOLERANCE_MS) throw invalid(label, `is ${tooLate}`, `Set an earlier ${label}.`);
	return apiTime(Math.min(time, latest));
}
