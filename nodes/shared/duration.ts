/** Lengths of time such as "2 hours", stored as `{ [direction]: { amount, unit } }`. */

import type { INodeProperties } from 'n8n-workflow';

import type { Collection } from './collection';
import { InputError } from './inputError';
import { isFields } from './objects';
import { oneOf, wholeNumber, type Reader } from './readers';

type Direction = 'ago' | 'after';

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

const readUnit = oneOf(['minutes', 'hours', 'days']);
const readAmount = wholeNumber(1, 1_000_000);

/** A field for a length of time. It comes with an amount, so adding it is enough. */
export function durationField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description'>,
	direction: Direction,
): INodeProperties {
	return {
		...field,
		type: 'fixedCollection',
		default: { [direction]: { amount: 1, unit: 'days' } },
		options: [
			{
				displayName: titleOf(direction),
				name: direction,
				values: [
					{
						displayName: 'Amount',
						name: 'amount',
						type: 'number',
						typeOptions: { minValue: 1, numberPrecision: 0 },
						default: 1,
					},
					{
						displayName: 'Unit',
						name: 'unit',
						type: 'options',
						options: Object.keys(UNITS).map((unit) => ({ name: titleOf(unit), value: unit })),
						default: 'days',
					},
				],
			},
		],
	};
}

/** A length of time, in milliseconds. */
export function duration(direction: Direction): Reader<number> {
	return (label, value) => {
		const entered = isFields(value) ? value[direction] : undefined;
		const { amount, unit } = isFields(entered) ? entered : {};
		return readAmount(`amount in ${label}`, amount) * UNITS[readUnit(`unit in ${label}`, unit)];
	};
}

/**
 * Reads a point in time given either as such, in the field `at`, or as a length of time after another, in `after`.
 * @param start milliseconds since the epoch
 * @returns milliseconds since the epoch, with the label of the field; undefined when neither is given
 * @throws InputError when both are given, or one can't be read
 */
export function readTimeOrDuration(
	fields: Collection,
	[at, after]: readonly [at: string, after: string],
	start: number,
	readTime: Reader<number>,
): { label: string; time: number } | undefined {
	if (fields.has(at) && fields.has(after)) {
		throw new InputError(
			`Both ${fields.labelOf(at)} and ${fields.labelOf(after)} are set.`,
			'Remove one of them.',
		);
	}
	return (
		fields.read(at, (label, value) => ({ label, time: readTime(label, value) })) ??
		fields.read(after, (label, value) => ({ label, time: start + duration('after')(label, value) }))
	);
}

function titleOf(name: string): string {
	return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
