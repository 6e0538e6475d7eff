import type { INodeProperties } from 'n8n-workflow';

import { InputError } from './inputError';
import {
	cameToNothing,
	isNothing,
	readChoice,
	readTime,
	readWholeNumber,
	type LocalTimeReader,
} from './readers';

/** Lengths of time such as "2 hours", stored as `{ [direction]: { amount, unit } }`. */

type Direction = 'ago' | 'after';

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

const MAX_AMOUNT = 1_000_000;

/** A field for a length of time. It comes with an amount, so adding it is enough. */
export function durationField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'displayOptions'>,
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

/** @returns milliseconds */
export function readDuration(label: string, value: unknown, direction: Direction): number {
	const { [direction]: duration }: Partial<Record<Direction, unknown>> = Object(value);
	const { amount, unit: givenUnit }: { amount?: unknown; unit?: unknown } = Object(duration);
	const unit = readChoice(`unit in ${label}`, givenUnit, ['minutes', 'hours', 'days']);
	if (unit === undefined || isNothing(amount) || amount === '') throw cameToNothing(label);
	return readWholeNumber(`amount in ${label}`, amount, 1, MAX_AMOUNT) * UNITS[unit];
}

interface LabeledValue {
	label: string;
	value: unknown;
}

/**
 * Reads a point in time given either as such, or as a length of time after another.
 * @param start milliseconds since the epoch
 * @returns milliseconds since the epoch, with the label of the field; undefined when neither is given
 * @throws InputError when both are given, or one can't be read
 */
export function readTimeOrDuration(
	at: LabeledValue,
	after: LabeledValue,
	start: number,
	readLocalTime: LocalTimeReader,
): { label: string; time: number } | undefined {
	if (isNothing(after.value)) {
		const time = readTime(at.label, at.value, readLocalTime);
		return time === undefined ? undefined : { label: at.label, time };
	}
	if (!isNothing(at.value)) {
		throw new InputError(`Both ${at.label} and ${after.label} are set.`, 'Remove one of them.');
	}
	return { label: after.label, time: start + readDuration(after.label, after.value, 'after') };
}

function titleOf(name: string): string {
	return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
