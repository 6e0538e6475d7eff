/** Fields for a length of time such as "2 hours", stored as `{ [direction]: { amount, unit } }`. */

import { systemClock } from '../../n8n/clock';
import { assertHasOnly, choiceField, numberField, type Field, type Labels } from './field';
import { InputError } from './inputError';

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

/** Milliseconds by which a time may exceed its limit, which is then sent: `$now` in it is evaluated after the time that it is compared with. */
export const TOLERANCE_MS = 60_000;

type Entered = readonly [label: string, value: number | undefined];

/** A time (ms since the epoch), entered as such or as a duration after `start`; undefined: neither. InputError: both. */
export function timeOrDuration([atLabel, at]: Entered, [afterLabel, after]: Entered, start: number) {
	if (at !== undefined && after !== undefined) {
		throw new InputError(`Both ${atLabel} and ${afterLabel} are set.`, 'Remove one of them.');
	}
	if (at !== undefined) return { label: atLabel, time: at };
	return after === undefined ? undefined : { label: afterLabel, time: start + after };
}
